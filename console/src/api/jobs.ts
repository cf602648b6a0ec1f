import { segment } from './address';
import { api, stream } from './client';
import { asApiError } from './errors';
import type { Job } from './types';

const RETRY_MS = 1_500;
const ATTEMPTS = 8;

/**
 * Follows a job until it ends, telling each news of it. A stream that breaks is opened again; after several failures in a
 * row the last one is thrown. Ends silently when `signal` aborts.
 */
export async function followJob(id: string, news: (job: Job) => void, signal: AbortSignal): Promise<void> {
  for (let failures = 0; !signal.aborted; ) {
    try {
      for await (const event of stream('GET', `jobs/${segment(id)}/events`, undefined, signal)) {
        failures = 0;
        if (isJob(event.data)) news(event.data);
        if (event.event === 'end') return;
      }
      const job = await api.get<Job>(`jobs/${segment(id)}`, {}, signal);
      news(job);
      if (job.ended) return;
    } catch (thrown) {
      if (signal.aborted) return;
      const error = asApiError(thrown);
      if (!error.retryable || ++failures >= ATTEMPTS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function isJob(data: unknown): data is Job {
  return typeof data === 'object' && data !== null && 'total' in data && 'done' in data;
}
