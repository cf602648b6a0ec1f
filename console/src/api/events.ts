export interface ServerEvent {
  event: string;
  data: unknown;
}

/**
 * Reads a `text/event-stream`: any line end, comments skipped, several `data` lines joined, events cut anywhere by the
 * network. Each event's data is JSON in Gimbal, `[DONE]` of OpenAI's dialect apart, which becomes an event `done`; an event whose data is not is a broken stream and throws.
 */
export async function* readEvents(body: ReadableStream<Uint8Array>, heard: () => void = () => {}): AsyncGenerator<ServerEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      heard();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      // A carriage return at the end may be half of a line end: it waits for the next piece.
      const usable = !done && rest.endsWith('\r') ? rest.slice(0, -1) : rest;
      const blocks = usable.replace(/\r\n?/g, '\n').split('\n\n');
      rest = (blocks.pop() ?? '') + rest.slice(usable.length);
      for (const block of blocks) {
        const event = parseBlock(block);
        if (event) yield event;
      }
      if (done) return;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseBlock(block: string): ServerEvent | undefined {
  let event = 'message';
  const data: string[] = [];
  for (const line of block.split('\n')) {
    if (line === '' || line.startsWith(':')) continue;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    if (field === 'data') data.push(value);
  }
  if (data.length === 1 && data[0] === '[DONE]') return { event: 'done', data: undefined };
  return data.length === 0 ? undefined : { event, data: JSON.parse(data.join('\n')) as unknown };
}
