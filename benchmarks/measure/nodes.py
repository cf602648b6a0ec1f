"""Several whole servers on one PostgreSQL under a budget and limits that they share, while one after the other is killed.

soak --nodes N [--seconds N] [--rate N] [--seed N] [--out FILE]

Each node has a load of its own. A budget that lasts for about the first two thirds of the time and a limit of requests a
minute that is below the load bind all of them. Nodes are killed with SIGKILL and started again in turn, the database
stops once, and between them the upstream fails in each of its ways. Afterwards what the upstream counted, what is on record and what the load was told are held against both.
Exits with 1 if something does not hold.
"""

import collections
import itertools
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
from decimal import Decimal

import accounts
import product
import soaked
import upstream
import workloads

MINUTE = 60
UPSTREAM = ("error", "busy", "silence", "reset", "garbage")


class Database:
    """A PostgreSQL of its own, by the programs of the distribution."""

    def __init__(self, folder):
        programs = next(product.DIST.glob("lib/postgres-*/bin"))
        self.port, home = upstream.free_port(), pathlib.Path(folder) / "database"
        home.mkdir()
        self.user = {"user": "nobody"} if os.getuid() == 0 else {}
        if self.user:
            shutil.chown(home, "nobody")
        subprocess.run([programs / "initdb", "-D", home, "-U", "gimbal", "-A", "trust", "-E", "UTF8", "--locale=C"],
                       cwd="/", check=True, stdout=subprocess.DEVNULL, **self.user)
        self.log = open(pathlib.Path(folder) / "database.log", "w")
        self.process = subprocess.Popen([programs / "postgres", "-D", home, "-p", str(self.port), "-k", home, "-c",
                                         "listen_addresses=127.0.0.1"], cwd="/", stdout=self.log, stderr=self.log, **self.user)
        if not upstream.await_port(self.port, self.process):
            raise SystemExit("PostgreSQL did not start")
        self.environment = {"GIMBAL_DATABASE_URL": f"jdbc:postgresql://127.0.0.1:{self.port}/postgres",
                            "GIMBAL_DATABASE_USER": "gimbal", "GIMBAL_DATABASE_PASSWORD": "gimbal",
                            "GIMBAL_DATABASE_CONNECTIONS": "8"}

    def signal(self, how):
        for one in product.tree(self.process.pid):
            try:
                os.kill(one, how)
            except ProcessLookupError:
                pass

    def close(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()
        self.log.close()


class Node(product.Server):
    """A server on a port that stays its own, with the secrets of the first."""

    def __init__(self, database, first=None):
        self.first, self.port = first, upstream.free_port()
        super().__init__(soaked.SETTINGS, {**database.environment, "GIMBAL_SERVER_PORT": str(self.port)})

    def prepare(self):
        for secret in ("admin.key", "master.key") if self.first else ():
            shutil.copy(self.first.data / secret, self.data / secret)

    def kill(self):
        os.kill(self.pid, signal.SIGKILL)
        self.process.wait()
        self.log.close()


class Nodes:
    def __init__(self, given, folder):
        self.given, self.folder, self.upstream_log = given, folder, folder / "upstream"
        self.per_minute = int(given.rate * MINUTE * 0.75)
        self.limit = Decimal(int(given.rate * 0.75 * given.seconds * 0.5)) * Decimal("0.0001")
        self.upstream, self.loads, self.nodes, self.kills = None, [], [], 0
        self.database = Database(folder)
        self.upstream = upstream.program("faulty", self.upstream_log, out=True)
        self.upstream_port = int(self.upstream.stdout.readline())
        self.nodes.append(Node(self.database))
        self.declare(self.nodes[0])
        while len(self.nodes) < given.nodes:
            self.nodes.append(Node(self.database, self.nodes[0]))

    def declare(self, first):
        first.must("POST", "/api/providers", {"name": "bench", "dialect": "openai", "credential": "env:PATH",
                                              "base_url": f"http://127.0.0.1:{self.upstream_port}/v1"})
        first.must("POST", "/api/prices", {"model": "bench/model", "input_usd_per_million": "1", "output_usd_per_million": "2"})
        first.must("POST", "/api/budgets", {"name": "all", "limit_usd": str(self.limit), "period": "total"})
        first.must("POST", "/api/limits", {"name": "all", "requests_per_minute": self.per_minute})
        first.must("POST", "/api/routes", soaked.Soaked.route(1))
        self.caller = first.must("POST", "/api/keys", {"name": "soak", "role": "developer"})["key"]

    def load(self):
        for number, node in enumerate(self.nodes):
            self.loads.append(upstream.program("mixed", node.port, self.caller, self.given.rate / len(self.nodes),
                                               self.folder / f"load{number}", self.given.seed + number))

    def run(self):
        """Faults in the first two thirds, a budget that runs out, and a rest in which leases go back."""
        self.load()
        began = time.monotonic()
        kills = [lambda node=node: self.kill(node) for node in self.nodes]
        failing = [lambda fault=fault: self.fail(fault) for fault in UPSTREAM]
        faults = [one for pair in itertools.zip_longest([kills[0], self.stop_database, *kills[1:]], failing) for one in pair if one]
        for number, fault in enumerate(faults):
            due = began + self.given.seconds * 0.6 * (number + 1) / (len(faults) + 1)
            time.sleep(max(0, due - time.monotonic()))
            fault()
        self.say("the rest of the budget")
        time.sleep(max(0, self.given.seconds - (time.monotonic() - began)))
        for load in self.loads:
            load.stdin.write("stop\n")
        for load in self.loads:
            load.wait(150)

    def kill(self, node):
        self.say(f"kill -9 of node {self.nodes.index(node)}")
        node.kill()
        self.kills += 1
        time.sleep(min(10, self.given.seconds / 20))
        node.start()

    def fail(self, fault):
        """A third of the upstream's answers for a while."""
        seconds = min(10, self.given.seconds / 30)
        self.say(f"upstream: {fault}, {seconds:.0f} s")
        for order in (fault, "healthy"):
            self.upstream.stdin.write(order + "\n")
            self.upstream.stdin.flush()
            time.sleep(seconds if order == fault else 0)

    def stop_database(self):
        self.say("database stopped, 15 s")
        self.database.signal(signal.SIGSTOP)
        time.sleep(15)
        self.database.signal(signal.SIGCONT)

    @staticmethod
    def say(what):
        print(f"  {what}", file=sys.stderr, flush=True)

    def report(self):
        calls = [[accounts.Call(line) for line in (self.folder / f"load{number}").read_text().splitlines()
                  if not line.startswith("skipped")] for number in range(len(self.nodes))]
        every = [one for mine in calls for one in mine]
        names, records = collections.Counter(), {}
        for page in workloads.Records(self.nodes[0]).pages("2020-01-01T00:00:00Z"):
            for record in page:
                names[record["id"]] += 1
                records[record["id"]] = record
        answered = [int(line.split()[0]) for line in self.upstream_log.read_text().splitlines() if line.count(" ") == 2]
        print(f"\n{len(self.nodes)} nodes on one database, {self.given.seconds:.0f} s at {self.given.rate:g} calls a second, a budget of "
              f"{self.limit} US$, {self.per_minute} requests a minute, {self.kills} kills: {len(every)} calls sent, {len(records)} on record\n")
        product.table(["node", "calls", "answered whole", "the others"], [[number, len(mine), sum(one.status == 200 and one.whole for one in mine),
                      ", ".join(f"{what}: {count}" for what, count in collections.Counter(
                          accounts.reason(one, records) for one in mine if not (one.status == 200 and one.whole)).most_common(10))]
                      for number, mine in enumerate(calls)])
        checks = [accounts.nothing_hangs(every, records), accounts.one_record(every, names, records),
                  *accounts.money(every, records, set(answered))[:1], self.budget(every, records, answered),
                  self.shortage(every, records), self.minute(every)]
        print()
        product.table(["", "what must hold", "found"], [["holds" if good else "DOES NOT HOLD", what, found] for good, what, found in checks])
        return all(good for good, _, _ in checks)

    def budget(self, calls, records, answered):
        """By what is on record, cut and lost calls at what they are taken for, and by what the upstream counted."""
        recorded = sum((Decimal(one["cost_usd"]) for one in records.values() if one.get("cost_usd")), Decimal(0))
        counted = sum((accounts.price(number) for number in answered if number), Decimal(0))
        return max(recorded, counted) <= self.limit, "the budget is never exceeded", (
            f"{recorded} US$ on record, {counted} counted by the upstream, of {self.limit}")

    def shortage(self, calls, records):
        """Once all refuse, what nobody used lies in leases of killed nodes, or does not hold a call."""
        end = time.monotonic() + 30
        view = self.nodes[0].must("GET", "/api/budgets/all")
        while Decimal(view["reserved_usd"]) and time.monotonic() < end:
            time.sleep(0.5)
            view = self.nodes[0].must("GET", "/api/budgets/all")
        recorded = sum((Decimal(one["cost_usd"]) for one in records.values() if one.get("cost_usd")), Decimal(0))
        spent, left = Decimal(view["spent_usd"]), self.limit - recorded
        worst = max((Decimal(one["reserved_usd"]) for one in records.values() if one.get("reserved_usd")), default=Decimal(0))
        late = sorted(calls, key=lambda one: one.began)[-50:]
        refused = all(one.status == 429 for one in late)
        dead = spent - recorded
        return refused and left - dead <= worst * len(self.nodes), "short by what dead nodes leased at most", (
            f"{left} US$ are left, {dead} of them in leases of {self.kills} killed nodes; a call reserves up to {worst}; "
            f"the last 50 calls were {'all' if refused else 'not all'} refused; the budget's own view: {view['spent_usd']} spent, "
            f"{view['reserved_usd']} reserved")

    def minute(self, calls):
        """Requests that surely lie within one minute: they began behind its begin and ended before its end."""
        inside = sorted((one.began, one.began + one.seconds) for one in calls if one.status == 200)
        most = 0
        for at in range(len(inside)):
            begin = inside[at][0]
            most = max(most, sum(end < begin + MINUTE for start, end in inside[at:at + 2 * self.per_minute] if start < begin + MINUTE))
        return most <= self.per_minute, "requests a minute are never exceeded", f"at most {most} of {self.per_minute} within a minute"

    def close(self):
        for one in [*self.loads, *([self.upstream] if self.upstream else [])]:
            one.terminate()
            one.wait()
        for node in self.nodes:
            node.close()
        self.database.close()


def run(given, folder):
    nodes = Nodes(given, folder)
    try:
        nodes.run()
        return nodes.report()
    finally:
        nodes.close()
