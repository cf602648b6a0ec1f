import { describe, expect, it } from 'vitest';
import { emptyPrice, emptyTier, emptyUnit, isReady, priceBody, priceDraftOf } from './priceDraft';

const whole = {
  model: 'acme/omni', input_usd_per_million: '1', output_usd_per_million: '3', cached_input_usd_per_million: '0.1', audio_input_usd_per_million: '40', audio_output_usd_per_million: '80',
  tiers: [{ above_tokens: 200_000, input_usd_per_million: '2', output_usd_per_million: '6', cached_input_usd_per_million: '0.2' }], units_usd: { request: '0.001', 'image/1024x1024/hd': '0.08', image: '0.04' }, from: '2026-01-01T00:00:00Z', source: 'x',
};

describe('a price', () => {
  it('should be sent as it was read, tiers, sound and units too', () => {
    const { from: _from, source: _source, ...body } = whole;
    expect(priceBody(priceDraftOf(whole))).toEqual(body);
    expect(isReady(priceDraftOf(whole))).toBe(true);
  });

  it('should need prices of tokens unless something is paid by units', () => {
    const images = { ...emptyPrice('acme/pictures'), units: [{ ...emptyUnit(), kind: 'image' as const, size: ' 1024X1024 ', usd: '0,04' }] };
    expect(isReady(emptyPrice('acme/pictures'))).toBe(false);
    expect(isReady(images)).toBe(true);
    expect(isReady({ ...images, input: '1' })).toBe(false);
    expect(priceBody(images)).toEqual({ model: 'acme/pictures', units_usd: { 'image/1024x1024': '0.04' } });
  });

  it('should not go out with a wrong number, half a tier or a unit twice', () => {
    const tokens = { ...emptyPrice('acme/x'), input: '1', output: '2' };
    expect(isReady(tokens)).toBe(true);
    expect(isReady({ ...tokens, audio_input: 'cheap' })).toBe(false);
    expect(isReady({ ...tokens, tiers: [{ ...emptyTier(), above: 100, input: '1' }] })).toBe(false);
    expect(isReady({ ...tokens, units: [{ ...emptyUnit(), usd: '1' }, { ...emptyUnit(), usd: '2' }] })).toBe(false);
  });
});
