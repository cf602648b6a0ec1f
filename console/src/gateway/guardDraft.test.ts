import { describe, expect, it } from 'vitest';
import type { Guard, GuardBody } from '../api/gateway';
import { bodyOf, draftOf, freshGuard, mayRedact } from './guardDraft';

const base: GuardBody = { name: 'g', kind: 'secrets', places: ['prompt'], action: 'block', on_failure: 'closed', deadline_millis: 2000 };
const kept = (body: GuardBody) => ({ settings: {}, ...body, version: 1, created: '', updated: '' }) as Guard;
const bodies: GuardBody[] = [
  base,
  { ...base, kind: 'pii', action: 'redact', settings: { entities: ['person'], pseudonyms: true, model: 'openai/small' }, applies_to: { models: ['openai/*'] } },
  { ...base, kind: 'deny', settings: { phrases: ['project x', '机密'] } },
  { ...base, kind: 'topic', settings: { denied: { weapons: ['gun', 'rifle'] }, classifier: 'topics', threshold: 0.7 } },
  { ...base, kind: 'length', settings: { most_characters: 1000 } },
  { ...base, kind: 'language', settings: { allowed: ['zh', 'en'] } },
  { ...base, kind: 'json_schema', settings: { schema: { type: 'object', required: [], properties: {} } } },
  { ...base, kind: 'injection', settings: { classifier: 'injection', threshold: 0.82 } },
  { ...base, kind: 'http', settings: { url: 'https://guard.example/check' } },
];

describe('a guard in the form', () => {
  it.each(bodies.map((body) => [body.kind, body] as const))('should send back a guard of kind %s as it was', (_, body) => {
    expect(bodyOf(draftOf(kept(body)))).toEqual(body);
  });

  it('should not send settings of another kind', () => {
    expect(bodyOf({ ...draftOf(kept(bodies[2]!)), kind: 'length', mostCharacters: 10 }).settings).toEqual({ most_characters: 10 });
    expect(bodyOf({ ...freshGuard(), name: 'x', kind: 'injection', threshold: 0.5 }).settings).toBeUndefined();
  });

  it('should know which guards can redact', () => {
    expect([mayRedact({ kind: 'pii', classifier: '' }), mayRedact({ kind: 'length', classifier: '' }), mayRedact({ kind: 'injection', classifier: '' }), mayRedact({ kind: 'injection', classifier: 'injection' })]).toEqual([true, false, true, false]);
  });
});
