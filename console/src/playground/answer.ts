import { ApiError } from '../api/errors';

export interface ToolCall {
  name: string;
  arguments: string;
}

/** What has come of an answer so far. */
export interface Answer {
  text: string;
  reasoning: string;
  tools: ToolCall[];
  finish?: string;
  inputTokens?: number;
  outputTokens?: number;
}

export const unanswered: Answer = { text: '', reasoning: '', tools: [] };

interface Chunk {
  choices?: {
    delta?: {
      content?: string | null;
      reasoning_content?: string | null;
      tool_calls?: { index?: number; function?: { name?: string; arguments?: string } }[];
    };
    finish_reason?: string | null;
  }[];
  usage?: { prompt_tokens?: number; completion_tokens?: number } | null;
  error?: unknown;
}

/** An error in OpenAI's shape, from an answer's body or from within a stream. */
export function dialectError(status: number, body: unknown, requestId?: string): ApiError {
  const error = ((body as { error?: unknown } | undefined)?.error ?? {}) as Record<string, unknown>;
  const text = (name: string) => (typeof error[name] === 'string' ? (error[name] as string) : undefined);
  const field = text('param');
  return new ApiError({
    status,
    code: text('code') ?? text('type') ?? `http_${status}`,
    detail: text('message'),
    requestId,
    fields: field ? [{ field, message: text('message') ?? '' }] : [],
  });
}

/** The answer with one more piece of its stream; throws what the stream says went wrong. */
export function heard(answer: Answer, data: unknown): Answer {
  const chunk = (data ?? {}) as Chunk;
  if (chunk.error) throw dialectError(502, chunk);
  const choice = chunk.choices?.[0];
  const delta = choice?.delta;
  const next: Answer = { ...answer };
  if (delta?.content) next.text += delta.content;
  if (delta?.reasoning_content) next.reasoning += delta.reasoning_content;
  if (delta?.tool_calls) {
    next.tools = [...answer.tools];
    for (const [at, call] of delta.tool_calls.entries()) {
      const index = call.index ?? at;
      const before = next.tools[index] ?? { name: '', arguments: '' };
      next.tools[index] = { name: before.name || (call.function?.name ?? ''), arguments: before.arguments + (call.function?.arguments ?? '') };
    }
  }
  if (choice?.finish_reason) next.finish = choice.finish_reason;
  if (chunk.usage) {
    if (chunk.usage.prompt_tokens !== undefined) next.inputTokens = chunk.usage.prompt_tokens;
    if (chunk.usage.completion_tokens !== undefined) next.outputTokens = chunk.usage.completion_tokens;
  }
  return next;
}

/** Whether something of the answer itself has come. */
export const begun = (answer: Answer) => answer.text !== '' || answer.reasoning !== '' || answer.tools.length > 0;
