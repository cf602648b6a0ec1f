"""The load of a soak: calls of all kinds at a fixed rate. A process of its own.

mixed.py PORT KEY RATE LOG SEED: prints nothing; each call is a line of LOG when it ended: N, kind, status (0: none),
call id or -, w for a whole answer, when it began (monotonic), seconds, what went wrong or -. Orders come a line each on
standard input: "big" sends a body of 100 MB, "rest" and "go" stop and start, "rate N" changes the rate, "stop" ends it
once every call has ended.
"""

import asyncio
import json
import random
import re
import sys
import time

DEADLINE = 60
KINDS = (("short", 62), ("stream", 18), ("tools", 8), ("large", 5), ("slow", 3), ("vanish", 4))
TOOLS = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}}}}]
ID = re.compile(rb"x-gimbal-call: *(\S+)", re.I)
MOST = 2000


class Load:
    def __init__(self, port, key, rate, log, seed):
        self.port, self.key, self.rate = port, key, rate
        self.log, self.rng = open(log, "a", buffering=1), random.Random(seed)
        self.idle, self.under_way, self.number, self.skipped, self.running, self.resting = [], set(), 0, 0, True, False

    def request(self, kind, number):
        body = {"model": "soak", "messages": [{"role": "user", "content": f"nonce-{number}- please say hello."}]}
        if kind == "large":
            body["messages"][0]["content"] += " word" * 13_000
        if kind == "tools":
            body["tools"] = TOOLS
        if kind in ("stream", "slow", "vanish"):
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        content = json.dumps(body).encode()
        return self.head("/v1/chat/completions", "application/json", len(content)) + content

    def head(self, path, kind, length):
        return (f"POST {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {self.key}\r\ncontent-type: {kind}\r\n"
                f"content-length: {length}\r\n\r\n").encode()

    async def connect(self):
        while self.idle:
            port, reader, writer = self.idle.pop()
            if port == self.port and not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 18)

    async def call(self, kind, number):
        began, seen, wrong, writer = time.monotonic(), {"status": 0, "id": "-", "whole": False}, "-", None
        try:
            async with asyncio.timeout(DEADLINE):
                reader, writer = await self.connect()
                if kind == "big":
                    await self.big(writer, number)
                else:
                    writer.write(self.request(kind, number))
                    await writer.drain()
                keep = await self.answer(reader, kind, number, seen)
            if keep:
                self.idle.append((self.port, reader, writer))
                writer = None
        except TimeoutError:
            wrong = "hung"
        except (OSError, EOFError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError) as failure:
            wrong = type(failure).__name__
        finally:
            if writer:
                writer.transport.abort()
        self.log.write(f"{number} {kind} {seen['status']} {seen['id']} {'w' if seen['whole'] else '-'} "
                       f"{began:.3f} {time.monotonic() - began:.3f} {wrong}\n")

    async def big(self, writer, number):
        """An upload of 100 MB that is passed through."""
        mark = b"nonceboundary"
        first = (b"--%s\r\ncontent-disposition: form-data; name=\"model\"\r\n\r\nbench/model\r\n--%s\r\ncontent-disposition: form-data; "
                 b"name=\"prompt\"\r\n\r\nnonce-%d-\r\n--%s\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n"
                 b"content-type: audio/wav\r\n\r\n") % (mark, mark, number, mark)
        last, size = b"\r\n--%s--\r\n" % mark, 100_000_000
        writer.write(self.head("/v1/audio/transcriptions", "multipart/form-data; boundary=" + mark.decode(),
                               len(first) + size + len(last)) + first)
        piece = bytes(1_000_000)
        for _ in range(size // len(piece)):
            writer.write(piece)
            await writer.drain()
        writer.write(last)
        await writer.drain()

    async def answer(self, reader, kind, number, seen):
        """Whether the connection can be used again."""
        head = await reader.readuntil(b"\r\n\r\n")
        seen["status"] = int(head[9:12])
        found = ID.search(head)
        seen["id"] = found.group(1).decode() if found else "-"
        low, tail, pieces = head.lower(), b"", 0
        length = re.search(rb"content-length: *(\d+)", low)
        if length:
            await reader.readexactly(int(length.group(1)))
            seen["whole"] = True
            return b"connection: close" not in low
        while (size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)):
            tail = (tail + await reader.readexactly(size))[-64:]
            await reader.readexactly(2)
            pieces += 1
            if kind == "slow":
                await asyncio.sleep(0.25)
            if kind == "vanish" and pieces > number % 12:
                raise EOFError
        await reader.readexactly(2)
        seen["whole"] = b"[DONE]" in tail or b"text/event-stream" not in low
        return b"connection: close" not in low

    def start(self, kind):
        self.number += 1
        if len(self.under_way) >= MOST:
            self.skipped += 1
            return
        task = asyncio.create_task(self.call(kind, self.number))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def run(self):
        names, weights = zip(*KINDS)
        due = time.monotonic()
        while self.running:
            if self.resting:
                due = time.monotonic() + 0.05
            while due <= time.monotonic():
                self.start(self.rng.choices(names, weights)[0])
                due += 1 / self.rate
            await asyncio.sleep(max(0.001, due - time.monotonic()))
        if self.under_way:
            await asyncio.wait(self.under_way)
        self.log.write(f"skipped {self.skipped}\n")

    async def hang_up(self):
        """While it rests: what is kept open is the load's, not the server's."""
        while self.resting:
            while self.idle:
                self.idle.pop()[2].close()
            await asyncio.sleep(0.2)

    async def orders(self):
        lines = asyncio.StreamReader()
        await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
        while line := (await lines.readline()).decode().split():
            if line[0] in ("rest", "go"):
                self.resting = line[0] == "rest"
                asyncio.create_task(self.hang_up())
            elif line[0] == "big":
                self.start("big")
            elif line[0] == "rate":
                self.rate = float(line[1])
            else:
                break
        self.running = False


async def main():
    load = Load(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4], int(sys.argv[5]))
    await asyncio.gather(load.run(), load.orders())


if __name__ == "__main__":
    asyncio.run(main())
