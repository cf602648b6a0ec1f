"""Embeds texts with the two packaged BGE models and keeps the vectors in a cache.

A cache is one append-only file a model (`en.vec`, `zh.vec`) of records: 20 bytes SHA-1 of the UTF-8 text (with the query prefix where it is a
query), then the vector as little-endian 32-bit floats, L2-normalised. RetrievalBench reads the same files.

    python embed.py --cache DIR --models DIR < texts.jsonl        # lines {"model": "en" | "zh", "text": "...", "query": true | false}

`--models` holds the unpacked model files (`unzip` the two Maven artifacts named in README.md into it).
"""

import argparse
import hashlib
import json
import os
import sys
import time

import numpy as np

MODELS = {
    "en": ("bge-small-en-v1.5-q", 384, "Represent this sentence for searching relevant passages: "),
    "zh": ("bge-small-zh-v1.5-q", 512, "为这个句子生成表示以用于检索相关文章："),
}


def key(text):
    return hashlib.sha1(text.encode("utf-8")).digest()


def as_embedded(model, text, query):
    return MODELS[model][2] + text if query else text


class Cache:
    """The vectors of one model by text."""

    def __init__(self, directory, model):
        self.path = os.path.join(directory, model + ".vec")
        self.dimensions = MODELS[model][1]
        self.vectors = {}
        if os.path.exists(self.path):
            size = 20 + 4 * self.dimensions
            data = open(self.path, "rb").read()
            for at in range(0, len(data) - size + 1, size):
                self.vectors[data[at : at + 20]] = np.frombuffer(data, "<f4", self.dimensions, at + 20)

    def get(self, text):
        return self.vectors[key(text)]

    def add(self, texts, vectors):
        with open(self.path, "ab") as out:
            for text, vector in zip(texts, vectors):
                out.write(key(text) + vector.astype("<f4").tobytes())
                self.vectors[key(text)] = vector


class Embedder:
    """CLS vectors, cut at 512 tokens, one text an inference: on two cores that is faster than batches."""

    def __init__(self, models, model, threads):
        import onnxruntime
        import tokenizers

        name = MODELS[model][0]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(os.path.join(models, name + ".onnx"), options, providers=["CPUExecutionProvider"])
        self.tokenizer = tokenizers.Tokenizer.from_file(os.path.join(models, name + "-tokenizer.json"))
        self.tokenizer.enable_truncation(512)
        self.tokenizer.no_padding()
        self.inputs = {i.name for i in self.session.get_inputs()}

    def embed(self, text):
        encoded = self.tokenizer.encode(text)
        feed = {
            "input_ids": np.array([encoded.ids], dtype=np.int64),
            "attention_mask": np.array([encoded.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([encoded.type_ids], dtype=np.int64),
        }
        states = self.session.run(None, {name: value for name, value in feed.items() if name in self.inputs})[0]
        vector = states[0, 0]
        return vector / np.linalg.norm(vector)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", required=True)
    parser.add_argument("--models", required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    os.makedirs(options.cache, exist_ok=True)
    wanted = {"en": {}, "zh": {}}
    for line in sys.stdin:
        row = json.loads(line)
        wanted[row["model"]][as_embedded(row["model"], row["text"], row.get("query", False))] = None
    for model, texts in wanted.items():
        cache = Cache(options.cache, model)
        missing = [text for text in texts if key(text) not in cache.vectors]
        if not missing:
            continue
        embedder = Embedder(options.models, model, options.threads)
        started = time.time()
        for at in range(0, len(missing), 64):
            batch = missing[at : at + 64]
            cache.add(batch, [embedder.embed(text) for text in batch])
        print(f"{model}: {len(missing)} texts in {time.time() - started:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
