import { describe, expect, it } from 'vitest';
import type { Price } from '../api/money';
import { catalogues, fill, formats, type Translate } from '../i18n/format';
import { amount, extras, standings } from './price';

const price = (model: string, from: string, source = 'list of 2026-11'): Price => ({ model, from, source, input_usd_per_million: '1', output_usd_per_million: '2' });
const words: Translate = (key, values) => fill('en', catalogues.en[key], values);
const now = Date.parse('2026-11-22T12:00:00Z');

describe('a table of dated prices', () => {
  it('should say which one holds now, which held and which will', () => {
    const table = standings([price('b/x', '2026-01-01T00:00:00Z'), price('a/y', '2026-01-01T00:00:00Z'), price('a/y', '2026-06-01T00:00:00Z'), price('a/y', '2027-01-01T00:00:00Z')], now);
    expect(table.map(({ model, from, standing }) => [model, from.slice(0, 4) + from.slice(5, 7), standing])).toEqual([
      ['a/y', '202701', 'later'], ['a/y', '202606', 'now'], ['a/y', '202601', 'past'], ['b/x', '202601', 'now'],
    ]);
  });

  it('should let the tenant’s own price hold before a later one of the list, as the server does', () => {
    const table = standings([price('a/y', '2026-06-01T00:00:00Z'), price('a/y', '2026-02-01T00:00:00Z', 'set by the tenant')], now);
    expect(table.map(({ source, standing }) => [source, standing])).toEqual([['list of 2026-11', 'past'], ['set by the tenant', 'now']]);
  });

  it('should show what else a price says, in words, and nothing where it says nothing', () => {
    const more = { ...price('a/y', '2026-01-01T00:00:00Z'), audio_input_usd_per_million: '40', tiers: [{ above_tokens: 200_000, input_usd_per_million: '2', output_usd_per_million: '6' }], units_usd: { 'image/1024x1024/hd': '0.08', request: '0.001' }, video_usd: '1', none: null, empty: {} };
    expect(extras(more, words, formats('en'))).toEqual([
      ['Audio input', '$40'], ['above 200,000 prompt tokens', 'Input $2 · Output $6'], ['image 1024x1024 hd', '$0.08'], ['request', '$0.001'], ['video usd', '1'],
    ]);
    expect(extras({ ...price('a/y', '2026-01-01T00:00:00Z'), tiers: [], units_usd: {} }, words, formats('en'))).toEqual([]);
  });
});

describe('an amount', () => {
  it('should be a decimal number, with either mark', () => {
    expect(['1', ' 0.15 ', '2,5', '0'].map(amount)).toEqual(['1', '0.15', '2.5', '0']);
    expect(['', '-1', '1e3', '$2', '1.2.3', '0.0000000001'].map(amount)).toEqual(Array(6).fill(undefined));
  });
});
