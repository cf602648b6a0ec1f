import type { Provider } from '../api/gateway';
import { filled, isSlug, numberOf } from './fields';
import { isReference } from './presets';

/** One more credential as a form has it. */
export interface CredentialDraft {
  row: number;
  name: string;
  credential: string;
  /** There is one of this name already, and it stays unless another is given. */
  kept: boolean;
  requests: number | string;
  tokens: number | string;
  parallel: number | string;
}

/** A provider as a form has it. */
export interface ProviderDraft {
  name: string;
  dialect: string;
  address: string;
  credential: string;
  /** From now on without the credential that it has. */
  without: boolean;
  parallel: number | string;
  queue: number | string;
  more: CredentialDraft[];
}

let rows = 0;

export const emptyCredential = (): CredentialDraft => ({ row: ++rows, name: '', credential: '', kept: false, requests: '', tokens: '', parallel: '' });

/** What a provider is now, its secrets aside: nobody can read them. */
export function draftOf(provider: Provider): ProviderDraft {
  return {
    name: provider.name, dialect: provider.dialect ?? 'openai', address: provider.base_url ?? '', credential: '', without: false, parallel: provider.parallel_calls ?? '', queue: provider.queue ?? '',
    more: (provider.credentials ?? []).map((one) => ({ row: ++rows, name: one.name, credential: '', kept: true, requests: one.requests_per_minute ?? '', tokens: one.tokens_per_minute ?? '', parallel: one.parallel_calls ?? '' })),
  };
}

/** Without a bound of parallel calls nothing can wait for a place. */
const bounds = (draft: ProviderDraft) => ({ parallel_calls: numberOf(draft.parallel), queue: draft.parallel === '' ? undefined : numberOf(draft.queue) });

const others = (draft: ProviderDraft) =>
  draft.more.map((one) => filled({ name: one.name.trim(), credential: one.credential.trim(), requests_per_minute: numberOf(one.requests), tokens_per_minute: numberOf(one.tokens), parallel_calls: numberOf(one.parallel) }) ?? {});

const common = (draft: ProviderDraft) => ({ dialect: draft.dialect, base_url: draft.address.trim(), credential: draft.without ? '' : draft.credential.trim(), ...bounds(draft), credentials: others(draft) });

export const createBody = (draft: ProviderDraft) => filled({ name: draft.name.trim(), ...common(draft) });

/** An absent credential is kept, an empty one taken away. */
export const changeBody = (draft: ProviderDraft) => ({ ...filled(common(draft)), ...(draft.without && { credential: '' }) });

/** Whether it can be sent. */
export const isReady = (draft: ProviderDraft, byReference: boolean): boolean =>
  isSlug(draft.name.trim())
  && draft.more.every((one) => isSlug(one.name.trim()) && (one.kept || one.credential.trim() !== ''))
  && !(byReference && [draft.credential, ...draft.more.map((one) => one.credential)].some((one) => one.trim() !== '' && !isReference(one.trim())));
