"""Latency of model calls and of searches at a fixed rate, idle and while documents come in.

interference --data DIR [--rate N] [--seconds N] [--quick]

Open loop: each second 20 chat calls (to nginx, through key, record and cost) and 20 hybrid searches leave on
time whatever the answers do, and a latency counts from when a request was due. Must: P99 under ingestion at
most the larger of twice idle and idle plus 25 ms. Exit status 1 if not.
"""

import argparse
import json
import pathlib
import sys
import threading
import time

import product
import upstream

SETTINGS = "gateway:\n  allow-private-upstreams: true\n"


def queries(corpus, count=200):
    with open(corpus / "queries.jsonl", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines][:count]


class Ingestion(threading.Thread):
    """Keeps the server busy with documents until stopped: always some hundred of them wait."""

    def __init__(self, server, collection, files):
        super().__init__(daemon=True)
        self.server, self.collection, self.files = server, collection, files
        self.over, self.taken = threading.Event(), 0
        self.start()

    def run(self):
        jobs = []
        for at in range(0, len(self.files), 100):
            jobs.append(self.server.upload(self.collection, self.files[at:at + 100]))
            while len(jobs) >= 3 and not self.over.is_set():
                if self.server.must("GET", f"/api/jobs/{jobs[0]}").get("ended"):
                    jobs.pop(0)
                else:
                    self.over.wait(0.5)
            if self.over.is_set():
                break
        self.server_jobs = jobs

    def stop(self):
        self.over.set()
        self.join()
        for job in self.server_jobs:
            self.server.call("POST", f"/api/jobs/{job}/cancel", {})



def phase(server, port, rate, warm, seconds, call, searches):
    """Both loads at once; (calls, searches)."""
    both = [upstream.load(port, 64, rate, warm, seconds, [call], urgent=True),
            upstream.load(port, 64, rate, warm, seconds, searches, urgent=True)]
    return [upstream.result(one) for one in both]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True, type=pathlib.Path, help="holds retrieval-en/scifact")
    arguments.add_argument("--rate", type=float, default=20, help="calls a second, and as many searches")
    arguments.add_argument("--seconds", type=float, default=45, help="of a phase")
    arguments.add_argument("--documents", type=int, default=400, help="that are searched")
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    seconds, documents = (15, 100) if given.quick else (given.seconds, given.documents)
    corpus = given.data / "retrieval-en/scifact"
    with product.Server(SETTINGS) as server, upstream.Nginx(server.folder) as nginx:
        port = int(server.host.rsplit(":", 1)[1])
        server.must("POST", "/api/providers", {
            "name": "bench", "dialect": "openai", "base_url": f"http://127.0.0.1:{nginx.port}/v1",
            "credential": "env:PATH"})
        server.must("POST", "/api/prices", {
            "model": "bench/model", "input_usd_per_million": "0.1", "output_usd_per_million": "0.4"})
        key = server.must("POST", "/api/keys", {
            "name": "bench", "role": "developer", "requests_per_minute": 10**9})["key"]
        server.collection("bench")
        server.await_job(server.upload("bench", product.beir(corpus, 0, documents)))
        headers = {"Authorization": "Bearer " + key}
        call = upstream.request(
            "/v1/chat/completions",
            {"model": "bench/model", "messages": [{"role": "user", "content": "Say hello for a benchmark test."}]},
            headers, server.folder / "call")
        searches = [
            upstream.request("/api/collections/bench/search", {"query": query, "limit": 10}, headers,
                             server.folder / f"search-{number}")
            for number, query in enumerate(queries(corpus))]
        time.sleep(2)
        found = {"idle": phase(server, port, given.rate, 10, seconds, call, searches)}
        ingestion = Ingestion(server, "bench", product.beir(corpus, documents, 5000))
        before, began = server.processor(), time.monotonic()
        found["ingesting"] = phase(server, port, given.rate, 5, seconds, call, searches)
        busy = (server.processor() - before) / (time.monotonic() - began)
        ingestion.stop()
        time.sleep(3)
        found["idle again"] = phase(server, port, given.rate, 2, seconds, call, searches)
        alive = server.alive()
    rows, held = [], alive
    for at, kind in enumerate(("call", "search")):
        idle = min(found["idle"][at]["p99"], found["idle again"][at]["p99"])
        for name, measured in found.items():
            one = measured[at]
            limit = max(2 * idle, idle + 25) if name == "ingesting" else None
            held = held and one["failed"] == 0 and one["waiting"] == 0 and (limit is None or one["p99"] <= limit)
            rows.append([kind, name, one["completed"], one["failed"], f"{one['p50']:.1f}", f"{one['p90']:.1f}",
                         f"{one['p99']:.1f}", f"{one['max']:.1f}", "" if limit is None else f"{limit:.1f}"])
    product.table(["what", "when", "answered", "failed", "P50 ms", "P90 ms", "P99 ms", "most ms", "P99 must be under"], rows)
    print(f"processors busy while ingesting: {busy:.2f}; {'held' if held else 'NOT HELD'}")
    sys.exit(0 if held else 1)


main()
