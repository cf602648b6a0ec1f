"""What must hold after a soak, from the load's own account, the upstream's, and what the server has on record."""

import bisect
import random
from collections import Counter
from decimal import Decimal

import product
import workloads

GROWTH = {"heap after GC, MiB": 64, "heap after GC under load, MiB": 160, "direct memory (NMT Other), MiB": 32,
          "descriptors": 40, "connections of callers": 0, "connections to the upstream": 4, "other sockets": 24, "threads": 24,
          "database processes": 12, "calls under way": 0}

# Of an hour there are two million.
KEPT = ("outcome", "error", "cost_usd", "estimated")


class Call:
    __slots__ = ("number", "kind", "status", "name", "whole", "began", "seconds", "wrong")

    def __init__(self, line):
        number, self.kind, status, self.name, whole, began, seconds, self.wrong = line.split()
        self.number, self.status, self.whole = int(number), int(status), whole == "w"
        self.began, self.seconds = float(began), float(seconds)


def price(number):
    """By the usage that native/faulty.c answers a nonce with."""
    into, out = 10 + number % 89, 5 + number % 43
    return Decimal(into + 2 * out) / 1_000_000


def report(soak, took):
    """Prints the tables; whether everything holds."""
    lines = soak.load_log.read_text().splitlines()
    calls = [Call(line) for line in lines if not line.startswith("skipped")]
    skipped = sum(int(line.split()[1]) for line in lines if line.startswith("skipped"))
    answered = {int(line.split()[0]) for line in soak.upstream_log.read_text().splitlines() if line.count(" ") == 2}
    names, records = Counter(), {}
    for page in workloads.Records(soak.server).pages("2020-01-01T00:00:00Z"):
        for record in page:
            names[record["id"]] += 1
            records[record["id"]] = {what: record.get(what) for what in KEPT}
    print(f"\n{took:.0f} s at {soak.given.rate:g} calls a second{soak.also()}, seed {soak.given.seed}, {len(soak.lives)} lives: {len(calls)} calls sent, "
          f"{skipped} not sent since 9,000 were under way, {len(records)} on record. Load average of the machine behind each fault: median "
          f"{product.median(soak.busy):.1f}, most {max(soak.busy):.1f}\n")
    faults(soak.story, calls, records)
    checks = [nothing_hangs(calls, records), one_record(calls, names, records), *money(calls, records, answered),
              content(soak, calls, records), leaks(soak.lives), lives_on(soak.ended), caught_up(soak.behind), came_back(soak.story),
              (soak.reloads > 0, "configuration written each second", f"{soak.reloads} times, {soak.refused_reloads.total()} not taken"
               + "".join(f"; {why}, {count}" for why, count in soak.refused_reloads.most_common(8)))]
    print()
    product.table(["", "what must hold", "found"], [["holds" if good else "DOES NOT HOLD", what, found] for good, what, found in checks])
    print("\n" + "\n".join(untried(soak)))
    return all(good for good, _, _ in checks)


def faults(story, calls, records):
    """A row a fault, all its times together."""
    calls.sort(key=lambda one: one.began)
    begins, spans = [one.began for one in calls], {}
    for name, began, ended, back in [("(none), just started", 0, story[0][1], 0), *story]:
        spans.setdefault(name, []).append((began, ended, back))
    rows = []
    for name, times in spans.items():
        mine = [one for began, ended, _ in times for one in calls[bisect.bisect_left(begins, began):bisect.bisect_left(begins, max(ended, began + 1))]
                if one.kind not in ("vanish", "slow")]
        good = [one.seconds for one in mine if one.status == 200 and one.whole]
        others = Counter(reason(one, records) for one in mine if not (one.status == 200 and one.whole))
        late = [back for _, _, back in times]
        rows.append([name, len(times), f"{sum(ended - began for began, ended, _ in times if began):.0f}", len(mine), len(good),
                     ", ".join(f"{what}: {count}" for what, count in others.most_common(5)),
                     f"{1e3 * product.percentile(good, 0.5):.0f}, {1e3 * product.percentile(good, 0.99):.0f}" if good else "",
                     "never" if None in late else f"{max(late):.1f}"])
    product.table(["while", "times", "s", "calls", "answered whole", "the others", "P50, P99 ms of the whole", "answers again after s, at most"], rows)


def reason(call, records):
    """What a call got instead of a whole answer."""
    if not call.status:
        return call.wrong
    return f"{call.status} {records.get(call.name, {}).get('error') or call.wrong}"


def nothing_hangs(calls, records):
    hung = [one for one in calls if one.wrong == "hung"]
    open_ones = [one for one in records.values() if one["outcome"] in (None, "running")]
    return not hung and not open_ones, "every call ends within its deadline", (
        f"{len(hung)} of {len(calls)} hung (longest {max(one.seconds for one in calls):.1f} s); {len(open_ones)} open on record")


def one_record(calls, names, records):
    """Those that were told a call id with a good status, whole or not."""
    told = [one for one in calls if one.name != "-" and one.status == 200]
    missing = [one for one in told if one.name not in names]
    twice = [name for name, count in names.items() if count > 1]
    refused = [one for one in calls if one.name != "-" and one.status != 200]
    without = sum(one.name not in names for one in refused)
    return not missing and not twice, "every acknowledged call is exactly one record", (
        f"{len(told)} acknowledged, {len(missing)} missing, {len(twice)} twice; of {len(refused)} refused {len(refused) - without} on record"
        + "".join(f"; missing {one.kind} {one.name}" for one in missing[:3]))


def money(calls, records, answered):
    """Whole answers cost what the upstream counted, to the last decimal; what was cut is estimated and bounded."""
    exact, wrong, total, counted, estimated, unpriced = 0, [], Decimal(0), Decimal(0), 0, 0
    mine = set()
    for one in calls:
        record = records.get(one.name)
        if record is None or one.kind == "big":
            continue
        mine.add(one.number)
        if record["outcome"] != "succeeded" or not one.whole:
            estimated += record.get("cost_usd") not in (None, "0")
            continue
        cost = record.get("cost_usd")
        if cost is None:
            unpriced += 1
            continue
        exact += 1
        total += Decimal(cost)
        counted += price(one.number)
        if Decimal(cost) != price(one.number) or one.number not in answered:
            wrong.append((one.number, one.kind, cost, str(price(one.number)), record.get("estimated")))
    lost = [number for number in answered - mine if number]
    return [(not wrong and not unpriced, "money is the upstream's own count", (
        f"{exact} whole answers: {total} US$ on record, {counted} counted by the upstream; {len(wrong)} differ, {unpriced} without a cost"
        + "".join(f"; {one}" for one in wrong[:3]))),
        (True, "what was cut is known", f"{estimated} calls that were cut or failed carry a cost; {len(lost)} answers of the upstream went to "
                                        "calls whose caller never heard a call id (killed or gone before)")]


def content(soak, calls, records):
    """Of a sample of whole answers, how many have no content, beside how many were counted as dropped."""
    names = [one.name for one in calls if one.whole and one.status == 200 and one.kind != "big" and one.name in records]
    sample = random.Random(3).sample(names, min(len(names), 400))
    without = 0
    for name in sample:
        said = soak.server.call("GET", f"/api/calls/{name}")[1].get("content") or {}
        without += not said.get("output") or not said.get("input")
    return not without or soak.dropped > 0, "content that was dropped is counted", (
        f"{without} of {len(sample)} sampled calls have no content; {soak.dropped} were counted as dropped before a kill or at the end")


def leaks(lives):
    """What grew from the first rest of a life to its last, beyond what a cache may."""
    found, good = [], bool(lives)
    if not lives:
        return False, "nothing leaks", "not known: no life of the server had both its rests"
    for what, most in GROWTH.items():
        grown = [after[what] - before[what] for before, after in lives]
        good &= max(grown) <= most
        before, after = lives[-1]
        found.append(f"{what} {before[what]:.0f} → {after[what]:.0f}" + (f" (at most {max(grown):+.0f} in a life)" if len(lives) > 1 else "") + ("" if max(grown) <= most else f" (more than {most} more)"))
    before, after = lives[-1]
    more = Counter(after["names of threads"]) - Counter(before["names of threads"])
    if more:
        found.append("new threads: " + ", ".join(f"{name} {count}" for name, count in more.most_common(6)))
    if max(after["heap after GC, MiB"] - before["heap after GC, MiB"] for before, after in lives) > GROWTH["heap after GC, MiB"]:
        found.append("largest classes: " + ", ".join(f"{name} {size:.0f} MiB" for name, size in after["classes"][:5]))
    return good, "nothing leaks", "; ".join(found)


def lives_on(ended):
    return not ended, "the server never ends by itself", "it did not" if not ended else f"{len(ended)} times: " + "; ".join(ended[:4])


def caught_up(behind):
    return behind is not None, "the database catches up with the record", (
        "it did not within 10 minutes" if behind is None else f"{behind:.1f} s after the last call")


def came_back(story):
    late = [(name, back) for name, _, _, back in story if back is None]
    return not late, "calls are answered again after each fault", (
        f"after {max((back for *_, back in story if back is not None), default=0):.1f} s at the latest" + (f"; never after {late}" if late else ""))


def untried(soak):
    lines = ["Not tried: power loss; a network that loses packets; several nodes (--nodes)."]
    if not soak.server.mounted:
        lines.append("Not tried: a full disk (needs root).")
    if not soak.server.clock:
        lines.append("Not tried: jumps of the clock (--clock).")
    return lines
