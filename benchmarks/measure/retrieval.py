"""Retrieval through the product's own ingestion and search, default configuration, beside a plain script with the same models.

    ./gimbal bench retrieval --data DIR [--sets handbook,rgb-zh-pool,cacm,scifact,pooled] [--server DATA]

Sets in BEIR's form: nDCG@10, MAP and recall@100 by strategy, depth 1,000 passages, a document counts at its best passage; the last
columns are the paired difference to reference/reference.py over all queries. `pooled` puts the Chinese set and CACM into one collection.
`handbook` counts as the comparison of rivals did: of anaphora and negation only the last file is gold; a quote must stand inside one
passage within the first 6,000 characters; link targets, tags and all but letters and digits do not count; quotes that are not in their
file are left out. `--server DATA` measures a server that runs already and keeps what is in it.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse
import zipfile

import product

HERE = pathlib.Path(__file__).resolve().parent.parent
WORK = HERE / "target/retrieval"
SETS = {"rgb-zh-pool": ("retrieval-zh/rgb-zh-pool", "zh"), "cacm": ("retrieval-en/cacm", "en"), "scifact": ("retrieval-en/scifact", "en")}
POOLED = ("rgb-zh-pool", "cacm")
STRATEGIES = ("keyword", "vector", "hybrid")
PACKAGES = ["onnxruntime", "tokenizers", "numpy", "PyStemmer", "pytrec-eval-terrier"]


class Running:
    """A server that somebody else started."""

    def __init__(self, data):
        self.data = pathlib.Path(data)
        self.url = json.loads((self.data / "server.json").read_text())["url"]
        self.host = urllib.parse.urlparse(self.url).netloc
        self.key = (self.data / "admin.key").read_text().strip()

    call, must, offer, await_job = product.Server.call, product.Server.must, product.Server.offer, product.Server.await_job

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        pass


def python():
    """An interpreter with what the reference script needs."""
    interpreter = WORK / "venv/bin/python"
    if not interpreter.exists():
        subprocess.run([sys.executable, "-m", "venv", WORK / "venv"], check=True)
        subprocess.run([WORK / "venv/bin/pip", "install", "--quiet", *PACKAGES], check=True)
    return interpreter


def models():
    """The model files, out of the distribution's own jars."""
    folder = WORK / "models"
    folder.mkdir(parents=True, exist_ok=True)
    for jar in (product.DIST / "lib").glob("langchain4j-embeddings-bge-small-*.jar"):
        with zipfile.ZipFile(jar) as packed:
            for name in packed.namelist():
                if name.endswith((".onnx", "-tokenizer.json")) and not (folder / name).exists():
                    packed.extract(name, folder)
    return folder


def rows(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def reference(folder, model, run):
    """What the plain script prints for a set, with the paired difference of our run to it."""
    texts = [{"model": model, "text": (row.get("title", "") + "\n" + row["text"]).strip()} for row in rows(folder / "corpus.jsonl")]
    texts += [{"model": model, "text": row["text"], "query": True} for row in rows(folder / "queries.jsonl")]
    cache, script = WORK / "cache", HERE / "reference"
    subprocess.run(
        [python(), script / "embed.py", "--cache", cache, "--models", models()],
        input="\n".join(json.dumps(text) for text in texts), text=True, check=True)
    answer = subprocess.run(
        [python(), script / "reference.py", "--set", folder, "--model", model, "--cache", cache, "--compare", run],
        stdout=subprocess.PIPE, text=True, check=True)
    return answer.stdout


def evaluated(server, folder, runs, collection):
    """`gimbal eval retrieval` on a set; measures by strategy."""
    runs.mkdir(parents=True, exist_ok=True)
    command = [product.ROOT / "gimbal", "eval", "retrieval", "--beir", folder, "--data", server.data, "--runs", runs, "--json",
               "--out", runs / "queries.jsonl"]
    if collection:
        command += ["--collection", collection]
    answer = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return {line["strategy"]: line for line in map(json.loads, answer.stdout.splitlines())}


def beir(server, data, name, collection=None):
    """Lines of the table."""
    folder, model = SETS[name]
    folder = data / folder
    runs = WORK / "runs" / (name + ("-" + collection if collection else ""))
    measured = evaluated(server, folder, runs, collection)
    plain = reference(folder, model, runs / "hybrid.run")
    values = {found[1]: found.groups()[1:] for found in re.finditer(r"(\w+) +nDCG@10 (\S+)  MAP (\S+)  recall@100 (\S+)", plain)}
    differences = dict(re.findall(r"compared (\S+): mean difference (\S+ ± \S+)", plain))
    label = name + (f" in {collection}" if collection else "")
    for strategy in STRATEGIES:
        one = measured[strategy]
        hybrid = strategy == "hybrid"
        yield [label, strategy, *(f"{one[key]:.4f}" for key in ("ndcg_at_10", "map", "recall_at_100")), " / ".join(values[strategy]),
               differences["ndcg_cut_10"] if hybrid else "", differences["map"] if hybrid else ""]


def bare(text):
    """What of a text counts when a quote is looked for."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<[^>]*>", "", text)
    return re.sub(r"[\W_]+", "", text).lower()


def questions(folder):
    """Questions with the gold files and the quotes that stand in them."""
    found = []
    for file in sorted((folder / "datasets").glob("*.jsonl")):
        for row in rows(file):
            gold = row["retrieval"]
            if "Anaphora" in row["type"] or "Negation" in row["type"]:
                gold = gold[-1:]
            files, quotes = [], []
            for entry in gold:
                for key, values in entry.items():
                    path = folder / "content/handbook" / key
                    whole = bare(path.read_text(encoding="utf-8")) if path.exists() else ""
                    files.append(key)
                    quotes += [text for text in map(bare, values) if text and text in whole]
            found.append((row["type"], (row.get("context", "") + " " + row["question"]).strip(), files, quotes))
    return found


def holds(results, quotes):
    left = 6000
    for result in results:
        shown = bare(result["text"][:left])
        if any(quote in shown for quote in quotes):
            return True
        left -= len(result["text"])
        if left <= 0:
            return False
    return False


def handbook(server, data):
    """Lines of the table."""
    folder = data / "rag/gitlab-handbook-deep-rag"
    content = folder / "content/handbook"
    status, answer = server.call("POST", "/api/collections", {"name": "handbook"})
    if status not in (201, 409):
        raise SystemExit(f"the collection cannot be made: {status} {answer}")
    files = sorted(path for path in content.rglob("*") if path.is_file())
    status, answer = server.offer("handbook", [(str(path.relative_to(content)), path.read_bytes()) for path in files])
    if status >= 300:
        raise SystemExit(f"the handbook was not taken: {status} {answer}")
    if answer.get("job"):
        server.await_job(answer["job"])
    keys = {document["id"]: document["key"] for document in answer["documents"]}
    for strategy in STRATEGIES:
        tally = {}
        for kind, text, gold, quotes in questions(folder):
            results = server.must("POST", "/api/collections/handbook/search", {"query": text, "retrieval": strategy, "limit": 50})["results"]
            rank = next((at for at, one in enumerate(results[:20], 1) if keys.get(one["document"]) in gold), 0)
            for name in (kind, "all"):
                one = tally.setdefault(name, [0, 0, 0, 0, 0])
                one[0] += 1
                one[1] += 0 < rank <= 5
                one[2] += 1 / rank if rank else 0
                if quotes:
                    one[3] += 1
                    one[4] += holds(results, quotes)
        for name in sorted(tally, key=lambda name: (name == "all", name)):
            asked, hits, reciprocal, quotable, quoted = tally[name]
            yield [strategy, name, asked, f"{hits / asked:.3f}", f"{reciprocal / asked:.3f}", f"{quoted / quotable:.3f} ({quoted}/{quotable})"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--sets", default="handbook,rgb-zh-pool,cacm,scifact,pooled")
    parser.add_argument("--server", type=pathlib.Path)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    lines = []
    with Running(options.server) if options.server else product.Server() as server:
        for name in options.sets.split(","):
            if name == "handbook":
                product.table(
                    ["handbook", "questions", "number", "file in 5", "MRR@20", "quote in 6,000 characters"], list(handbook(server, options.data)))
                print(flush=True)
            elif name == "pooled":
                for one in POOLED:
                    lines += beir(server, options.data, one, "pooled")
            else:
                lines += beir(server, options.data, name)
    if lines:
        product.table(
            ["set", "strategy", "nDCG@10", "MAP", "recall@100", "the script's three", "hybrid nDCG@10 less the script's", "hybrid MAP less"],
            lines)


if __name__ == "__main__":
    main()
