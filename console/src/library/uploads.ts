import { useSyncExternalStore } from 'react';
import { upload } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { followJob } from '../api/jobs';
import { paths } from '../api/queries';
import type { Job, UploadAccepted } from '../api/types';

/** A file to send, with the path inside the folder that it was chosen with. */
export interface Chosen {
  file: File;
  path: string;
}

export interface Upload {
  id: number;
  collection: string;
  files: number;
  bytes: number;
  sent: number;
  jobs: Job[];
  state: 'sending' | 'working' | 'ended';
  stopped: boolean;
  errors: ApiError[];
}

/** One request carries at most this much: small enough to follow and to repeat, large enough to be quick. */
const BATCH_FILES = 40;
const BATCH_BYTES = 48_000_000;

/** Uploads live outside the screens, so that going elsewhere in the console stops none. */
let uploads: readonly Upload[] = [];
const listeners = new Set<() => void>();
const stops = new Map<number, AbortController>();
let next = 1;

function change(id: number, part: Partial<Upload>): void {
  uploads = uploads.map((one) => (one.id === id ? { ...one, ...part } : one));
  listeners.forEach((listener) => listener());
}

const find = (id: number) => uploads.find((one) => one.id === id);

export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => uploads,
  );
}

export function batches(files: Chosen[]): Chosen[][] {
  const result: Chosen[][] = [];
  let bytes = 0;
  for (const chosen of files) {
    const last = result.at(-1);
    if (last && last.length < BATCH_FILES && bytes + chosen.file.size <= BATCH_BYTES) {
      last.push(chosen);
      bytes += chosen.file.size;
    } else {
      result.push([chosen]);
      bytes = chosen.file.size;
    }
  }
  return result;
}

/** Sends files and follows their jobs; `changed` is called whenever documents have moved on. */
export async function startUpload(collection: string, files: Chosen[], changed: () => void): Promise<void> {
  const id = next++;
  const stop = new AbortController();
  stops.set(id, stop);
  const bytes = files.reduce((sum, { file }) => sum + file.size, 0);
  uploads = [...uploads, { id, collection, files: files.length, bytes, sent: 0, jobs: [], state: 'sending', stopped: false, errors: [] }];
  change(id, {});

  let before = 0;
  const following: Promise<void>[] = [];
  for (const batch of batches(files)) {
    if (stop.signal.aborted) break;
    const size = batch.reduce((sum, { file }) => sum + file.size, 0);
    try {
      const accepted = await sendBatch(collection, batch, (sent) => change(id, { sent: before + Math.min(sent, size) }), stop.signal);
      changed();
      if (accepted.job) following.push(follow(id, accepted.job, batch.length, changed, stop.signal));
    } catch (thrown) {
      if (!stop.signal.aborted) fail(id, thrown);
    }
    before += size;
    change(id, { sent: before });
  }
  change(id, { state: 'working' });
  await Promise.all(following);
  change(id, { state: 'ended', stopped: stop.signal.aborted });
  changed();
}

function sendBatch(collection: string, batch: Chosen[], progress: (bytes: number) => void, signal: AbortSignal): Promise<UploadAccepted> {
  const form = new FormData();
  for (const { file, path } of batch) form.append('file', file, path);
  return upload<UploadAccepted>(paths.documents(collection), form, progress, signal);
}

async function follow(id: number, job: string, files: number, changed: () => void, signal: AbortSignal): Promise<void> {
  const put = (news: Job) => {
    const jobs = find(id)?.jobs ?? [];
    const known = jobs.some((one) => one.id === news.id);
    change(id, { jobs: known ? jobs.map((one) => (one.id === news.id ? news : one)) : [...jobs, news] });
  };
  put({ id: job, kind: 'ingestion', state: 'waiting', done: 0, total: files, failed: 0, created: new Date().toISOString() });
  try {
    await followJob(job, put, signal);
  } catch (thrown) {
    fail(id, thrown);
  }
  changed();
}

function fail(id: number, thrown: unknown): void {
  change(id, { errors: [...(find(id)?.errors ?? []), asApiError(thrown)] });
}

/** Stops sending and following. What the server has accepted, it keeps and finishes. */
export function stopUpload(id: number): void {
  stops.get(id)?.abort();
}

export function dismissUpload(id: number): void {
  uploads = uploads.filter((one) => one.id !== id);
  stops.delete(id);
  listeners.forEach((listener) => listener());
}

/** Sums over the jobs of an upload. */
export function totals(one: Upload) {
  const sum = (of: (job: Job) => number) => one.jobs.reduce((all, job) => all + of(job), 0);
  // The server counts a failed one as done too.
  return { done: sum((job) => job.done - job.failed), total: sum((job) => job.total), failed: sum((job) => job.failed), failures: one.jobs.flatMap((job) => job.failures ?? []) };
}

window.addEventListener('beforeunload', (event) => {
  if (uploads.some((one) => one.state === 'sending')) event.preventDefault();
});
