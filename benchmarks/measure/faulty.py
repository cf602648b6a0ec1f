"""An upstream that fails as it is told, and counts what it answered. A process of its own.

faulty.py LOG: prints its port, then reads the name of a fault a line from standard input ("healthy" ends one). While
one is on, a third of the requests get it. A body carries `nonce-N`; usage follows from N. Each answer that went out
whole is a line of LOG: N, tokens in, tokens out. SIGTERM ends it.
"""

import asyncio
import json
import random
import re
import sys

NONCE = re.compile(rb"nonce-(\d+)-")
FAULTS = ("error", "busy", "silence", "reset", "garbage")
PIECES, GAP = 20, 0.01


def usage(number):
    """Tokens in and out of an answer: its own of every call."""
    return 10 + number % 89, 5 + number % 43


class Upstream:
    def __init__(self, log):
        self.fault, self.log, self.rng = "healthy", open(log, "a", buffering=1), random.Random(7)

    async def serve(self, reader, writer):
        try:
            while await self.one(reader, writer):
                pass
        except (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort() if self.broken(writer) else writer.close()

    @staticmethod
    def broken(writer):
        return getattr(writer, "reset", False)

    async def one(self, reader, writer):
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        body, number = await self.body(reader, head)
        fault = self.fault if self.fault != "healthy" and self.rng.random() < 0.34 else None
        stream = b'"stream":true' in body.replace(b" ", b"")
        if fault and not await self.fail(fault, writer, stream):
            return fault in ("error", "busy")
        if not fault:
            await (self.stream if stream else self.answer)(writer, body, number)
            self.log.write("%d %d %d\n" % (number, *usage(number)))
        return True

    @staticmethod
    async def body(reader, head):
        """What matters of a body, and its nonce; a large one is read past."""
        kept = b""
        if b"transfer-encoding: chunked" in head:
            while (size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)):
                left = size
                while left:
                    piece = await reader.read(min(left, 1 << 16))
                    if not piece:
                        raise EOFError
                    left -= len(piece)
                    kept += piece[:max(0, 100_000 - len(kept))]
                await reader.readexactly(2)
            await reader.readexactly(2)
        else:
            found = re.search(rb"content-length: *(\d+)", head)
            left = int(found.group(1)) if found else 0
            while left:
                piece = await reader.read(min(left, 1 << 16))
                if not piece:
                    raise EOFError
                left -= len(piece)
                kept += piece[:max(0, 100_000 - len(kept))]
        found = NONCE.search(kept)
        return kept, int(found.group(1)) if found else 0

    @staticmethod
    def send(writer, status, kind, body, more=""):
        writer.write(f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{more}\r\n".encode() + body)

    async def fail(self, fault, writer, stream):
        if fault == "error":
            self.send(writer, "500 Oops", "application/json", b'{"error": {"message": "broken", "type": "server_error"}}')
        elif fault == "busy":
            self.send(writer, "429 Busy", "application/json", b'{"error": {"message": "slow down"}}', "retry-after: 1\r\n")
        elif fault == "silence":
            await asyncio.sleep(120)
        elif fault == "garbage":
            self.send(writer, "200 OK", "text/event-stream" if stream else "application/json",
                      b"\xff\x00{]" + self.rng.randbytes(200))
            writer.reset = True
        else:
            if stream:
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
            writer.reset = True
        await writer.drain()
        return False

    async def answer(self, writer, body, number):
        into, out = usage(number)
        message = {"role": "assistant", "content": f"Answer {number}."}
        if b'"tools"' in body:
            message = {"role": "assistant", "content": None, "tool_calls": [{
                "id": f"t{number}", "type": "function", "function": {"name": "look_up", "arguments": json.dumps({"n": number})}}]}
        self.send(writer, "200 OK", "application/json", json.dumps({
            "id": "c", "object": "chat.completion", "created": 1, "model": "m", "text": "said",
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out}}).encode())
        await writer.drain()

    async def stream(self, writer, body, number):
        into, out = usage(number)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        base = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}

        def event(choices, **more):
            text = b"data: " + json.dumps({**base, "choices": choices, **more}).encode() + b"\n\n"
            writer.write(b"%x\r\n%s\r\n" % (len(text), text))

        for piece in range(PIECES):
            event([{"index": 0, "delta": {"content": f"piece {piece} of {number}. "}, "finish_reason": None}])
            await writer.drain()
            await asyncio.sleep(GAP)
        event([{"index": 0, "delta": {}, "finish_reason": "stop"}])
        event([], usage={"prompt_tokens": into, "completion_tokens": out, "total_tokens": into + out})
        writer.write(b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n")
        await writer.drain()


async def main():
    upstream = Upstream(sys.argv[1])
    server = await asyncio.start_server(upstream.serve, "127.0.0.1", 0, limit=1 << 18, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        upstream.fault = line.decode().strip()


if __name__ == "__main__":
    asyncio.run(main())
