"""Passages a second through the product, as a share of the bare embedder on the same texts.

ingestion --data DIR [--documents N] [--rounds N] [--quick]
"""

import argparse
import pathlib
import subprocess
import time

import product


def bare(data, collection):
    command = [product.java(), "-Xmx512m", "--enable-native-access=ALL-UNNAMED",
               "--sun-misc-unsafe-memory-access=allow", "-Dai.djl.offline=true",
               "-cp", f"{product.DIST}/lib/*:{product.ROOT}/benchmarks/target/programs",
               "dev.gimbal.benchmarks.embedding.BareEmbedder", str(data), collection]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    for line in lines[:-1]:
        print("  bare,", line, flush=True)
    word, rate, texts, setting = lines[-1].split(" ", 3)
    return float(rate), int(texts), setting


def ingest(server, collection, files):
    """Seconds from the first byte sent to the last document ready, and the processor time of it."""
    server.collection(collection)
    before, began = product.processor_seconds(server.pid), time.monotonic()
    jobs = [server.upload(collection, files[at:at + 250]) for at in range(0, len(files), 250)]
    for job in jobs:
        state = server.await_job(job)
        if state.get("failed"):
            raise SystemExit(f"documents failed: {state}")
    return time.monotonic() - began, product.processor_seconds(server.pid) - before


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True, type=pathlib.Path, help="holds retrieval-en/scifact")
    arguments.add_argument("--documents", type=int, default=300, help="of a round")
    arguments.add_argument("--rounds", type=int, default=2)
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    if given.quick:
        given.documents = 200
    corpus = given.data / "retrieval-en/scifact"
    rows = []
    with product.Server() as server:
        ingest(server, "warm", product.beir(corpus, given.rounds * given.documents, 50))
        for number in range(1, given.rounds + 1):
            name = f"round-{number}"
            files = product.beir(corpus, (number - 1) * given.documents, given.documents)
            peak = product.Peak(server.pid)
            seconds, processor = ingest(server, name, files)
            peak.stop()
            rate, texts, setting = bare(server.data, name)
            rows.append([number, len(files), texts, f"{texts / seconds:.1f}", f"{rate:.1f}",
                         f"{texts / seconds / rate:.1%}", f"{1000 * processor / texts:.1f}",
                         f"{peak.resident:.0f}", setting])
            print("  round", rows[-1], flush=True)
    product.table(
        ["round", "documents", "passages", "product /s", "bare /s", "share (must 70 %, aim 90 %)",
         "processor ms a passage", "peak resident MiB", "bare at its fastest"], rows)


main()
