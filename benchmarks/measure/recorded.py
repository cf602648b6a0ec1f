"""Figures of gateways that are not at hand, measured once on another day; only their ratio to "direct" is carried over."""

GOMODEL = "GoModel a26fbd1 (Go), recorded 2026-11-22"
# Of the same kind of machine (2 cores shared with load and upstream), another load generator (wrk; streams: its own);
# middle of two rounds: calls a second of it and of the upstream alone, P99 in ms, processor µs.
RECORDED = {
    ("call", 10): (6808, 107160, 5.8, 201),
    ("call", 32): (6227, 104521, 16.9, 235),
    ("call", 128): (6270, 117003, 61.5, 244),
    ("large", 32): (523, 44191, 161.8, 3522),
    ("now", 10): (2986, 107160, 11.1, 342),
}
# Streams came from another upstream than ours, so the machines are compared by short calls.
COMPARED_BY = {("now", 10): ("call", 10)}
RECORDED_FULL = {("call", 32): (292, 104521, 178, 992)}
FULL = GOMODEL + ", keys, usage, log, budgets on PostgreSQL"
OTHERS = [
    "GoModel is not at hand: its rows are recorded; paced streams, recorded: first token +0.9 ms at 100 streams of 10 ms; 282 MB at "
    "2,000; 24 MB idle; 0.11 s to the first answer; abandoned streams closed upstream within 2 ms",
    "Bifrost, TensorZero and Agent Router were not at hand and have no figures",
    "GoModel's streams were measured with another upstream and load: scaled by how fast this machine answers short calls without a gateway; "
    "processor time is what can be compared",
    "LiteLLM without a database, so without its keys, spend and budgets; Portkey has none of them",
]


def rows(step, direct_of):
    """(title, calls a second here if the ratio to direct held, ratio, P99, µs) of what is recorded of a step.

    direct_of tells how many a second there are here without a gateway, 0 if that was not measured.
    """
    found = []
    direct = direct_of(COMPARED_BY.get(step, step))
    if not direct:
        return found
    for title, known in ((GOMODEL, RECORDED), (FULL, RECORDED_FULL)):
        if step in known:
            rate, base, p99, micros = known[step]
            ratio = "" if step in COMPARED_BY else f"{rate / base:.4f}"
            found.append((title, direct * rate / base, ratio, p99, micros))
    return found
