"""Every file of two public sets through a running server: it ends in text or in a reason.

documents --data DIR [--seconds N]

Exit status 1 if a file ends in neither, or the server does not live through it.
"""

import argparse
import collections
import concurrent.futures
import pathlib
import sys
import time

import product

NOT_DOCUMENTS = {"LICENSE", "ORIGIN.txt", "README.md", ".gitignore"}


def files(folder):
    return [file for file in sorted(folder.rglob("*"))
            if file.is_file() and file.name not in NOT_DOCUMENTS and "groundtruth" not in file.parts]


def outcome(server, file, name, deadline):
    """(state, reason, seconds) of one file."""
    began = time.monotonic()

    def end(state, reason=""):
        return state, reason, time.monotonic() - began

    try:
        status, answer = server.offer("documents", [(name, file.read_bytes())], seconds=300)
        if status >= 300:
            return end("refused", answer.get("code", status) if isinstance(answer, dict) else status)
        while not (job := server.must("GET", f"/api/jobs/{answer['job']}")).get("ended"):
            if time.monotonic() - began > deadline:
                return end("hangs", f"not ended after {deadline} s")
            time.sleep(0.2)
        return end("reason", job["failures"][0]["code"]) if job.get("failed") else end("text")
    except OSError as broken:
        return end("broken", repr(broken))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True, type=pathlib.Path, help="holds documents/SET/…")
    arguments.add_argument("--seconds", type=int, default=180, help="after which a file counts as hanging")
    arguments.add_argument("--quick", action="store_true", help="every fifth file")
    given = arguments.parse_args()
    folder = given.data / "documents"
    all_files = files(folder)[::5 if given.quick else 1]
    rows, bad = collections.defaultdict(collections.Counter), []
    with product.Server() as server:
        server.collection("documents")
        peak = product.Peak(server.pid)
        began = time.monotonic()

        def one(file):
            name = str(file.relative_to(folder)).replace("/", "__")
            return file, outcome(server, file, name, given.seconds)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for file, (state, reason, took) in pool.map(one, all_files):
                key = (file.relative_to(folder).parts[0], file.suffix.lower() or "(none)")
                rows[key]["files"] += 1
                rows[key][state] += 1
                rows[key]["slowest"] = max(rows[key]["slowest"], round(took, 1))
                if state != "text":
                    print(f"  {state}: {file.relative_to(folder)}: {reason} ({took:.1f} s)", flush=True)
                if state in ("hangs", "broken"):
                    bad.append(file)
        seconds = time.monotonic() - began
        peak.stop()
        answers = server.alive() and server.call("GET", "/health/ready")[0] == 200
        found = server.call("POST", "/api/collections/documents/search", {"query": "table", "limit": 3})[0]
    total = collections.Counter()
    for counts in rows.values():
        for name in ("files", "text", "reason", "refused", "hangs", "broken"):
            total[name] += counts[name]
    product.table(
        ["set", "kind", "files", "text", "reason", "refused at once", "hangs", "broken", "slowest s"],
        [[*key, counts["files"], counts["text"], counts["reason"], counts["refused"], counts["hangs"],
          counts["broken"], counts["slowest"]] for key, counts in sorted(rows.items())]
        + [["all", "", total["files"], total["text"], total["reason"], total["refused"], total["hangs"],
            total["broken"], f"{seconds:.0f} in all"]])
    print(f"server alive: {'yes' if answers else 'NO'}; a search then: {found}; peak resident {peak.resident:.0f} MiB")
    sys.exit(0 if answers and found == 200 and not bad else 1)


main()
