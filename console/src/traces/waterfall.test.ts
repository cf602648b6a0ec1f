import { describe, expect, it } from 'vitest';
import { ticks, waterfall } from './waterfall';

const at = (ms: number) => new Date(1_800_000_000_000 + ms).toISOString();
const span = (id: string, ms: number, took: number, parent?: string) => ({ span: id, name: id, start: at(ms), took_ms: took, ...(parent && { parent }) });

describe('the waterfall', () => {
  it('should put each step below what began it, brothers by time', () => {
    const { steps, total } = waterfall({
      trace: 't',
      spans: [span('late', 60, 30, 'root'), span('inner', 12, 5, 'early'), span('root', 0, 100), span('early', 10, 20, 'root')],
      calls: [{ id: 'c', kind: 'chat', model: 'm', at: at(62), took_ms: 20, parent: 'late' }],
    });
    expect(steps.map((step) => [step.name, step.depth, step.from])).toEqual([['root', 0, 0], ['early', 1, 10], ['inner', 2, 12], ['late', 1, 60], ['m', 2, 62]]);
    expect(total).toBe(100);
  });

  it('should show a step whose parent is missing, and every step of a circle, once', () => {
    const { steps } = waterfall({ trace: 't', spans: [span('a', 0, 1, 'b'), span('b', 1, 1, 'a'), span('self', 2, 1, 'self'), span('orphan', 3, 1, 'gone')], calls: [] });
    expect(steps.map((step) => step.name).sort()).toEqual(['a', 'b', 'orphan', 'self']);
  });

  it('should draw a trace without steps', () => {
    expect(waterfall({ trace: 't', spans: [], calls: [] })).toMatchObject({ steps: [], total: 1 });
  });

  it('should mark the time axis in round steps', () => {
    expect(ticks(1840)).toEqual([0, 500, 1000, 1500]);
    expect(ticks(623)).toEqual([0, 200, 400]);
    expect(ticks(0.5).length).toBeGreaterThan(2);
  });
});
