import type { Route, RouteShape, Target, TimeLimits, When } from '../api/gateway';
import { filled, numberOf } from './fields';

type Typed = number | string;

/** Conditions as a form holds them: everything there, numbers as typed. */
export interface WhenDraft {
  keys: string[];
  users: string[];
  roles: string[];
  /** `team=search`, one entry a value. */
  tags: string[];
  bytesLeast: Typed;
  bytesMost: Typed;
  tokensLeast: Typed;
  tokensMost: Typed;
  languages: string[];
  zone: string;
  days: string[];
  from: string;
  to: string;
}

export interface TargetDraft {
  /** Of the form only: keeps a row's fields when rows move. */
  row: number;
  model: string;
  weight: Typed;
  contextTokens: Typed;
  capabilities: string[];
  when: WhenDraft;
}

export interface RouteDraft {
  name: string;
  policy: string;
  targets: TargetDraft[];
  stickyBy: string;
  stickyName: string;
  check: string;
  below: Typed;
  judge: string;
  retries: Typed;
  /** Milliseconds. */
  times: Record<TimeLimit, Typed>;
}

export type TimeLimit = keyof TimeLimits;

export const policies = ['ordered', 'weighted', 'least-busy', 'lowest-latency', 'cheapest'] as const;
export const capabilities = ['tools', 'images', 'audio', 'files', 'structured'] as const;
export const languages = ['zh', 'ja', 'ko', 'latin', 'cyrillic', 'arabic', 'devanagari', 'other'] as const;
export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export const timeLimits = ['connect_millis', 'first_byte_millis', 'silence_millis', 'whole_millis'] as const;
export const checks = ['schema', 'refusal', 'logprob', 'judge'] as const;

let rows = 0;

export const freshTarget = (model = ''): TargetDraft => ({ row: ++rows, model, weight: '', contextTokens: '', capabilities: [], when: whenDraft(undefined) });

export const freshRoute = (): RouteDraft => ({ name: '', policy: 'ordered', targets: [freshTarget()], stickyBy: '', stickyName: '', check: '', below: '', judge: '', retries: '', times: timesDraft(undefined) });

function timesDraft(limits: TimeLimits | undefined): Record<TimeLimit, Typed> {
  return { connect_millis: limits?.connect_millis ?? '', first_byte_millis: limits?.first_byte_millis ?? '', silence_millis: limits?.silence_millis ?? '', whole_millis: limits?.whole_millis ?? '' };
}

function whenDraft(when: When | undefined): WhenDraft {
  return {
    keys: when?.keys ?? [], users: when?.users ?? [], roles: when?.roles ?? [],
    tags: Object.entries(when?.tags ?? {}).flatMap(([name, values]) => values.map((value) => `${name}=${value}`)),
    bytesLeast: when?.bytes?.least ?? '', bytesMost: when?.bytes?.most ?? '', tokensLeast: when?.tokens?.least ?? '', tokensMost: when?.tokens?.most ?? '',
    languages: when?.languages ?? [], zone: when?.time?.zone ?? '', days: when?.time?.days ?? [], from: when?.time?.from ?? '', to: when?.time?.to ?? '',
  };
}

export function draftOf(route: Route): RouteDraft {
  return {
    name: route.name, policy: route.policy, retries: route.retries ?? '',
    targets: route.targets.map((target) => ({ row: ++rows, model: target.model, weight: target.weight ?? '', contextTokens: target.context_tokens ?? '', capabilities: target.capabilities ?? [], when: whenDraft(target.when) })),
    stickyBy: route.sticky?.by ?? '', stickyName: route.sticky?.name ?? '',
    check: route.escalation?.check ?? '', below: route.escalation?.below ?? '', judge: route.escalation?.judge ?? '', times: timesDraft(route.time_limits),
  };
}

function whenOf(draft: WhenDraft): When | undefined {
  const tags: Record<string, string[]> = {};
  for (const tag of draft.tags) {
    const equals = tag.indexOf('=');
    const name = equals < 0 ? tag : tag.slice(0, equals);
    (tags[name] ??= []).push(equals < 0 ? '' : tag.slice(equals + 1));
  }
  const timed = draft.days.length > 0 || draft.from !== '' || draft.to !== '' || draft.zone !== '';
  return filled({
    keys: draft.keys, users: draft.users, roles: draft.roles, tags,
    bytes: { least: numberOf(draft.bytesLeast), most: numberOf(draft.bytesMost) },
    tokens: { least: numberOf(draft.tokensLeast), most: numberOf(draft.tokensMost) },
    languages: draft.languages,
    ...(timed && { time: { zone: draft.zone || 'UTC', days: draft.days, from: draft.from, to: draft.to } }),
  } as When);
}

/** What is sent: nothing that the form does not say, and nothing that does not go with the policy. */
export function shapeOf(draft: RouteDraft): RouteShape {
  const targets = draft.targets.map((target) => filled({
    model: target.model.trim(), weight: numberOf(target.weight), context_tokens: numberOf(target.contextTokens), capabilities: target.capabilities, when: whenOf(target.when),
  } as Target) ?? { model: '' });
  const scored = draft.check === 'logprob' || draft.check === 'judge';
  const times = filled(Object.fromEntries(timeLimits.map((name) => [name, numberOf(draft.times[name])])) as TimeLimits);
  return {
    name: draft.name.trim(),
    policy: draft.policy,
    targets,
    ...(draft.policy === 'weighted' && draft.stickyBy && { sticky: { by: draft.stickyBy, ...(draft.stickyBy === 'header' && { name: draft.stickyName.trim() }) } }),
    ...(draft.policy === 'ordered' && draft.check && { escalation: { check: draft.check, ...(scored && draft.below !== '' && { below: Number(draft.below) }), ...(draft.check === 'judge' && { judge: draft.judge.trim() }) } }),
    ...(draft.retries !== '' && { retries: Number(draft.retries) }),
    ...(times && { time_limits: times }),
  };
}

/** How many conditions a target has, for its folded head. */
export function conditions(draft: WhenDraft): number {
  const lists = [draft.keys, draft.users, draft.roles, draft.tags, draft.languages].filter((list) => list.length > 0).length;
  const bounds = [draft.bytesLeast !== '' || draft.bytesMost !== '', draft.tokensLeast !== '' || draft.tokensMost !== ''].filter(Boolean).length;
  return lists + bounds + (draft.zone || draft.days.length > 0 || draft.from || draft.to ? 1 : 0);
}
