import { describe, expect, it } from 'vitest';
import type { Budget } from '../api/gateway';
import { percents, plain, scopeFor, scopeOf, share, shareOf, sharesOf } from './amounts';

describe('share', () => {
  it('should never draw more than the whole bar, and say that it is over', () => {
    expect(share(100, 60, 30)).toEqual({ spent: 0.6, reserved: 0.3, over: false });
    expect(share(100, 90, 30)).toEqual({ spent: 0.9, reserved: expect.closeTo(0.1) as number, over: true });
    expect(share(100, 250, 10)).toEqual({ spent: 1, reserved: 0, over: true });
    expect(share(0, 0, 0)).toEqual({ spent: 1, reserved: 0, over: false });
  });

  it('should read a budget in its own unit', () => {
    const base = { name: 'b', scope: {}, period: 'day', hard: true, alert_at: [], alerts: [], created: '' } satisfies Budget;
    expect(shareOf({ ...base, limit_usd: '25', spent_usd: '5.000000000', reserved_usd: '0.5' })).toEqual({ spent: 0.2, reserved: 0.02, over: false });
    expect(shareOf({ ...base, limit_tokens: 1000, spent_tokens: 10, reserved_tokens: 0 })).toEqual({ spent: 0.01, reserved: 0, over: false });
  });
});

describe('scopes', () => {
  it('should name whose calls count, and not the id of the tenant', () => {
    expect(scopeOf({ tenant: 'tnt_01' })).toEqual({ kind: 'tenant', name: '' });
    expect(scopeOf({ route: 'fast' })).toEqual({ kind: 'route', name: 'fast' });
    expect(scopeFor('tenant', 'x')).toEqual({ tenant: 'own' });
    expect(scopeFor('key', ' ci ')).toEqual({ key: 'ci' });
  });
});

describe('sharesOf', () => {
  it('should read shares as people write them', () => {
    expect(sharesOf('50%, 0.9，1')).toEqual([0.5, 0.9, 1]);
    expect(sharesOf('')).toEqual([]);
    expect(sharesOf('half')).toBeUndefined();
    expect(percents([0.8, 1])).toBe('80%, 100%');
  });
});

describe('plain', () => {
  it('should drop only noughts that say nothing', () => {
    expect(['2500.000000000', '0.004100000', '100', '0.000000000', '10.05'].map(plain)).toEqual(['2500', '0.0041', '100', '0', '10.05']);
  });
});
