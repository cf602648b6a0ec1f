import { useQuery } from '@tanstack/react-query';
import type { Query } from './address';
import { api } from './client';
import { everything } from './queries';
import type { Call, Page } from './types';

export interface CostSum {
  calls: number;
  failed_calls: number;
  unknown_cost_calls: number;
  /** Absent where the cost of none of the calls is known. */
  cost_usd?: string;
  input_tokens: number;
  cached_tokens: number;
  output_tokens: number;
}

export interface CostPoint {
  start: string;
  sum: CostSum;
}

export interface CostGroup {
  /** Absent: the calls that have none. */
  name?: string;
  sum: CostSum;
  points: CostPoint[];
}

export interface Costs {
  from: string;
  until: string;
  group_by?: string;
  interval?: 'hour' | 'day';
  total: CostSum;
  groups: CostGroup[];
  others?: { groups: number; sum: CostSum; points: CostPoint[] };
}

export interface Price {
  model: string;
  input_usd_per_million?: string;
  output_usd_per_million?: string;
  cached_input_usd_per_million?: string;
  cache_write_usd_per_million?: string;
  audio_input_usd_per_million?: string;
  audio_output_usd_per_million?: string;
  /** Of calls whose prompt is longer. */
  tiers?: PriceTier[];
  /** For one `request`, `second`, `character`, `image`, `image/SIZE`, `image/SIZE/QUALITY`. */
  units_usd?: Record<string, string>;
  from: string;
  source: string;
  /** What a newer server knows of. */
  [more: string]: unknown;
}

export interface PriceTier {
  above_tokens: number;
  input_usd_per_million: string;
  output_usd_per_million: string;
  cached_input_usd_per_million?: string;
  cache_write_usd_per_million?: string;
}

/** A model that was called while nobody knew its price. */
export interface UnpricedModel {
  model: string;
  first_called: string;
  last_called: string;
}

interface RouteSaving {
  day: string;
  saved_usd?: string;
  lost_usd?: string;
}

interface CacheRoute {
  route: string;
  counts?: { saved_usd?: string; saved_unknown?: number; hits: number };
}

export const useCosts = (query: Query, enabled = true) =>
  useQuery({ queryKey: ['costs', query], queryFn: ({ signal }) => api.get<Costs>('costs', query, signal), enabled });

export const useCostCalls = (query: Query) =>
  useQuery({ queryKey: ['costs', 'calls', query], queryFn: ({ signal }) => api.get<Page<Call>>('calls', { limit: 50, ...query }, signal) });

export const usePrices = () =>
  useQuery({ queryKey: ['prices'], queryFn: ({ signal }) => everything<Price>('prices', signal) });

/** Below the prices, so that a new price asks anew. */
export const useMissingPrices = () =>
  useQuery({ queryKey: ['prices', 'missing'], queryFn: ({ signal }) => everything<UnpricedModel>('prices/missing', signal) });

/** What routes saved between two days, by asking a small model first. */
export const useRoutingSavings = (from: string, until: string, enabled: boolean) =>
  useQuery({
    queryKey: ['costs', 'routing', from, until],
    enabled,
    queryFn: async ({ signal }) => {
      const routes = await everything<{ name: string }>('routes', signal);
      const days = await Promise.all(
        routes.map(({ name }) => api.get<Page<RouteSaving>>(`routes/${encodeURIComponent(name)}/savings`, { limit: 200 }, signal)),
      );
      return days
        .flatMap((page) => page.data)
        .filter(({ day }) => day >= from.slice(0, 10) && day <= until.slice(0, 10))
        .reduce((sum, day) => sum + Number(day.saved_usd ?? 0) - Number(day.lost_usd ?? 0), 0);
    },
  });

/** What the cache saved on the node that answers, since it started. */
export const useCacheSavings = (enabled: boolean) =>
  useQuery({
    queryKey: ['costs', 'cache'],
    enabled,
    queryFn: async ({ signal }) => {
      const routes = await everything<CacheRoute>('cache', signal);
      return routes.reduce((sum, { counts }) => sum + Number(counts?.saved_usd ?? 0), 0);
    },
  });
