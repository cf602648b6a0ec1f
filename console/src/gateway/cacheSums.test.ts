import { describe, expect, it } from 'vitest';
import { together } from './cacheSums';

const counts = { hits: 3, similar: 1, shared: 0, misses: 4, passed: 100, refused: 2, hit_rate: 0.5, saved_usd: '0.25', saved_unknown: 1, answers: 4, bytes: 100, threshold: 0.95 };

describe('together', () => {
  it('should weigh routes by what was looked for, and leave out what passed by', () => {
    expect(together([counts, { ...counts, hits: 0, similar: 0, misses: 8 }])).toEqual({ rate: 0.25, saved: 0.5, savedUnknown: 2, answers: 8, bytes: 200 });
    expect(together([]).rate).toBeUndefined();
  });
});
