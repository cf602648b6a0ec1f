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
  /** What the cache and small models that were asked first made cheaper; below zero where those were asked in vain. */
  saved_usd: string;
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

export const useCosts = (query: Query, enabled = true) =>
  useQuery({ queryKey: ['costs', query], queryFn: ({ signal }) => api.get<Costs>('costs', query, signal), enabled });

export const useCostCalls = (query: Query) =>
  useQuery({ queryKey: ['costs', 'calls', query], queryFn: ({ signal }) => api.get<Page<Call>>('calls', { limit: 50, ...query }, signal) });

export const usePrices = () =>
  useQuery({ queryKey: ['prices'], queryFn: ({ signal }) => everything<Price>('prices', signal) });

/** Below the prices, so that a new price asks anew. */
export const useMissingPrices = () =>
  useQuery({ queryKey: ['prices', 'missing'], queryFn: ({ signal }) => everything<UnpricedModel>('prices/missing', signal) });
