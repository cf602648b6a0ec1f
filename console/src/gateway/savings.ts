import type { Saving } from '../api/gateway';

/** What came of asking a small model first, over days: money saved less what discarded answers cost. */
export function saved(days: Saving[]): { kept: number; escalated: number; net: number; keptShare: number | undefined } {
  const sum = (of: (day: Saving) => number) => days.reduce((all, day) => all + of(day), 0);
  const kept = sum((day) => day.kept);
  const escalated = sum((day) => day.escalated);
  return { kept, escalated, net: sum((day) => Number(day.saved_usd) - Number(day.lost_usd)), keptShare: kept + escalated > 0 ? kept / (kept + escalated) : undefined };
}
