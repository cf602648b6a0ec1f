"""Fits the logistic regression that decides whether passages answer, and says what it is worth on questions it did not see.

    python answers.py RUNS/answers.tsv          # written by `RetrievalBench answers`

Rows are `question present type strength first sentence mass nearness held`. The two rows of a question stay in one of ten parts.
English is fitted on the handbook. Chinese is fitted on the questions with an even number and counted on the odd ones, which nothing was chosen by;
its intercept is moved so that at the threshold this share of the fitted half is refused wrongly.
"""

import sys

import numpy as np

MOST_MASS = 6
THRESHOLD = 0.4
CHINESE_REFUSED = 0.1
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55)


def fit(x, y, penalty=1.0):
    """Newton's method on standardised columns; gives weights and intercept for the columns as they are."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z = np.c_[(x - mean) / scale, np.ones(len(x))]
    w = np.zeros(z.shape[1])
    ridge = penalty * np.eye(len(w))
    ridge[-1, -1] = 0
    for _ in range(50):
        p = 1 / (1 + np.exp(-z @ w))
        w += np.linalg.solve(z.T @ (z * (p * (1 - p))[:, None]) + ridge, z.T @ (y - p) - ridge @ w)
    own = w[:-1] / scale
    return own, w[-1] - own @ mean


def predict(model, x):
    return 1 / (1 + np.exp(-(x @ model[0] + model[1])))


def auc(y, p):
    positive, negative = p[y == 1], p[y == 0]
    wins = (positive[:, None] > negative).sum() + 0.5 * (positive[:, None] == negative).sum()
    return wins / (len(positive) * len(negative))


def held_out(x, y, question):
    p = np.zeros(len(y))
    part = np.random.default_rng(7).permutation(question.max() + 1)[question] % 10
    for one in range(10):
        p[part == one] = predict(fit(x[part != one], y[part != one]), x[part == one])
    return p


def tell(name, y, p):
    print(f"{name:28s} n {int(y.sum()):3d}  AUC {auc(y, p):.3f}  refused/answered wrongly", end="")
    for threshold in THRESHOLDS:
        print(f"  {threshold:.2f}: {(p[y == 1] < threshold).mean():.3f}/{(p[y == 0] >= threshold).mean():.3f}", end="")
    print()


def main():
    rows = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
    question = np.array([int(row[0]) for row in rows])
    y = np.array([int(row[1]) for row in rows])
    kind = np.array([row[2] for row in rows])
    x = np.array([[float(value) for value in row[4:8]] for row in rows])
    x[:, 2] = np.minimum(x[:, 2], MOST_MASS)
    handbook = np.array(["-zh/" not in one for one in kind])
    for name, columns in (("words and vectors", [0, 1, 2, 3]), ("words alone", [0, 1, 2])):
        fitted = np.array(handbook & np.isfinite(x[:, columns]).all(1))
        own = x[fitted][:, columns]
        model = fit(own, y[fitted])
        print(f"\n{name}: weights {np.round(model[0], 3)} intercept {model[1]:.3f}")
        p = held_out(own, y[fitted], question[fitted])
        tell("handbook, held out", y[fitted], p)
        for one in sorted(set(kind[fitted])):
            tell("  " + one, y[fitted][kind[fitted] == one], p[kind[fitted] == one])
        chinese = ~handbook & np.isfinite(x[:, columns]).all(1)
        if chinese.any():
            tell_chinese(x[chinese][:, columns], y[chinese], question[chinese] % 2 == 0)


def tell_chinese(x, y, fitted):
    weights, intercept = fit(x[fitted], y[fitted])
    wanted = np.quantile(x[fitted & (y == 1)] @ weights + intercept, CHINESE_REFUSED)
    intercept += np.log(THRESHOLD / (1 - THRESHOLD)) - wanted
    print(f"Chinese: weights {np.round(weights, 3)} intercept {intercept:.3f}")
    for name, own in (("Chinese, the half fitted", fitted), ("Chinese, the half held out", ~fitted)):
        tell(name, y[own], predict((weights, intercept), x[own]))


if __name__ == "__main__":
    main()
