import { api, modelCall } from '../api/client';
import { asApiError, type ApiError } from '../api/errors';
import { readEvents } from '../api/events';
import type { Call } from '../api/types';
import { begun, heard, unanswered, type Answer } from './answer';

export interface Run {
  state: 'asking' | 'streaming' | 'done' | 'stopped' | 'failed';
  answer: Answer;
  /** From the request to the first piece of the answer. */
  firstMs?: number;
  tookMs?: number;
  call?: string;
  cache?: string;
  /** The call as it was recorded: its cost, its tokens, its trace. */
  record?: Call;
  /** Whether the record is still being looked for. */
  reading?: boolean;
  error?: ApiError;
}

const READ_TRIES = 6;
const READ_PAUSE_MS = 400;

/** Asks one model, telling of each change; ends when the answer and its record are there. Never throws. */
export async function ask(body: unknown, signal: AbortSignal, mayRead: boolean, tell: (run: Run) => void): Promise<void> {
  const started = performance.now();
  let run: Run = { state: 'asking', answer: unanswered };
  const change = (part: Partial<Run>) => tell((run = { ...run, ...part }));
  change({});
  try {
    const response = await modelCall(body, signal, (head) => change({ call: head.get('x-gimbal-call') ?? '', cache: head.get('x-gimbal-cache') ?? '' }));
    if (!response.body) throw new Error('no body');
    for await (const { event, data } of readEvents(response.body)) {
      if (event === 'done') break;
      const answer = heard(run.answer, data);
      const first = run.firstMs === undefined && begun(answer) ? { firstMs: performance.now() - started } : {};
      change({ state: 'streaming', answer, ...first });
    }
    change({ state: 'done', tookMs: performance.now() - started });
  } catch (thrown) {
    const tookMs = performance.now() - started;
    change(signal.aborted ? { state: 'stopped', tookMs } : { state: 'failed', tookMs, error: asApiError(thrown) });
  }
  if (run.call && mayRead) {
    change({ reading: true });
    const record = await recordOf(run.call);
    change({ reading: false, ...(record && { record }) });
  }
}

/** A record is written a moment after the answer ends. */
async function recordOf(call: string): Promise<Call | undefined> {
  for (let tries = 0; tries < READ_TRIES; tries++) {
    try {
      return await api.get<Call>(`calls/${encodeURIComponent(call)}`);
    } catch (thrown) {
      if (asApiError(thrown).status !== 404) return undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, READ_PAUSE_MS));
  }
  return undefined;
}
