import { dialectError } from '../playground/answer';
import { apiAddress, basePath, type Query } from './address';
import { ApiError, asApiError, problemOf } from './errors';
import { readEvents, type ServerEvent } from './events';

/** How long an ordinary request may take. */
const DEADLINE_MS = 30_000;

/** How long a stream may be silent; the server sends keep-alive comments far more often. */
const SILENCE_MS = 90_000;

let csrf = '';
let onSignedOut: () => void = () => {};

/** The token that changes must carry; kept in memory only. */
export function setCsrf(token: string): void {
  csrf = token;
}

/** Called whenever the server says that there is no session (any more). */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

interface Options {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  /** The version that a change is made to; the server refuses when it is no longer the latest. */
  ifMatch?: string;
}

function headers(method: string, body: unknown, accept: string): Headers {
  const all = new Headers({ accept });
  if (body !== undefined) all.set('content-type', 'application/json');
  if (method !== 'GET' && csrf) all.set('x-gimbal-csrf', csrf);
  return all;
}

async function failure(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  if (response.status === 401) onSignedOut();
  return problemOf(response.status, body, response.headers.get('x-request-id') ?? undefined);
}

async function send(method: string, path: string, accept: string, options: Options, signal: AbortSignal) {
  const init: RequestInit = {
    method,
    headers: headers(method, options.body, accept),
    credentials: 'same-origin',
    signal,
  };
  if (options.ifMatch) (init.headers as Headers).set('if-match', options.ifMatch);
  if (options.body !== undefined) init.body = JSON.stringify(options.body);
  const response = await fetch(apiAddress(path, options.query), init);
  if (!response.ok) throw await failure(response);
  return response;
}

async function request(method: string, path: string, accept: string, options: Options): Promise<Response> {
  const deadline = AbortSignal.timeout(DEADLINE_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
  try {
    return await send(method, path, accept, options, signal);
  } catch (thrown) {
    if (options.signal?.aborted) throw thrown;
    throw asApiError(thrown);
  }
}

/** JSON in, JSON out; undefined for an answer without a body. Throws [ApiError]. */
async function json<T>(method: string, path: string, options: Options = {}): Promise<T> {
  const response = await request(method, path, 'application/json', options);
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const api = {
  get: <T>(path: string, query?: Query, signal?: AbortSignal) =>
    json<T>('GET', path, { ...(query && { query }), ...(signal && { signal }) }),
  post: <T>(path: string, body?: unknown) => json<T>('POST', path, { body: body ?? {} }),
  /** Replaces a named thing; `version` is its entity tag, where the server gave one. */
  put: <T>(path: string, body: unknown, version?: string) =>
    json<T>('PUT', path, { body, ...(version && { ifMatch: version }) }),
  delete: (path: string, query?: Query) => json<void>('DELETE', path, { ...(query && { query }) }),
  /** A named thing with its entity tag, for a change of it. */
  tagged: async <T>(path: string, signal?: AbortSignal): Promise<{ thing: T; tag: string | undefined }> => {
    const response = await request('GET', path, 'application/json', signal ? { signal } : {});
    return { thing: (await response.json()) as T, tag: response.headers.get('etag') ?? undefined };
  },
  text: async (path: string, signal?: AbortSignal): Promise<string> =>
    (await request('GET', path, 'text/plain', signal ? { signal } : {})).text(),
};

/** Server-sent events over fetch, until the server ends them or `signal` aborts. Throws [ApiError]; after an abort it just ends. */
export async function* stream(
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  try {
    const options = body === undefined ? {} : { body };
    const response = await send(method, path, 'text/event-stream', options, AbortSignal.any([signal, silence.signal]));
    if (!response.body) throw new ApiError({ status: 0, code: 'unreachable' });
    yield* readEvents(response.body, heard);
  } catch (thrown) {
    if (signal.aborted) return;
    if (silence.signal.aborted) throw new ApiError({ status: 0, code: 'timeout' });
    throw asApiError(thrown);
  } finally {
    clearTimeout(timer);
  }
}

/** Sends one multipart form, telling how many bytes have left. XMLHttpRequest, because fetch does not tell. Throws [ApiError]. */
export function upload<T>(path: string, form: FormData, progress: (bytes: number) => void, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open('POST', apiAddress(path));
    xhr.setRequestHeader('accept', 'application/json');
    if (csrf) xhr.setRequestHeader('x-gimbal-csrf', csrf);
    xhr.upload.onprogress = (event) => progress(event.loaded);
    xhr.onload = () => {
      const body = parsed(xhr.responseText);
      if (xhr.status >= 200 && xhr.status < 300) return resolve(body as T);
      if (xhr.status === 401) onSignedOut();
      return reject(problemOf(xhr.status, body, xhr.getResponseHeader('x-request-id') ?? undefined));
    };
    xhr.onerror = () => reject(new ApiError({ status: 0, code: 'unreachable' }));
    xhr.onabort = () => reject(new ApiError({ status: 0, code: 'stopped' }));
    signal.addEventListener('abort', () => xhr.abort());
    xhr.send(form);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Starts a streaming model call with the session's rights, in OpenAI's chat dialect; `told` gets what its head says, of a refused one too. Throws [ApiError], and what an abort throws. */
export async function modelCall(body: unknown, signal: AbortSignal, told: (head: Headers) => void): Promise<Response> {
  const response = await fetch(`${basePath}/v1/chat/completions`, {
    method: 'POST',
    headers: headers('POST', body, 'text/event-stream'),
    credentials: 'same-origin',
    body: JSON.stringify(body),
    signal,
  });
  told(response.headers);
  if (response.ok) return response;
  const error = dialectError(response.status, await response.json().catch(() => undefined), response.headers.get('x-request-id') ?? undefined);
  // An upstream may refuse its own credential with the same status; that is no end of this session.
  if (response.status === 401 && error.code === 'credential_missing') onSignedOut();
  throw error;
}
