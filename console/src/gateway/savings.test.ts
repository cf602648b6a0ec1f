import { describe, expect, it } from 'vitest';
import { saved } from './savings';

describe('saved', () => {
  it('should take off what discarded answers cost', () => {
    const day = { day: '2026-11-22', kept: 3, escalated: 1, saved_usd: '0.5', lost_usd: '0.125' };
    expect(saved([day, { ...day, kept: 0, escalated: 0, saved_usd: '0', lost_usd: '0.5' }])).toEqual({ kept: 3, escalated: 1, net: -0.125, keptShare: 0.75 });
    expect(saved([]).keptShare).toBeUndefined();
  });
});
