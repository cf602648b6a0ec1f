"""What one stream at a time shows: when an abandoned one is closed upstream, and what stream guards hold back."""

import http.server
import json
import socket
import threading
import time

import product
import upstream
from gateways import SHORT

TEXT = ("The committee met on Tuesday to go through what the northern branch had sent in. Nobody had counted the crates twice, "
        "so the total of 4,310 was taken as it stood; the rest would follow by post. Somebody asked whether the order 2024-118 "
        "was the same as the one before, and wrote to the office about it. ") * 2


def abandoned(gateway, streams, folder, tries):
    """Milliseconds from the caller's close, after some pieces of a paced stream, to when the upstream noticed; a
    stream of 3 s whose upstream noticed nothing within 4 s is None."""
    found = []
    port, headers, model = gateway.streams("paced100")
    body = {**SHORT, "model": model, "stream": True}
    sent = open(upstream.request(gateway.path, body, headers, folder / "abandoned"), "rb").read()
    for number in range(tries):
        before = len(streams.closed())
        with socket.create_connection(("127.0.0.1", port)) as caller:
            caller.settimeout(10)
            caller.sendall(sent)
            seen = b""
            while seen.count(b"word") < 1 + number % 4:
                piece = caller.recv(65536)
                if not piece:
                    break
                seen += piece
            time.sleep(0.003 * (number % 17))
            left = time.monotonic()
        while len(streams.closed()) == before and time.monotonic() < left + 4:
            time.sleep(0.002)
        now = streams.closed()
        found.append(None if len(now) == before else (now[-1] - left) * 1e3)
    return found


class Speaker:
    """An upstream that says TEXT in pieces of 4 characters each 15 ms, and knows how much it has said. One at a time."""

    SIZE, GAP = 4, 0.015

    def __init__(self):
        speaker = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                speaker.speak(self)

            def log_message(self, *ignored):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.heard, self.behind = 0, []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def speak(self, handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        said, at = 0, 0
        while at < len(TEXT):
            piece = TEXT[at:at + self.SIZE]
            event = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
                     "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]}
            handler.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
            handler.wfile.flush()
            at += self.SIZE
            said += len(piece)
            time.sleep(self.GAP)
            self.behind.append(said - self.heard)
        end = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m",
               "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
        handler.wfile.write(b"data: " + json.dumps(end).encode() + b"\n\ndata: [DONE]\n\n")
        handler.close_connection = True


def held_back(server):
    """Characters that guards of a running server of ours hold back of an ordinary text, 15 ms after each piece:
    median and most."""
    speaker = Speaker()
    server.must("POST", "/api/providers", {
        "name": "speaker", "dialect": "openai", "base_url": f"http://127.0.0.1:{speaker.port}/v1", "credential": "env:PATH"})
    server.must("POST", "/api/prices", {"model": "speaker/m", "input_usd_per_million": "0.1", "output_usd_per_million": "0.4"})
    time.sleep(1.5)
    body = json.dumps({**SHORT, "model": "speaker/m", "stream": True}).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in server.headers.items())
    with socket.create_connection(("127.0.0.1", server.port)) as caller:
        caller.settimeout(30)
        caller.sendall(f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{head}"
                       f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        buffer = b""
        while b"[DONE]" not in buffer:
            piece = caller.recv(65536)
            if not piece:
                break
            buffer += piece
            speaker.heard = len(content(buffer))
    speaker.server.shutdown()
    if speaker.heard != len(TEXT):
        raise SystemExit(f"of {len(TEXT)} characters {speaker.heard} came out: {buffer[:500]!r}")
    return product.median(speaker.behind), max(speaker.behind)


def content(wire):
    """The text of the events that are whole."""
    text = []
    for line in wire.decode(errors="replace").split("\n"):
        if line.startswith("data: {") and line.rstrip().endswith("}"):
            for choice in json.loads(line[6:]).get("choices", []):
                text.append(choice["delta"].get("content") or "")
    return "".join(text)
