import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { segment, type Query } from '../api/address';
import { api } from '../api/client';
import type { Alert, Budget, CacheRoute, Channel, Guard, Limit, Provider, ProviderHealth, Route, RunningCall, Saving, Surge } from '../api/gateway';
import { everything, useKeys, useList, useModels } from '../api/queries';
import { useSession } from '../api/session';
import type { Call, Page } from '../api/types';

const SECOND_MS = 1_000;

/** As many as one page of the server holds; the list is cut there, and says so. */
export const MOST_RUNNING = 200;

/** What is under way, asked anew each second while it is looked at. */
export const useRunningCalls = (paused: boolean) =>
  useQuery({
    queryKey: ['running-calls'],
    queryFn: ({ signal }) => api.get<Page<RunningCall>>('running-calls', { limit: MOST_RUNNING }, signal),
    refetchInterval: paused ? false : SECOND_MS,
    refetchOnWindowFocus: !paused,
  });

export const useCalls = (query: Query) => useList<Call>(['calls'], 'calls', query);

export const useProviders = (enabled = true) =>
  useQuery({ queryKey: ['providers'], queryFn: ({ signal }) => everything<Provider>('providers', signal), enabled });

export const useProvider = (name: string, enabled = true) => useTagged<Provider>('providers', name, enabled);

export const useProviderHealth = (provider: string, enabled = true, interval = 2 * SECOND_MS) =>
  useQuery({
    queryKey: ['provider-health', provider],
    queryFn: ({ signal }) => api.get<ProviderHealth>(`providers/${segment(provider)}/health`, {}, signal),
    refetchInterval: interval,
    enabled,
  });

export const useRoutes = (enabled = true) =>
  useQuery({ queryKey: ['routes'], queryFn: ({ signal }) => everything<Route>('routes', signal), enabled });

/** One named thing with the version that a change of it must name. */
const useTagged = <T>(kind: string, name: string, enabled: boolean) =>
  useQuery({
    queryKey: [kind, name],
    queryFn: ({ signal }) => api.tagged<T>(`${kind}/${segment(name)}`, signal),
    enabled,
    // A form that is being filled in must not be drawn over.
    refetchOnWindowFocus: false,
    staleTime: 0,
  });

export const useRoute = (name: string, enabled = true) => useTagged<Route>('routes', name, enabled);

export const useSavings = (route: string, enabled: boolean) =>
  useQuery({
    queryKey: ['routes', route, 'savings'],
    queryFn: ({ signal }) => api.get<Page<Saving>>(`routes/${segment(route)}/savings`, { limit: 30 }, signal),
    enabled,
  });

export const useBudgets = () =>
  useQuery({ queryKey: ['budgets'], queryFn: ({ signal }) => everything<Budget>('budgets', signal), refetchInterval: 5 * SECOND_MS });

export const useBudget = (name: string, enabled: boolean) => useTagged<Budget>('budgets', name, enabled);

export const useLimits = () =>
  useQuery({ queryKey: ['limits'], queryFn: ({ signal }) => everything<Limit>('limits', signal), refetchInterval: 5 * SECOND_MS });

export const useLimit = (name: string, enabled: boolean) => useTagged<Limit>('limits', name, enabled);

export const useGuards = () =>
  useQuery({ queryKey: ['guards'], queryFn: ({ signal }) => everything<Guard>('guards', signal) });

export const useGuard = (name: string, enabled = true) => useTagged<Guard>('guards', name, enabled);

export const useCache = () =>
  useQuery({ queryKey: ['cache'], queryFn: ({ signal }) => everything<CacheRoute>('cache', signal), refetchInterval: 5 * SECOND_MS });

export const useAlerts = (query: Query) => useList<Alert>(['alerts'], 'alerts', query, true, 10 * SECOND_MS);

/** One alert with how it went out. */
export const useAlert = (id: string) =>
  useQuery({ queryKey: ['alerts', id], queryFn: ({ signal }) => api.get<Alert>(`alerts/${segment(id)}`, {}, signal) });

export const useChannels = () =>
  useQuery({ queryKey: ['alert-channels'], queryFn: ({ signal }) => everything<Channel>('alert-channels', signal) });

export const useChannel = (name: string, enabled: boolean) => useTagged<Channel>('alert-channels', name, enabled);

export const useSurge = () =>
  useQuery({ queryKey: ['surge'], queryFn: ({ signal }) => api.tagged<Surge>('surge', signal), refetchOnWindowFocus: false });

/** Says that a kind of thing changed, in lists and by itself. */
export function useChanged(...kinds: string[]): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await Promise.all(kinds.map((kind) => client.invalidateQueries({ queryKey: [kind] })));
  };
}

/** Names of the models that can be called, for suggestions; empty where the right lacks. */
export function useModelNames(only?: 'targets'): string[] {
  const { may } = useSession();
  const models = useModels(may('models.read'));
  return useMemo(() => {
    const names = (models.data ?? []).map((model) => model.name);
    return only === 'targets' ? names.filter((name) => name.includes('/')) : names;
  }, [models.data, only]);
}

/** How people call a principal: its name where the reader may see keys, else its id. */
export function usePrincipalNames(): { nameOf: (id: string) => string; names: string[] } {
  const { may } = useSession();
  const keys = useKeys(may('keys.read'));
  return useMemo(() => {
    const byId = new Map(keys.items.map((key) => [key.id, key.name]));
    return { nameOf: (id) => byId.get(id) ?? id, names: [...byId.values()] };
  }, [keys.data]);
}
