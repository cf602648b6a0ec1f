"""What a plain script reaches on a BEIR set with the packaged models: BM25, vectors, and min-max normalised scores of both, weighted.

    python reference.py --set DIR --model en|zh --cache DIR [--run FILE] [--compare FILE]

Documents are taken whole (title, line break, text), the query prefix of the model is on, both sides bring 1,000 candidates, a document that
one side did not find has 0 there. `--compare` takes a run file of RetrievalBench or `gimbal eval` and prints the paired difference.
Vectors come from the cache that embed.py fills; nothing is embedded here.
"""

import argparse
import collections
import json
import math
import os
import re

import numpy as np
import pytrec_eval
import Stemmer

import embed

DEPTH = 1000
STOP = set("a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".split())
STEM = Stemmer.Stemmer("porter")


def terms(text, model):
    found = []
    for run in re.findall(r"[\u3400-\u9fff]+|[^\W\u3400-\u9fff]+", text.lower()):
        if model == "zh" and "\u3400" <= run[0] <= "\u9fff":
            found += [run[i : i + 2] for i in range(len(run) - 1)] or [run]
        elif run not in STOP:
            found.append(STEM.stemWord(run))
    return found


class Bm25:
    def __init__(self, texts, model, k1=0.9, b=0.4):
        self.model = model
        postings = collections.defaultdict(list)
        lengths = np.zeros(len(texts))
        for at, text in enumerate(texts):
            counts = collections.Counter(terms(text, model))
            lengths[at] = sum(counts.values())
            for term, count in counts.items():
                postings[term].append((at, count))
        norm = k1 * (1 - b + b * lengths / lengths.mean())
        self.size = len(texts)
        self.scores = {}
        for term, places in postings.items():
            at = np.array([place[0] for place in places])
            count = np.array([place[1] for place in places])
            idf = math.log(1 + (self.size - len(places) + 0.5) / (len(places) + 0.5))
            self.scores[term] = (at, idf * count / (count + norm[at]))

    def search(self, query):
        total = np.zeros(self.size)
        for term in terms(query, self.model):
            if term in self.scores:
                at, score = self.scores[term]
                total[at] += score
        return total


def normalised(scores):
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    best = best[scores[best] > 0]
    values = np.zeros(len(scores))
    if len(best):
        least = scores[best].min()
        values[best] = (scores[best] - least) / ((scores[best].max() - least) or 1)
    return values, best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--set", required=True)
    parser.add_argument("--model", choices=["en", "zh"], required=True)
    parser.add_argument("--cache", required=True)
    parser.add_argument("--weight", type=float, default=0.5)
    parser.add_argument("--run")
    parser.add_argument("--compare")
    options = parser.parse_args()
    rows = lambda name: [json.loads(line) for line in open(os.path.join(options.set, name))]
    corpus = {row["_id"]: (row.get("title", "") + "\n" + row["text"]).strip() for row in rows("corpus.jsonl")}
    qrels = collections.defaultdict(dict)
    for line in list(open(os.path.join(options.set, "qrels/test.tsv")))[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            qrels[query][document] = int(grade)
    cache = embed.Cache(options.cache, options.model)
    ids = list(corpus)
    missing = [key for key in ids if embed.key(corpus[key]) not in cache.vectors]
    if missing:
        raise SystemExit(f"{len(missing)} of {len(ids)} documents are not in the cache: run embed.py first")
    matrix = np.stack([cache.get(corpus[key]) for key in ids])
    bm25 = Bm25([corpus[key] for key in ids], options.model)
    runs = {"keyword": {}, "vector": {}, "hybrid": {}}
    for row in rows("queries.jsonl"):
        query = row["_id"]
        if query not in qrels:
            continue
        keyword, keyword_best = normalised(bm25.search(row["text"]))
        vector, vector_best = normalised(matrix @ cache.get(embed.as_embedded(options.model, row["text"], True)))
        hybrid = (1 - options.weight) * keyword + options.weight * vector
        runs["keyword"][query] = {ids[at]: float(keyword[at]) for at in keyword_best}
        runs["vector"][query] = {ids[at]: float(vector[at]) for at in vector_best}
        runs["hybrid"][query] = {ids[at]: float(hybrid[at]) for at in np.union1d(keyword_best, vector_best)}
    evaluator = pytrec_eval.RelevanceEvaluator(dict(qrels), {"ndcg_cut.10", "map", "recall.100"})
    measured = {name: evaluator.evaluate(run) for name, run in runs.items()}
    mean = lambda values, name: np.mean([value[name] for value in values.values()])
    for name, values in measured.items():
        print(f"{name:8} nDCG@10 {mean(values, 'ndcg_cut_10'):.4f}  MAP {mean(values, 'map'):.4f}  recall@100 {mean(values, 'recall_100'):.4f}")
    if options.run:
        with open(options.run, "w") as out:
            for query, ranking in runs["hybrid"].items():
                for rank, (document, score) in enumerate(sorted(ranking.items(), key=lambda item: -item[1]), 1):
                    out.write(f"{query} Q0 {document} {rank} {score} reference\n")
    if options.compare:
        theirs = collections.defaultdict(dict)
        for line in open(options.compare):
            query, _, document, _, score, _ = line.split()
            theirs[query][document] = float(score)
        other = evaluator.evaluate(theirs)
        for name in ("ndcg_cut_10", "map"):
            pairs = [other.get(query, {}).get(name, 0.0) - value[name] for query, value in measured["hybrid"].items()]
            error = np.std(pairs, ddof=1) / math.sqrt(len(pairs))
            print(f"compared {name}: mean difference {np.mean(pairs):+.4f} ± {1.96 * error:.4f} over {len(pairs)} queries")


if __name__ == "__main__":
    main()
