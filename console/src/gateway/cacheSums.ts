import type { CacheCounts } from '../api/gateway';

/** Counts of several routes together; the rate is of what was looked for, undefined where nothing was. */
export function together(counts: CacheCounts[]): { rate: number | undefined; saved: number; savedUnknown: number; answers: number; bytes: number } {
  const sum = (of: (one: CacheCounts) => number) => counts.reduce((all, one) => all + of(one), 0);
  const given = sum((one) => one.hits + one.similar + one.shared);
  const looked = given + sum((one) => one.misses);
  return { rate: looked > 0 ? given / looked : undefined, saved: sum((one) => Number(one.saved_usd)), savedUnknown: sum((one) => one.saved_unknown), answers: sum((one) => one.answers), bytes: sum((one) => one.bytes) };
}
