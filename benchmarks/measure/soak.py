"""Hours of calls while everything around the gateway fails, and what of it must hold afterwards.

soak [--seconds N] [--rate N] [--seed N] [--half-peak [RATE]] [--only FAULT,…] [--clock] [--out FILE] [--quick]
soak --nodes N [--seconds N] [--rate N] [--seed N] [--out FILE]: several servers on one database, see nodes.py

One life of the server after another: killed with SIGKILL and started again on its data, a rest in which its state is
taken, then every fault once, in an order that the seed chooses, and a rest in which the state is taken again. A route
and a guard are written each second all the time; callers that read slowly, that vanish and that send large bodies are
part of the load, a body of 100 MB goes with each fault. Exits with 1 if something does not hold. It needs a C
compiler, and filling the disk needs root (the data directory is a tmpfs then). --half-peak adds a life of five minutes, or
less if the whole is short, at another rate: half of what a closed loop is answered, if none is given; with --seconds 0 that
alone. --only chooses faults by their names. --out writes the tables to a file; a terminal that goes away ends nothing. SIGUSR1 ends it behind the present fault: what was tried
until then is told. A server that ends by itself is started again, and told.
"""

import argparse
import collections
import http.client
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import accounts
import nodes
import product
import soaked
import upstream

# Of the closed loop that finds the peak: many, since a stream takes 0.2 s.
CALLERS = 1000


class Soak:
    def __init__(self, given, folder):
        self.given, self.folder, self.rng = given, folder, random.Random(given.seed)
        self.upstream_log, self.load_log = folder / "upstream", folder / "load"
        self.upstream = upstream.program("faulty", self.upstream_log, out=True)
        self.server = soaked.Soaked(int(self.upstream.stdout.readline()), given.disk,
                                    soaked.Clock(folder) if given.clock else None)
        self.load = upstream.program("mixed", self.server.port, self.server.caller, given.rate, self.load_log, given.seed)
        self.reloads, self.refused_reloads, self.over = 0, collections.Counter(), threading.Event()
        self.story, self.lives, self.dropped, self.at, self.now = [], [], 0, "", "(none)"
        self.found_peak, self.ended, self.busy, self.enough = None, [], [], threading.Event()
        signal.signal(signal.SIGUSR1, lambda *ignored: self.enough.set())
        self.reloader = threading.Thread(target=self.reload, daemon=True)
        self.reloader.start()

    def order(self, process, line):
        process.stdin.write(line + "\n")
        process.stdin.flush()

    def reload(self):
        turn = 0
        while not self.over.wait(1):
            turn += 1
            try:
                wrong = self.server.reload(turn)
            except (OSError, ValueError, http.client.HTTPException) as failure:
                wrong = type(failure).__name__
            if wrong:
                self.refused_reloads[f"{self.now}: {wrong}"] += 1
            else:
                self.reloads += 1

    def span(self, name, seconds, begin=lambda: None, end=lambda: None):
        """A fault from its begin to its end, and how long calls are not answered after it."""
        print(f"  {name}, {seconds:.0f} s", file=sys.stderr, flush=True)
        self.now = name
        began = time.monotonic()
        begin()
        if name != "kill -9":
            self.order(self.load, "big")
        time.sleep(seconds)
        end()
        ended = time.monotonic()
        self.revive()
        back = self.server.answers(120)
        self.busy.append(os.getloadavg()[0])
        self.now = "(none)"
        self.story.append((self.at + name, began, ended, back))
        print(f"    back after {back if back is None else round(back, 1)} s", file=sys.stderr, flush=True)
        time.sleep(self.given.gap)

    def revive(self):
        """Starts a server that ended by itself."""
        if not self.server.alive():
            self.ended.append(f"{self.at}{self.now}: {self.server.last_words()}")
            print(f"    IT ENDED BY ITSELF: {self.server.last_words()}", file=sys.stderr, flush=True)
            self.server.kill()
            self.server.start()

    def count_dropped(self):
        try:
            self.dropped += int(self.server.metric("gimbal_ledger_dropped_total") or 0)
        except (OSError, http.client.HTTPException):
            pass

    def kill(self):
        self.count_dropped()
        self.server.kill()
        self.server.start()

    def rest(self, name):
        """What there is of everything that may leak; nothing is sent meanwhile."""
        self.now = name
        self.revive()
        self.order(self.load, "rest")
        try:
            found = self.server.state()
            shown = {what: value for what, value in found.items() if what != "names of threads"}
            print(f"  {name}: {shown}", file=sys.stderr, flush=True)
        except (OSError, ValueError, http.client.HTTPException, subprocess.SubprocessError) as failure:
            found = None
            print(f"  {name}: not known, {failure!r}", file=sys.stderr, flush=True)
        self.order(self.load, "go")
        self.now = "(none)"
        time.sleep(self.given.gap)
        return found

    def under_load(self, found):
        """What calls keep alive that ended long ago can only be seen while others are under way."""
        try:
            return found and {**found, "heap after GC under load, MiB": self.server.heap("Tenured|ParOldGen")}
        except subprocess.SubprocessError:
            return None

    def life(self):
        """Killed, started, every fault once; at least once, and then while there is time."""
        self.span("kill -9", 0, self.kill)
        time.sleep(self.given.warm)
        before, process = self.under_load(self.rest("before")), self.server.pid
        faults = [(fault, self.given.fault) for fault in nodes.UPSTREAM] + [("database stopped", self.given.database)]
        if self.server.mounted:
            faults.append(("disk full", self.given.fault))
        if self.server.clock:
            faults.append(("clock jumps", self.given.fault))
        self.rng.shuffle(faults)
        for name, seconds in faults:
            if not self.enough.is_set() and (not self.given.only or name in self.given.only):
                self.fault(name, seconds)
        loaded = self.under_load({"calls": "of the load"})
        after = self.rest("after")
        if before and loaded and after and self.server.pid == process:
            self.lives.append((before, {**loaded, **after}))

    def fault(self, name, seconds):
        if name in nodes.UPSTREAM:
            self.span("upstream: " + name, seconds, lambda: self.order(self.upstream, name),
                      lambda: self.order(self.upstream, "healthy"))
        elif name == "disk full":
            self.span(name, seconds, self.server.fill, self.server.empty)
        elif name == "clock jumps":
            self.span("clock an hour ahead", seconds / 2, lambda: self.server.clock.set(3600))
            self.span("clock an hour back", seconds / 2, lambda: self.server.clock.set(-3600), lambda: self.server.clock.set(0))
        else:
            self.span(name, seconds, lambda: self.server.database(signal.SIGSTOP), lambda: self.server.database(signal.SIGCONT))

    def peak(self):
        """Calls of the load's kinds, but for slow and vanishing ones, answered whole a second by a closed loop."""
        self.now = "peak"
        self.order(self.load, f"closed {CALLERS}")
        time.sleep(self.given.warm)
        at, began = self.load_log.stat().st_size, time.monotonic()
        time.sleep(max(5, self.given.warm / 2))
        with open(self.load_log, "rb") as log:
            log.seek(at)
            answered = sum(b" w " in line for line in log.read(self.load_log.stat().st_size - at).splitlines())
        return answered / (time.monotonic() - began)

    def half_peak(self):
        """A shorter life at another rate."""
        if not self.given.half_peak:
            self.found_peak = self.peak()
            self.given.half_peak = self.found_peak // 2
            print(f"  peak {self.found_peak:.0f}/s", file=sys.stderr, flush=True)
        self.order(self.load, f"rate {self.given.half_peak}")
        self.at = f"at {self.given.half_peak:g}/s: "
        self.given.fault, self.given.gap = min(self.given.fault, 15), min(self.given.gap, 8)
        self.given.warm, self.given.database = min(self.given.warm, 15), min(self.given.database, 30)
        self.life()

    def also(self):
        if not self.given.half_peak:
            return ""
        of = f", half of a peak of {self.found_peak:.0f}" if self.found_peak else ""
        return f", and a life at {self.given.half_peak:g}{of}"

    def run(self):
        began = time.monotonic()
        time.sleep(self.given.warm)
        while self.given.seconds:
            life = time.monotonic()
            self.life()
            if self.enough.is_set() or time.monotonic() + (time.monotonic() - life) > began + self.given.seconds:
                break
        if self.given.half_peak is not None and not self.enough.is_set():
            self.half_peak()
        self.order(self.load, "stop")
        self.load.wait(150)
        self.over.set()
        self.reloader.join(30)
        self.revive()
        took = time.monotonic() - began
        self.behind = self.server.caught_up(600)
        self.count_dropped()
        return took

    def close(self):
        self.over.set()
        for one in (self.load, self.upstream):
            one.terminate()
            one.wait()
        self.server.close()


def options():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=3600)
    arguments.add_argument("--rate", type=float, default=500)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--half-peak", type=float, nargs="?", const=0)
    arguments.add_argument("--only", type=lambda names: [name.strip() for name in names.split(",")], default=[])
    arguments.add_argument("--clock", action="store_true")
    arguments.add_argument("--nodes", type=int)
    arguments.add_argument("--out")
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    if given.quick:
        given.seconds, given.rate = 90, min(given.rate, 50)
    alone = given.half_peak is not None and not given.seconds
    given.fault = 30 if alone else max(4, min(30, given.seconds / 24))
    given.database = 60 if alone else max(given.fault, min(60, given.seconds / 6))
    given.gap, given.warm = given.fault / 2, max(5, given.fault)
    given.disk = int(min(13, 2 + given.rate * given.seconds * 8192 / 2**30 + (8 if given.half_peak is not None else 0))) + 1
    return given


def main():
    given = options()
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if given.out:
        sys.stdout = open(given.out, "w", buffering=1)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gimbal-soak-"))
    folder.chmod(0o755)
    soak = None
    try:
        if given.nodes:
            sys.exit(0 if nodes.run(given, folder) else 1)
        soak = Soak(given, folder)
        took = soak.run()
        holds = accounts.report(soak, took)
    finally:
        if soak:
            soak.close()
        shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if holds else 1)


if __name__ == "__main__":
    main()
