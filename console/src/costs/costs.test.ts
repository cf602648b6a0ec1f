import { describe, expect, it } from 'vitest';
import type { CostGroup, Costs } from '../api/money';
import { chartOf, COLOURS, roundUp } from './chart';
import { choiceOf, filterQuery, narrowed, parametersOf, spanOf } from './query';

const sum = (cost_usd?: string, unknown_cost_calls = 0) => ({ calls: 1, failed_calls: 0, unknown_cost_calls, saved_usd: '0', input_tokens: 0, cached_tokens: 0, output_tokens: 0, ...(cost_usd !== undefined && { cost_usd }) });
const group = (name: string, ...points: [string, string | undefined][]): CostGroup => ({ name, sum: sum('1'), points: points.map(([start, cost]) => ({ start, sum: sum(cost, cost === undefined ? 1 : 0) })) });
const costs = (groups: CostGroup[], more: Partial<Costs> = {}): Costs => ({ from: '2026-11-01T00:00:00Z', until: '2026-11-04T12:00:00Z', interval: 'day', total: sum('1'), groups, ...more });

describe('the chart', () => {
  it('should have a bar for each day, also without calls, and stack what each group cost', () => {
    const chart = chartOf(costs([group('a', ['2026-11-01T00:00:00Z', '3'], ['2026-11-03T00:00:00Z', '1']), group('b', ['2026-11-01T00:00:00Z', '1'])]));
    expect(chart.bars.map(({ usd }) => usd)).toEqual([4, 0, 1, 0]);
    expect(chart.top).toBe(5);
    expect(chart.bars[0]?.parts).toEqual([{ series: 0, usd: 3, from: 0, height: 0.6 }, { series: 1, usd: 1, from: 0.6, height: 0.2 }]);
  });

  it('should count unknown costs and draw nothing for them', () => {
    const [bar] = chartOf(costs([group('a', ['2026-11-01T00:00:00Z', undefined])])).bars;
    expect([bar?.usd, bar?.unknown, bar?.parts.length]).toEqual([0, 1, 0]);
  });

  it('should put what has no colour of its own together', () => {
    const many = Array.from({ length: COLOURS + 2 }, (_, at) => group(`g${at}`, ['2026-11-02T00:00:00Z', '1']));
    const chart = chartOf(costs(many, { others: { groups: 3, sum: sum('2'), points: [{ start: '2026-11-02T00:00:00Z', sum: sum('2') }] } }));
    expect(chart.series.length).toBe(COLOURS + 1);
    expect(chart.bars[1]?.parts.at(-1)).toMatchObject({ series: COLOURS, usd: 4 });
    expect(chart.bars[1]?.usd).toBe(COLOURS + 4);
  });

  it('should end its axis at a round number', () => {
    expect([0, 0.00031, 0.9, 1, 1.01, 4.2, 55, 100].map(roundUp)).toEqual([1, 0.0005, 1, 1, 2, 5, 100, 100]);
  });
});

describe('the address', () => {
  it('should say what is looked at, and be read back', () => {
    const choice = { period: 'week' as const, group: 'tag:team', filters: [{ group: 'tag:team', name: 'a=b' }, { group: 'key', name: 'key_1' }] };
    expect(choiceOf(parametersOf(choice))).toEqual(choice);
  });

  it('should fall back where it makes no sense', () => {
    expect(choiceOf(new URLSearchParams('period=century&by=colour&only=x&only=%3D1'))).toEqual({ period: 'month', group: 'model', filters: [] });
  });

  it('should become the parameters of the API', () => {
    expect(filterQuery([{ group: 'tag:team', name: 'a=b' }, { group: 'route', name: 'fast' }, { group: 'user', name: 'usr_1' }, { group: 'provider', name: 'openai' }]))
      .toEqual({ tag: 'team=a=b', requested: 'fast', principal: 'usr_1', provider: 'openai' });
  });

  it('should replace a filter that the API takes once', () => {
    const filters = [{ group: 'tag:team', name: 'red' }, { group: 'model', name: 'm' }];
    expect(narrowed(filters, { group: 'tag:feature', name: 'chat' })).toEqual([{ group: 'model', name: 'm' }, { group: 'tag:feature', name: 'chat' }]);
  });

  it('should begin at a whole day or hour', () => {
    const now = Date.parse('2026-11-22T10:20:00Z');
    expect(spanOf('week', now)).toEqual({ from: '2026-11-16T00:00:00.000Z', interval: 'day' });
    expect(spanOf('day', now)).toEqual({ from: '2026-11-21T11:00:00.000Z', interval: 'hour' });
  });
});
