import { describe, expect, it } from 'vitest';
import { isReference, presets, worst } from './presets';

describe('credentials', () => {
  it('should be named, never typed', () => {
    expect(['env:OPENAI_API_KEY', 'file:/run/secrets/key'].map(isReference)).toEqual([true, true]);
    expect(['sk-proj-abc', 'env:', 'env:A B', 'file:relative', ''].map(isReference)).toEqual([false, false, false, false, false]);
  });

  it('should have a good name for each preset that wants one', () => {
    for (const preset of presets) if (preset.variable) expect(isReference(`env:${preset.variable}`)).toBe(true);
  });
});

describe('worst', () => {
  it('should tell of the model that does worst', () => {
    expect(worst(['closed', 'open', 'half_open'])).toBe('open');
    expect(worst(['closed', 'half_open'])).toBe('half_open');
    expect(worst([])).toBeUndefined();
  });
});
