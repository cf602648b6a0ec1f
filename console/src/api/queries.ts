import { useInfiniteQuery, useQuery, type QueryClient } from '@tanstack/react-query';
import { segment, type Query } from './address';
import { api } from './client';
import type {
  Call, Collection, Conversation, ConversationSummary, Document, DocumentVersion, Job, Key, Model, Page, Role, Status,
  Trace, TraceSummary,
} from './types';

const PAGE = 50;

export const paths = {
  collection: (collection: string) => `collections/${segment(collection)}`,
  documents: (collection: string) => `collections/${segment(collection)}/documents`,
  document: (collection: string, document: string) =>
    `collections/${segment(collection)}/documents/${segment(document)}`,
  content: (collection: string, document: string, version: number) =>
    `collections/${segment(collection)}/documents/${segment(document)}/versions/${version}/content`,
};

/** A list that grows page by page. */
export function useList<T>(key: readonly unknown[], path: string, query: Query, enabled = true, refetchInterval: number | false = false) {
  const result = useInfiniteQuery({
    queryKey: [...key, query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<T>>(path, { limit: PAGE, ...query, cursor: pageParam ?? undefined }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    enabled,
    refetchInterval,
  });
  return { ...result, items: result.data?.pages.flatMap((page) => page.data) ?? [] };
}

export type ListOf<T> = ReturnType<typeof useList<T>>;

/** A short list as a whole; stops at 20 pages, which no such list reaches. */
export async function everything<T>(path: string, signal: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 20; pages++) {
    const page: Page<T> = await api.get<Page<T>>(path, cursor ? { cursor } : {}, signal);
    items.push(...page.data);
    cursor = page.next;
    if (!cursor) break;
  }
  return items;
}

export const useCollections = () =>
  useQuery({ queryKey: ['collections'], queryFn: ({ signal }) => everything<Collection>('collections', signal) });

export const useCollection = (name: string) =>
  useQuery({
    queryKey: ['collections', name],
    queryFn: ({ signal }) => api.get<Collection>(paths.collection(name), {}, signal),
  });

export const useDocuments = (collection: string, query: Query, refetchInterval: number | false) =>
  useList<Document>(['documents', collection], paths.documents(collection), query, true, refetchInterval);

export const useDocument = (collection: string, document: string, enabled = true) =>
  useQuery({
    queryKey: ['document', collection, document],
    queryFn: ({ signal }) => api.get<Document>(paths.document(collection, document), {}, signal),
    enabled,
  });

export const useVersions = (collection: string, document: string) =>
  useQuery({
    queryKey: ['document', collection, document, 'versions'],
    queryFn: ({ signal }) => everything<DocumentVersion>(`${paths.document(collection, document)}/versions`, signal),
  });

/** The extracted text of one version, which never changes. */
export const useContent = (collection: string, document: string, version: number | undefined) =>
  useQuery({
    queryKey: ['content', collection, document, version],
    queryFn: ({ signal }) => api.text(paths.content(collection, document, version ?? 0), signal),
    enabled: version !== undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });

export const useConversations = () => useList<ConversationSummary>(['conversations'], 'conversations', {});

export const useConversation = (id: string | undefined) =>
  useQuery({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) => api.get<Conversation>(`conversations/${segment(id ?? '')}`, {}, signal),
    enabled: id !== undefined,
  });

export const useTraces = (query: Query) => useList<TraceSummary>(['traces'], 'traces', query);

export const useTrace = (id: string, enabled = true) =>
  useQuery({
    queryKey: ['trace', id],
    queryFn: ({ signal }) => api.get<Trace>(`traces/${segment(id)}`, {}, signal),
    enabled,
  });

export const useCall = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['call', id],
    queryFn: ({ signal }) => api.get<Call>(`calls/${segment(id)}`, {}, signal),
    enabled,
  });

export const useKeys = (enabled = true) => useList<Key>(['keys'], 'keys', {}, enabled);

export const useRoles = () =>
  useQuery({ queryKey: ['roles'], queryFn: ({ signal }) => everything<Role>('roles', signal) });

export const useStatus = () =>
  useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => api.get<Status>('status', {}, signal),
    refetchInterval: 5_000,
  });

export const useModels = (enabled = true) =>
  useQuery({
    queryKey: ['models'],
    queryFn: ({ signal }) => everything<Model>('models', signal),
    enabled,
  });

export const useJobs = () => useList<Job>(['jobs'], 'jobs', { limit: 20 }, true, 5_000);

/** Everything that a change of documents makes stale. */
export function documentsChanged(client: QueryClient, collection?: string): void {
  void client.invalidateQueries({ queryKey: ['collections'] });
  void client.invalidateQueries({ queryKey: collection ? ['documents', collection] : ['documents'] });
  void client.invalidateQueries({ queryKey: collection ? ['document', collection] : ['document'] });
}
