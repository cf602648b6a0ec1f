import type { RunningCall } from '../api/gateway';

export interface RunningFilter {
  model: string;
  principal: string;
  tag: string;
}

export const noFilter: RunningFilter = { model: '', principal: '', tag: '' };

/** Those that match: a part of the model or route as the caller wrote it, of the key's name or id, of `name=value`. */
export function matching(calls: RunningCall[], filter: RunningFilter, nameOf: (id: string) => string): RunningCall[] {
  const has = (text: string, part: string) => text.toLowerCase().includes(part.trim().toLowerCase());
  return calls.filter((call) =>
    has(call.model, filter.model)
    && (has(call.principal, filter.principal) || has(nameOf(call.principal), filter.principal))
    && (filter.tag.trim() === '' || Object.entries(call.tags).some(([name, value]) => has(`${name}=${value}`, filter.tag))));
}

/** Since when, never below zero where the clocks differ. */
export const elapsed = (since: string, now: number): number => Math.max(0, now - Date.parse(since));
