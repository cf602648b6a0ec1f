"""Peak memory of all processes while 500 MB of generated files come in, embedded by nobody.

memory [--megabytes N] [--text-share S] [--limit MiB] [--quick]

The vectors are `fake/embedding`'s, so that embedding does not slow it down; all else is the default
configuration. Most bytes of a company's files are pictures: of the 500 MB a part is text. With a limit the server
runs in a control group as in a container of that size, embeds some Chinese documents by its own model beside it and
is asked while it reads.
"""

import argparse
import sys
import time

import generated
import product

SETTINGS = """
knowledge:
  embedding-models: {}
  other-embedding-model: fake/embedding
"""
WITH_MODEL = """
knowledge:
  embedding-models:
    zh: local/bge-small-zh-v1.5
    en: fake/embedding
  other-embedding-model: fake/embedding
"""


def chinese(server):
    """Twenty documents through the model on this machine."""
    server.collection("model")
    state = server.await_job(server.upload("model", [
        (f"{number}.md", f"# 第{number}号仓库\n\n第{number}号仓库存放{number * 7}台水泵，由第{number + 3}组每周检查一次。".encode())
        for number in range(1, 21)]))
    if state.get("failures"):
        raise SystemExit(f"the Chinese documents: {state['failures']}")


def asked(server):
    answer = server.must("POST", "/api/collections/model/search", {"query": "第7号仓库存放多少台水泵？", "limit": 1})
    return "49台" in str(answer)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--megabytes", type=float, default=500)
    arguments.add_argument("--text-share", type=float, default=0.2, help="of the bytes that are text")
    arguments.add_argument("--quick", action="store_true", help="50 MB")
    arguments.add_argument("--limit", type=int, help="MiB that all processes together may take")
    given = arguments.parse_args()
    megabytes = 50 if given.quick else given.megabytes
    limit = product.Limit(given.limit) if given.limit else None
    kept, right = 0, 0
    with product.Server(WITH_MODEL if limit else SETTINGS, limit=limit) as server:
        if limit:
            chinese(server)
        server.collection("memory")
        idle, began = product.resident(server.pid), time.monotonic()
        peak, before = product.Peak(server.pid), server.processor()
        jobs, batch, waiting, sent, characters, count = [], [], 0, 0, 0, 0
        for name, content, text in generated.files(megabytes, given.text_share):
            batch.append((name, content))
            waiting += len(content)
            characters += text
            count += 1
            if waiting > 20_000_000:
                jobs.append(server.upload("memory", batch))
                sent, batch, waiting = sent + waiting, [], 0
                print(f"  {sent / 1e6:.0f} MB sent, {time.monotonic() - began:.0f} s, "
                      f"{product.resident(server.pid):.0f} MiB now", flush=True)
                if limit:
                    kept, right = max(kept, limit.kept()), right + asked(server)
        asks = len(jobs)
        if batch:
            jobs.append(server.upload("memory", batch))
            sent += waiting
        states = [server.await_job(job, every=0.5) for job in jobs]
        seconds = time.monotonic() - began
        peak.stop()
        busy = server.processor() - before
        failed = [failure for state in states for failure in state.get("failures", [])]
        found = server.must("POST", "/api/collections/memory/search", {"query": "the", "limit": 1})
        alive = server.alive()
        killed = limit.killed() if limit else 0
    for failure in failed[:10]:
        print("  failed:", failure)
    product.table(
        ["files", "MB", "of it text", "took s", "processor s", "resident before MiB", "peak resident MiB",
         "peak, shared pages once (PSS) MiB", "failed"],
        [[count, f"{sent / 1e6:.0f}", f"{characters / 1e6:.0f}", f"{seconds:.0f}", f"{busy:.0f}", f"{idle:.0f}",
          f"{peak.resident:.0f}", f"{peak.proportional:.0f}", len(failed)]])
    if limit:
        product.table(
            ["limit MiB", "kept at most when asked MiB", "peak with cached files MiB", "ended by the kernel", "right answers"],
            [[given.limit, f"{kept:.0f}", f"{limit.peak():.0f}", killed, f"{right} of {asks}"]])
        limit.close()
    sys.exit(0 if alive and not failed and not killed and right == (asks if limit else 0) and "results" in found else 1)


main()
