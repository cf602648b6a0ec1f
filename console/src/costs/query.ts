import type { Query } from '../api/address';

export const periods = { day: 1, week: 7, month: 30, quarter: 90 } as const;
export type Period = keyof typeof periods;
export const groups = ['model', 'provider', 'key', 'user', 'route', 'application', 'kind'] as const;
const TAG = 'tag:';
const HOUR_MS = 3_600_000;

/** What is looked at, as the page's address says it. */
export interface Choice {
  period: Period;
  /** One of [groups] or `tag:NAME`. */
  group: string;
  /** Narrowed to one group, by what it was grouped then. */
  filters: { group: string; name: string }[];
}

export function choiceOf(parameters: URLSearchParams): Choice {
  const period = parameters.get('period') ?? '';
  const group = parameters.get('by') ?? '';
  return {
    period: period in periods ? (period as Period) : 'month',
    group: (groups as readonly string[]).includes(group) || (group.startsWith(TAG) && group.length > TAG.length) ? group : 'model',
    filters: parameters.getAll('only').flatMap((text) => {
      const at = text.indexOf('=');
      return at > 0 && at < text.length - 1 ? [{ group: text.slice(0, at), name: text.slice(at + 1) }] : [];
    }),
  };
}

export function parametersOf({ period, group, filters }: Choice): URLSearchParams {
  const parameters = new URLSearchParams();
  if (period !== 'month') parameters.set('period', period);
  if (group !== 'model') parameters.set('by', group);
  for (const filter of filters) parameters.append('only', `${filter.group}=${filter.name}`);
  return parameters;
}

/** Begins at a whole hour or day, so that the first bar is not a part of one, and so that it is the same for a while. */
export function spanOf(period: Period, now: number): { from: string; interval: 'hour' | 'day' } {
  const hourly = period === 'day';
  const step = hourly ? HOUR_MS : 24 * HOUR_MS;
  const from = Math.floor((now - periods[period] * 24 * HOUR_MS) / step) * step + step;
  return { from: new Date(from).toISOString(), interval: hourly ? 'hour' : 'day' };
}

/** A group's filter as the API names it. One tag can be asked for at a time. */
export function filterQuery(filters: Choice['filters']): Query {
  const names: Record<string, string> = { key: 'principal', user: 'principal', route: 'requested' };
  return Object.fromEntries(filters.map(({ group, name }) => (group.startsWith(TAG) ? ['tag', `${group.slice(TAG.length)}=${name}`] : [names[group] ?? group, name])));
}

/** With one filter more; a second one of the same parameter takes the first one's place. */
export function narrowed(filters: Choice['filters'], more: { group: string; name: string }): Choice['filters'] {
  const [parameter] = Object.keys(filterQuery([more]));
  return [...filters.filter((one) => Object.keys(filterQuery([one]))[0] !== parameter), more];
}

/** Calls can be listed by these; an application's are found by its trace. */
export const listable = (group: string) => group !== 'application';
