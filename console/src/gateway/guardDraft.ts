import type { Guard, GuardBody } from '../api/gateway';
import { filled, numberOf } from './fields';

export const kinds = ['pii', 'secrets', 'deny', 'topic', 'length', 'language', 'json_schema', 'injection', 'http'] as const;
export type Kind = (typeof kinds)[number];
export const places = ['prompt', 'retrieved', 'tool_arguments', 'tool_results', 'answer'] as const;
export const actions = ['block', 'redact', 'flag', 'log'] as const;
export const entities = [
  'email', 'phone', 'card', 'iban', 'ip', 'person', 'address', 'date_of_birth', 'passport', 'cn_resident_id', 'cn_social_credit_code', 'cn_vehicle_plate', 'us_ssn', 'us_itin', 'uk_nino', 'uk_nhs',
  'de_tax_id', 'fr_nir', 'es_dni', 'es_nie', 'it_fiscal_code', 'nl_bsn', 'pl_pesel', 'br_cpf', 'br_cnpj', 'in_aadhaar', 'in_pan', 'ca_sin', 'au_tfn', 'au_medicare', 'kr_rrn', 'jp_my_number', 'sg_nric',
] as const;
/** Those that come with the server. */
export const classifiers = ['injection', 'injection-indirect'] as const;

export interface GuardDraft {
  name: string;
  kind: Kind;
  places: string[];
  action: string;
  onFailure: string;
  deadline: number | string;
  principals: string[];
  models: string[];
  apps: string[];
  entities: string[];
  pseudonyms: boolean;
  /** The model that is asked for names beside the lists. */
  model: string;
  phrases: string;
  denied: string;
  allowedTopics: string;
  classifier: string;
  threshold: number | string;
  mostCharacters: number | string;
  languages: string[];
  schema: string;
  url: string;
}

/** Words of a topic, one topic a line: `weapons: gun, rifle`. */
function topicsOf(text: string): Record<string, string[]> {
  return Object.fromEntries(linesOf(text).map((line) => {
    const [, name = line, words = ''] = /^([^:：]+)[:：](.*)$/.exec(line) ?? [];
    return [name.trim(), words.split(/[,，、]/).map((word) => word.trim()).filter(Boolean)];
  }));
}

const topicsText = (topics: unknown): string => Object.entries((topics ?? {}) as Record<string, string[]>).map(([name, words]) => `${name}: ${words.join(', ')}`).join('\n');
const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean);

export const freshGuard = (): GuardDraft => ({
  name: '', kind: 'pii', places: ['prompt', 'answer'], action: 'redact', onFailure: 'closed', deadline: '', principals: [], models: [], apps: [],
  entities: [], pseudonyms: false, model: '', phrases: '', denied: '', allowedTopics: '', classifier: '', threshold: '', mostCharacters: '', languages: [], schema: '', url: '',
});

export function draftOf(guard: Guard): GuardDraft {
  const { settings } = guard;
  const text = (name: string) => (typeof settings[name] === 'string' ? (settings[name] as string) : '');
  const texts = (name: string) => (Array.isArray(settings[name]) ? (settings[name] as string[]) : []);
  const number = (name: string) => (typeof settings[name] === 'number' ? (settings[name] as number) : '');
  return {
    name: guard.name, kind: guard.kind as Kind, places: guard.places, action: guard.action, onFailure: guard.on_failure, deadline: guard.deadline_millis,
    principals: guard.applies_to?.principals ?? [], models: guard.applies_to?.models ?? [], apps: guard.applies_to?.apps ?? [],
    entities: texts('entities'), pseudonyms: settings['pseudonyms'] === true, model: text('model'), phrases: texts('phrases').join('\n'),
    denied: topicsText(settings['denied']), allowedTopics: guard.kind === 'topic' ? topicsText(settings['allowed']) : '', classifier: text('classifier'), threshold: number('threshold'),
    mostCharacters: number('most_characters'), languages: guard.kind === 'language' ? texts('allowed') : [], schema: settings['schema'] === undefined ? '' : JSON.stringify(settings['schema'], null, 2), url: text('url'),
  };
}

/** Whether it looks for what a model may know better than lists. */
export const mayAskForNames = (draft: Pick<GuardDraft, 'entities'>): boolean => draft.entities.length === 0 || draft.entities.some((one) => one === 'person' || one === 'address');

/** Whether a guard of the kind can know the range that it would redact. */
export const mayRedact = (draft: Pick<GuardDraft, 'kind' | 'classifier'>): boolean =>
  ['pii', 'secrets', 'deny', 'http'].includes(draft.kind) || (draft.kind === 'injection' && draft.classifier === '');

/** Whether the schema reads as JSON; the server judges the rest. */
export function schemaReads(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function settingsOf(draft: GuardDraft): Record<string, unknown> {
  switch (draft.kind) {
    case 'pii': return { entities: draft.entities, ...(draft.pseudonyms && { pseudonyms: true }), model: mayAskForNames(draft) ? draft.model.trim() : '' };
    case 'secrets': return {};
    case 'deny': return { phrases: linesOf(draft.phrases) };
    case 'topic': return { denied: topicsOf(draft.denied), allowed: topicsOf(draft.allowedTopics), classifier: draft.classifier, threshold: draft.classifier ? numberOf(draft.threshold) : undefined };
    case 'length': return { most_characters: numberOf(draft.mostCharacters) };
    case 'language': return { allowed: draft.languages };
    case 'json_schema': return { schema: schemaReads(draft.schema) ? JSON.parse(draft.schema) as unknown : undefined };
    case 'injection': return { classifier: draft.classifier, threshold: draft.classifier ? numberOf(draft.threshold) : undefined };
    case 'http': return { url: draft.url.trim() };
  }
}

/** What is sent: the settings of its kind only, without what was left empty. */
export function bodyOf(draft: GuardDraft): GuardBody {
  // A schema goes as it stands: empty parts of it mean something.
  const settings = draft.kind === 'json_schema' ? settingsOf(draft) : filled(settingsOf(draft));
  const applies = filled({ principals: draft.principals, models: draft.models, apps: draft.apps });
  const deadline = numberOf(draft.deadline);
  return {
    name: draft.name.trim(), kind: draft.kind, places: draft.places, action: draft.action, on_failure: draft.onFailure,
    ...(deadline !== undefined && { deadline_millis: deadline }), ...(applies && { applies_to: applies }), ...(settings && { settings }),
  };
}
