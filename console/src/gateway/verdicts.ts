import type { Span, Trace } from '../api/types';

export interface GuardVerdict {
  guard: string;
  place: string;
  outcome: string;
  action: string;
  found: [string, number][];
}

/** What the steps of a trace say of one call beside its record. */
export interface CallNotes {
  route?: string;
  escalated?: string;
  cache?: string;
  /** What the answer would have cost, in US dollars. */
  saved?: string;
  verdicts: GuardVerdict[];
  /** Whatever else a newer server notes. */
  other: [string, string][];
}

const GUARD = 'gimbal.guard.';
/** Stand in the call's record, as a table. */
const ATTEMPT = 'gimbal.attempt.';
/** Stand in the call's record already, or say nothing to a reader. */
const KNOWN = new Set(['gimbal.call', 'gimbal.root', 'gen_ai.operation.name', 'gen_ai.request.model', 'gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens', 'http.response.status_code']);

/** The step that a call is in its trace. */
export const stepOf = (trace: Trace | undefined, call: string): Span | undefined => trace?.spans.find((span) => span.attributes?.['gimbal.call'] === call);

export function notesOf(attributes: Record<string, unknown>): CallNotes {
  const notes: CallNotes = { verdicts: [], other: [] };
  for (const [name, value] of Object.entries(attributes)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (name.startsWith(GUARD)) notes.verdicts.push(verdict(name.slice(GUARD.length), text));
    else if (name === 'gimbal.route') notes.route = text;
    else if (name === 'gimbal.escalated') notes.escalated = text;
    else if (name === 'gimbal.cache') notes.cache = text;
    else if (name === 'gimbal.cache.saved_nano_usd') notes.saved = String(Number(value) / 1e9);
    else if (!KNOWN.has(name) && !name.startsWith(ATTEMPT)) notes.other.push([name, text]);
  }
  notes.verdicts.sort((a, b) => a.guard.localeCompare(b.guard) || a.place.localeCompare(b.place));
  return notes;
}

/** `found redact {email=2, card=1}` of `no-cards.prompt`; a guard's name may hold dots, a place holds none. */
function verdict(who: string, said: string): GuardVerdict {
  const dot = who.lastIndexOf('.');
  const [, outcome = said, action = '', counts = ''] = /^(\S+) (\S+) \{(.*)\}$/.exec(said) ?? [];
  const found = counts.split(', ').flatMap((each): [string, number][] => {
    const equals = each.lastIndexOf('=');
    return equals > 0 ? [[each.slice(0, equals), Number(each.slice(equals + 1))]] : [];
  });
  return { guard: who.slice(0, dot), place: who.slice(dot + 1), outcome, action, found };
}
