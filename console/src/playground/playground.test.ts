import { describe, expect, it } from 'vitest';
import { readEvents } from '../api/events';
import { begun, dialectError, heard, unanswered } from './answer';
import { bodyOf, nothing, wrongSchema, wrongTools } from './request';

describe('the body of a call', () => {
  it('should hold what is set and nothing else', () => {
    expect(bodyOf('openai/x', { ...nothing, prompt: 'Hi' })).toEqual({
      model: 'openai/x', messages: [{ role: 'user', content: 'Hi' }], stream: true, stream_options: { include_usage: true },
    });
  });

  it('should hold zero as a temperature, a system prompt, images, tools and a schema', () => {
    const body = bodyOf('fast', {
      system: 'Be brief.', prompt: '看图', temperature: 0, maxTokens: 50, images: [{ name: 'a.png', address: 'data:image/png;base64,AA==', bytes: 1 }],
      tools: '[{"name":"weather","parameters":{"type":"object"}},{"type":"function","function":{"name":"time"}}]', schema: '{"type":"object"}',
    });
    expect(body['temperature']).toBe(0);
    expect(body['max_tokens']).toBe(50);
    expect(body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: '看图' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
    ]);
    expect(body['tools']).toEqual([{ type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }, { type: 'function', function: { name: 'time' } }]);
    expect(body['response_format']).toEqual({ type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: { type: 'object' } } });
  });

  it('should say what is wrong with typed JSON', () => {
    expect([wrongTools(''), wrongTools('[]'), wrongTools('{}'), wrongTools('[')]).toEqual([undefined, undefined, 'list', 'json']);
    expect([wrongSchema(' '), wrongSchema('{}'), wrongSchema('[]'), wrongSchema('null')]).toEqual([undefined, undefined, 'object', 'object']);
  });
});

describe('an answer', () => {
  const all = (...chunks: unknown[]) => chunks.reduce<typeof unanswered>(heard, unanswered);

  it('should grow by text, reasoning and parts of several tool calls', () => {
    const answer = all(
      { choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { reasoning_content: 'hm' } }] },
      { choices: [{ delta: { content: '你' } }] },
      { choices: [{ delta: { content: '好' } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { name: 'a', arguments: '{"x"' } }, { index: 1, function: { name: 'b', arguments: '{}' } }] } }] },
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }, finish_reason: 'tool_calls' }] },
      { choices: [], usage: { prompt_tokens: 7, completion_tokens: 3 } },
    );
    expect(answer).toEqual({ text: '你好', reasoning: 'hm', tools: [{ name: 'a', arguments: '{"x":1}' }, { name: 'b', arguments: '{}' }], finish: 'tool_calls', inputTokens: 7, outputTokens: 3 });
  });

  it('should not have begun by the role alone', () => {
    expect(begun(all({ choices: [{ delta: { role: 'assistant', content: '' } }] }))).toBe(false);
    expect(begun(all({ choices: [{ delta: { content: 'x' } }] }))).toBe(true);
  });

  it('should throw an error that comes within the stream', () => {
    expect(() => all({ error: { message: 'cut', code: 'upstream_cut' } })).toThrow('cut');
  });

  it('should read an error of the dialect with its field', () => {
    const error = dialectError(400, { error: { message: 'too hot', type: 'invalid_request_error', param: 'temperature', code: null } }, 'req_1');
    expect([error.status, error.code, error.requestId, error.fields[0]?.field]).toEqual([400, 'invalid_request_error', 'req_1', 'temperature']);
  });

  it('should take the end mark of the dialect as the end', async () => {
    const bytes = new TextEncoder().encode('data: {"choices":[]}\n\ndata: [DONE]\n\n');
    const body = new ReadableStream<Uint8Array>({ start: (controller) => (controller.enqueue(bytes), controller.close()) });
    const events: string[] = [];
    for await (const { event } of readEvents(body)) events.push(event);
    expect(events).toEqual(['message', 'done']);
  });
});
