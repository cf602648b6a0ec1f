import { describe, expect, it } from 'vitest';
import { readEvents, type ServerEvent } from './events';

async function read(chunks: Uint8Array[]): Promise<ServerEvent[]> {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      chunks.forEach((chunk) => controller.enqueue(chunk));
      controller.close();
    },
  });
  const found: ServerEvent[] = [];
  for await (const event of readEvents(body)) found.push(event);
  return found;
}

const wire = 'event: start\r\ndata: {"trace":"t"}\r\n\r\n: keep-alive\n\nevent: text\ndata: {"text":\ndata: "年假 🍽"}\n\ndata: 1\r\r';
const expected = [
  { event: 'start', data: { trace: 't' } },
  { event: 'text', data: { text: '年假 🍽' } },
  { event: 'message', data: 1 },
];

describe('reading server-sent events', () => {
  it('should read the same events wherever the network cuts them', async () => {
    const bytes = new TextEncoder().encode(wire);
    for (let cut = 1; cut < bytes.length; cut++) {
      expect(await read([bytes.slice(0, cut), bytes.slice(cut)]), `cut at ${cut}`).toEqual(expected);
    }
    expect(await read([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it('should drop an event that the end cut off', async () => {
    expect(await read([new TextEncoder().encode('data: 1\n\ndata: {"half"')])).toEqual([{ event: 'message', data: 1 }]);
  });
});
