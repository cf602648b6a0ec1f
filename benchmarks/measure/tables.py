"""What `bench gateway` found, as tables in Markdown, and what it did not measure."""

import statistics

import product
import recorded
import workloads

LOOPS = [("call", None), ("large", 32), ("now", 10)]
WORDS = {"call": "short call", "large": "64 KB body", "now": "stream, 31 pieces at once"}


def brief(found):
    if isinstance(found, dict) and "rate" in found:
        return f"{found['rate']:.0f}/s, P99 {found['p99']:.1f} ms, first {found['first_p50']:.2f} ms"
    return str(found)[:160]


def values(turns, step, field):
    """One figure of all rounds in which it was measured."""
    rows = [turn.get(step) for turn in turns if isinstance(turn, dict)]
    return [row[field] for row in rows if isinstance(row, dict) and row.get(field) is not None]


def middle(numbers, form="{:.0f}"):
    """The median, and the range if there is one."""
    if not numbers:
        return ""
    text = form.format(statistics.median(numbers))
    low, high = form.format(min(numbers)), form.format(max(numbers))
    return text if low == high else f"{text} ({low}-{high})"


def why(turns, step):
    """The reason for a row without figures."""
    for turn in turns:
        if isinstance(turn, str):
            return turn
        if isinstance(turn.get(step), str):
            return turn[step]
    return None


def show(titles, found, given):
    loops(titles, found, given)
    fixed(titles, found, given)
    paced(titles, found, given)
    others(titles, found, given)
    print("\nNot measured:\n")
    for line in missing(titles, found, given):
        print("- " + line)


def loops(titles, found, given):
    rows = []

    def direct_of(step):
        return statistics.median(values(found["direct"], step, "rate") or [0])

    steps = [("call", one) for one in given.callers] + LOOPS[1:]
    for step in [one for one in steps if one[0] in given.steps]:
        direct = direct_of(step)
        for name, turns in found.items():
            rates = values(turns, step, "rate")
            if not rates:
                if why(turns, step):
                    rows.append([WORDS[step[0]], step[1], titles[name], why(turns, step)] + [""] * 8)
                continue
            number = lambda field, form="{:.2f}": middle(values(turns, step, field), form)
            kept = ["" if not values(turns, step, "records") else
                    f"{sum(values(turns, step, 'records'))} of {sum(values(turns, step, 'sent'))}"]
            rows.append([WORDS[step[0]], step[1], titles[name], middle(rates),
                         f"{statistics.median(rates) / direct:.4f}" if direct else "", number("p50"), number("p99"),
                         number("p999"), number("max", "{:.0f}"), number("micros", "{:.0f}"),
                         sum(values(turns, step, "failed")), *kept])
        for title, rate, ratio, p99, micros in recorded.rows(step, direct_of):
            rows.append([WORDS[step[0]], step[1], title, f"~{rate:.0f}", ratio, "", p99, "", "", micros, "", ""])
    product.table(["what", "callers", "through", "a second", "of direct", "P50 ms", "P99 ms", "P99.9 ms", "worst ms",
                   "processor µs each", "failed", "records"], rows)


def fixed(titles, found, given):
    """What a gateway adds, where it has more processor than it needs: a closed loop never leaves it any."""
    rows, step, fields = [], ("fixed", workloads.FIXED), ("p50", "p99", "p999")
    base = {field: statistics.median(values(found["direct"], step, field) or [0]) for field in fields}
    for name, turns in found.items() if "fixed" in given.steps else ():
        if not values(turns, step, "rate"):
            if why(turns, step):
                rows.append([titles[name], why(turns, step)] + [""] * 6)
            continue
        less, form = (base, "{:+.2f}") if name != "direct" else ({}, "{:.2f}")
        shown = [middle([one - less.get(field, 0) for one in values(turns, step, field)], form) for field in fields]
        rows.append([titles[name], *shown, middle(values(turns, step, "max")), middle(values(turns, step, "rate")),
                     sum(values(turns, step, "failed")), sum(values(turns, step, "waiting"))])
    if rows:
        print(f"\nShort calls at fixed times, {workloads.FIXED} a second; ms from when a call was due to its end, of gateways what they add to direct:\n")
        product.table(["through", "P50", "P99", "P99.9", "worst", "calls a second", "failed", "never sent"], rows)


def paced(titles, found, given):
    rows = []
    for step, gap in [((name, streams), gap) for name, gap, streams in workloads.PACED]:
        if step[0] not in given.steps:
            continue
        base = {field: statistics.median(values(found["direct"], step, field) or [0]) for field in ("first_p50", "first_p99")}
        for name, turns in found.items():
            if not values(turns, step, "rate"):
                if why(turns, step):
                    rows.append([f"{gap} ms", step[1], titles[name], why(turns, step)] + [""] * 5)
                continue
            added = lambda field: middle([one - base[field] for one in values(turns, step, field)], "{:+.2f}")
            number = lambda field, form="{:.2f}": middle(values(turns, step, field), form)
            shown = (number("first_p50"), number("first_p99")) if name == "direct" else (added("first_p50"), added("first_p99"))
            rows.append([f"{gap} ms", step[1], titles[name], *shown, number("first_max", "{:.0f}"), number("rate"),
                         number("micros", "{:.0f}"), sum(values(turns, step, "failed"))])
    if rows:
        print("\nPaced streams of 31 pieces; first token in ms, of gateways what they add to direct:\n")
        product.table(["a piece each", "at once", "through", "P50", "P99", "worst", "streams a second", "processor µs each", "failed"],
                      rows)


def others(titles, found, given):
    rows = []
    for name, turns in found.items():
        if name == "direct":
            continue
        number = lambda step, field, form="{:.0f}": middle(values(turns, (step, 0), field), form)
        tries = [one for turn in turns if isinstance(turn, dict) for one in turn.get(("abandoned", 0), []) or []]
        rows.append([titles[name], number("memory", "resident"), number("memory", "proportional"), number("memory", "all_proportional"),
                     number("start", "start", "{:.2f}"), number("start", "idle"), number("start", "idle_proportional"),
                     closed(tries), pause(turns), held(turns)])
    print()
    product.table(["through", "RSS at 2,000 streams, MiB", "PSS", "PSS with database", "start to first answer s", "idle RSS, MiB, all",
                   "idle PSS, all", "upstream closed after, ms: P50, P99, worst", "longest pause ms", "held back: median, most characters"], rows)


def closed(tries):
    seen = [one for one in tries if one is not None]
    if not tries:
        return ""
    late = f"; {len(tries) - len(seen)} of {len(tries)} never" if len(seen) < len(tries) else f" of {len(tries)}"
    if not seen:
        return late.lstrip("; ")
    return f"{product.median(seen):.1f}, {product.percentile(seen, 0.99):.1f}, {max(seen):.1f}{late}"


def pause(turns):
    found = [turn["pause", 0] for turn in turns if isinstance(turn, dict) and turn.get(("pause", 0))]
    return "" if not found else "{:.0f} ({})".format(*max(found))


def held(turns):
    found = [turn["held", 0] for turn in turns if isinstance(turn, dict) and isinstance(turn.get(("held", 0)), tuple)]
    return "" if not found else f"{max(one[0] for one in found)}, {max(one[1] for one in found)}"


def missing(titles, found, given):
    lines = list(recorded.OTHERS)
    import gateway
    for name in gateway.STEPS:
        if name not in given.steps:
            lines.append(f"the step {name}: left out with --steps")
    for name in ("bare", "key", "everything", "alone", "alone-everything", "redacting", "model", "portkey", "litellm"):
        if name not in found:
            lines.append(f"{name}: left out")
    for name, turns in found.items():
        for turn in turns:
            if isinstance(turn, str):
                lines.append(f"{titles[name]}: {turn}")
            else:
                lines += [f"{titles[name]}, {step[0]}: {one}" for step, one in turn.items() if isinstance(one, str)]
    lines.append("memory, start and idle of ours without `alone` are of the whole server with all its rooms")
    lines.append("a quiet network and more than this machine: load, upstream and gateway share its processors")
    return list(dict.fromkeys(lines))
