/** What the server (or the way to it) said instead of an answer. `status` 0: the server was not reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly requestId: string | undefined;
  readonly fields: { field: string; message: string }[];

  constructor(problem: {
    status: number;
    code: string;
    title?: string | undefined;
    detail?: string | undefined;
    requestId?: string | undefined;
    fields?: { field: string; message: string }[] | undefined;
  }) {
    super(problem.detail || problem.title || problem.code);
    this.name = 'ApiError';
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title ?? '';
    this.detail = problem.detail ?? '';
    this.requestId = problem.requestId;
    this.fields = problem.fields ?? [];
  }

  /** Worth asking again without a change of the request. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Reads an RFC 9457 problem; a body that is none still gives an error with its status. */
export function problemOf(status: number, body: unknown, requestId?: string): ApiError {
  const p = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const text = (name: string) => (typeof p[name] === 'string' ? (p[name] as string) : undefined);
  return new ApiError({
    status,
    code: text('code') ?? `http_${status}`,
    title: text('title'),
    detail: text('detail'),
    requestId: text('request_id') ?? requestId,
    fields: Array.isArray(p['errors']) ? (p['errors'] as { field: string; message: string }[]) : undefined,
  });
}

/** Any thrown thing as an ApiError: what is none is a failure on the way. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const timedOut = thrown instanceof DOMException && thrown.name === 'TimeoutError';
  return new ApiError({
    status: 0,
    code: timedOut ? 'timeout' : 'unreachable',
    detail: thrown instanceof Error ? thrown.message : String(thrown),
  });
}
