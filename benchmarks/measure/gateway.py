"""The whole table of the gateway's speed, beside the upstream itself and other gateways.

gateway [--seconds N] [--warm N] [--rounds N] [--callers 10,32,128] [--with a,b | --without a,b] [--steps …] [--quick]
        [--rival NAME=URL[,header=value…][,models=PREFIX]] [--ports SHORT,STREAMS]

Short calls and large ones go to nginx with a fixed answer, streams to a small C program. Rounds are interleaved: in each,
every gateway is started anew, warmed by the calls that follow, and goes through all steps; medians, with the range
behind them. Processor time is user and system time of the gateway's whole process tree, of ours with its database.
"Everything on" is measured to the moment at which the last record can be queried, and its records are counted.
Load, upstream and gateway share the machine: compare ratios. Rivals are installed below benchmarks/target.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile

import gateways
import probes
import starts
import tables
import upstream
import workloads

STEPS = ("call", "large", "now", "fixed", "paced10", "paced50", "paced100", "memory", "abandoned", "held", "start")
# What does not go through every step: everything that is not about its difference is the same as of another mode.
ALONE = {"redacting": ("now", "paced10", "paced50", "paced100", "held"), "model": ("call",)}


class Turn:
    """One gateway, once through the steps."""

    def __init__(self, name, gateway, given, folder, streams):
        self.name, self.gateway, self.given, self.folder, self.streams = name, gateway, given, folder, streams
        self.work = workloads.Work(gateway, folder, given.seconds)
        self.rows = {}

    def step(self, key, measure):
        if key[0] not in self.given.steps or key[0] not in ALONE.get(self.name, STEPS):
            return
        try:
            self.rows[key] = measure()
        except SystemExit as failure:
            self.rows[key] = str(failure)
        print(f"  {self.name} {key[0]} {key[1] or ''}: {tables.brief(self.rows[key])}", file=sys.stderr, flush=True)

    def all(self):
        gateway, work = self.gateway, self.work
        why = work.warm(self.given.warm if self.name != "direct" else 1)
        if why:
            return why
        pauses = workloads.Pauses(gateway.main, self.folder) if gateway.main else None
        loop = work.recorded if gateway.records else work.closed
        for callers in self.given.callers:
            self.step(("call", callers), lambda: loop(work.call(), callers))
        self.step(("large", 32), lambda: loop(work.call(workloads.LARGE), 32))
        self.step(("now", 10), lambda: loop(work.stream("now"), 10))
        self.step(("fixed", workloads.FIXED), work.fixed)
        for name, gap, streams in workloads.PACED:
            self.step((name, streams), lambda: work.paced(name, gap, streams))
        if gateway.pid:
            self.step(("memory", 0), work.memory)
        self.step(("abandoned", 0), lambda: probes.abandoned(gateway, self.streams, self.folder, self.given.tries))
        if gateway.records:
            self.step(("held", 0), lambda: probes.held_back(gateway))
        if pauses:
            self.rows["pause", 0] = pauses.longest()
        return self.rows


def turn(name, make, given, folder, streams):
    with make() as gateway:
        gateway.ready()
        found = gateway.broken or Turn(name, gateway, given, folder, streams).all()
    if isinstance(found, dict) and "start" in given.steps and name in ("bare", "key", "alone", "alone-everything", "portkey", "litellm"):
        try:
            found["start", 0] = starts.measure(make, given.idle)
        except SystemExit as failure:
            found["start", 0] = str(failure)
        print(f"  {name} start: {tables.brief(found['start', 0])}", file=sys.stderr, flush=True)
    return found


def options():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=8)
    arguments.add_argument("--warm", type=float, default=30)
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("--tries", type=int, default=60)
    arguments.add_argument("--idle", type=float, default=10)
    split = lambda text: [one.strip() for one in text.split(",") if one.strip()]
    arguments.add_argument("--callers", type=lambda text: [int(one) for one in split(text)], default=[10, 32, 128])
    arguments.add_argument("--with", dest="chosen", type=split, default=[])
    arguments.add_argument("--without", type=split, default=[])
    arguments.add_argument("--steps", type=split, default=list(STEPS))
    arguments.add_argument("--rival", action="append", default=[])
    arguments.add_argument("--ports", type=lambda text: [int(one) for one in split(text)], default=None)
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    unknown = set(given.steps) - set(STEPS)
    if unknown:
        raise SystemExit(f"no such step: {', '.join(unknown)}; there are {', '.join(STEPS)}")
    if given.quick:
        given.seconds, given.warm, given.rounds, given.tries, given.idle = 2, 3, 1, 8, 2
    if given.rival and not given.ports:
        given.ports = [9101, 9102]
    return given


def main():
    given = options()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gimbal-bench-"))
    folder.chmod(0o755)
    try:
        with upstream.Nginx(folder, given.ports and given.ports[0]) as nginx, \
                upstream.Streams(given.ports and given.ports[1]) as streams:
            all_of_them = gateways.makers(folder, nginx.port, streams.port, given.rival)
            # "none" of a name is "direct": every ratio needs it.
            names = [name for name in all_of_them if name == "direct" or (
                (not given.chosen or name in given.chosen) and name not in given.without)]
            found = {name: [] for name in names}
            for number in range(given.rounds):
                print(f"round {number + 1} of {given.rounds}", file=sys.stderr, flush=True)
                for name in names:
                    found[name].append(turn(name, all_of_them[name][1], given, folder, streams))
            print(f"\n{given.rounds} rounds, {given.seconds:g} s a step, {given.warm:g} s of warm-up, {os.cpu_count()} processors\n")
            tables.show({name: all_of_them[name][0] for name in names}, found, given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
