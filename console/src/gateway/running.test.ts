import { describe, expect, it } from 'vitest';
import { elapsed, matching, noFilter } from './running';

const call = (id: string, model: string, principal: string, tags = {}) => ({ id, model, principal, tags, kind: 'chat', stream: true, since: '2026-11-22T12:00:00Z' });
const calls = [call('1', 'fast', 'key_1', { team: 'search' }), call('2', 'openai/gpt-4.1', 'key_2')];
const nameOf = (id: string) => (id === 'key_2' ? 'Billing' : id);

describe('running calls', () => {
  it('should be found by model or route, key and tag', () => {
    const ids = (filter: object) => matching(calls, { ...noFilter, ...filter }, nameOf).map((one) => one.id);
    expect(ids({})).toEqual(['1', '2']);
    expect(ids({ model: 'GPT' })).toEqual(['2']);
    expect(ids({ principal: 'billing' })).toEqual(['2']);
    expect(ids({ principal: 'key_' })).toEqual(['1', '2']);
    expect(ids({ tag: 'team=s' })).toEqual(['1']);
    expect(ids({ model: 'fast', tag: 'other' })).toEqual([]);
  });

  it('should not run before they began', () => {
    expect(elapsed('2026-11-22T12:00:00Z', Date.parse('2026-11-22T12:00:02Z'))).toBe(2000);
    expect(elapsed('2026-11-22T12:00:00Z', Date.parse('2026-11-22T11:59:59Z'))).toBe(0);
  });
});
