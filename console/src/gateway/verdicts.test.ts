import { describe, expect, it } from 'vitest';
import { notesOf, stepOf } from './verdicts';

describe('notesOf', () => {
  it('should read what guards said of a call', () => {
    const notes = notesOf({ 'gimbal.call': 'call_1', 'gimbal.guard.no.cards.tool_results': 'found redact {email=2, card=1}', 'gimbal.guard.keys.prompt': 'passed block {}' });
    expect(notes.verdicts).toEqual([
      { guard: 'keys', place: 'prompt', outcome: 'passed', action: 'block', found: [] },
      { guard: 'no.cards', place: 'tool_results', outcome: 'found', action: 'redact', found: [['email', 2], ['card', 1]] },
    ]);
    expect(notes.other).toEqual([]);
  });

  it('should tell route, escalation and cache, and not hide what it does not know', () => {
    const notes = notesOf({ 'gimbal.route': 'frugal', 'gimbal.escalated': 'refusal', 'gimbal.cache': 'hit', 'gimbal.cache.saved_nano_usd': 903_000, 'gimbal.new': 3, 'gimbal.attempt.1.target': 'a/b' });
    expect(notes).toMatchObject({ route: 'frugal', escalated: 'refusal', cache: 'hit', saved: '0.000903', other: [['gimbal.new', '3']] });
  });
});

describe('stepOf', () => {
  it('should find the step of the call', () => {
    const span = { span: 'b', name: 'gateway.chat', start: '', attributes: { 'gimbal.call': 'call_2' } };
    expect(stepOf({ trace: 't', calls: [], spans: [{ span: 'a', name: 'x', start: '' }, span] }, 'call_2')).toBe(span);
  });
});
