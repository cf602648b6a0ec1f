"""Peak memory of all processes while 500 MB of generated files come in, embedded by nobody.

memory [--megabytes N] [--text-share S] [--limit MiB] [--quick]

The vectors are `fake/embedding`'s, so the embedding models are not loaded and do not slow it down; all else is
the default configuration. Most bytes of a company's files are pictures: of the 500 MB a part is text.
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


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--megabytes", type=float, default=500)
    arguments.add_argument("--text-share", type=float, default=0.2, help="of the bytes that are text")
    arguments.add_argument("--quick", action="store_true", help="50 MB")
    given = arguments.parse_args()
    megabytes = 50 if given.quick else given.megabytes
    with product.Server(SETTINGS) as server:
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
    for failure in failed[:10]:
        print("  failed:", failure)
    product.table(
        ["files", "MB", "of it text", "took s", "processor s", "resident before MiB", "peak resident MiB",
         "peak, shared pages once (PSS) MiB", "failed"],
        [[count, f"{sent / 1e6:.0f}", f"{characters / 1e6:.0f}", f"{seconds:.0f}", f"{busy:.0f}", f"{idle:.0f}",
          f"{peak.resident:.0f}", f"{peak.proportional:.0f}", len(failed)]])
    sys.exit(0 if alive and not failed and "results" in found else 1)


main()
