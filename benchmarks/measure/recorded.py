"""Figures of gateways that are not at hand, measured once on another day; only their ratio to "direct" is carried over."""

GOMODEL = "GoModel a26fbd1 (Go), recorded 2026-11-22"
# Of the same kind of machine (2 cores shared with load and upstream), another load generator (wrk; streams: its own);
# middle of two rounds: calls a second of it and of the upstream alone, P99 in ms, processor µs.
RECORDED = {
    ("call", 10): (6808, 107160, 5.8, 201),
    ("call", 32): (6227, 104521, 16.9, 235),
    ("call", 128): (6270, 117003, 61.5, 244),
    ("large", 32): (523, 44191, 161.8, 3522),
    ("now", 10): (2986, 23607, 11.1, 342),
}
RECORDED_FULL = {("call", 32): (292, 104521, 178, 992)}
FULL = GOMODEL + ", keys, usage, log, budgets on PostgreSQL"
OTHERS = [
    "GoModel is not at hand: its rows are recorded; paced streams, recorded: first token +0.9 ms at 100 streams of 10 ms; 282 MB at "
    "2,000; 24 MB idle; 0.11 s to the first answer; abandoned streams closed upstream within 2 ms",
    "Bifrost, TensorZero and Agent Router were not at hand and have no figures",
    "LiteLLM without a database, so without its keys, spend and budgets; Portkey has none of them",
]


def rows(step, direct):
    """(title, calls a second here if the ratio to direct held, ratio, P99, µs) of what is recorded of a step."""
    found = []
    for title, known in ((GOMODEL, RECORDED), (FULL, RECORDED_FULL)):
        if step in known:
            rate, base, p99, micros = known[step]
            found.append((title, direct * rate / base, rate / base, p99, micros))
    return found
