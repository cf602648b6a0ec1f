"""One measurement of a gateway each: calls, streams, memory under streams, what is on record."""

import http.client
import json
import pathlib
import re
import subprocess
import time
import urllib.parse
from datetime import datetime, timezone

import product
import upstream
from gateways import SHORT

LARGE = {**SHORT, "messages": [{"role": "user", "content": "word " * 13_090}]}
# Name, milliseconds between pieces, streams at a time.
PACED = [("paced10", 10, 100), ("paced50", 50, 500), ("paced100", 100, 2000)]
PIECES = 31
# Calls a second at fixed times, and the most connections for them.
FIXED, CONNECTIONS = 2000, 512


class Work:
    """The requests of one gateway as files, and the steps."""

    def __init__(self, gateway, folder, seconds):
        self.gateway, self.folder, self.seconds = gateway, pathlib.Path(folder), seconds

    def call(self, body=SHORT):
        port, headers, model = self.gateway.calls()
        return port, upstream.request(self.gateway.path, {**body, "model": model}, headers, self.folder / "call")

    def stream(self, name):
        port, headers, model = self.gateway.streams(name)
        body = {**SHORT, "model": model, "stream": True, "stream_options": {"include_usage": True}}
        return port, upstream.request(self.gateway.path, body, headers, self.folder / name)

    def warm(self, seconds):
        """Calls, large calls and streams, as they are measured afterwards; why not, if it answers none."""
        shares = ((self.call(), 0.6), (self.call(LARGE), 0.15), (self.stream("now"), 0.25))
        for number, ((port, file), share) in enumerate(shares):
            body = LARGE if number == 1 else SHORT
            if number < 2:
                port, file = self.call(body)
            found = upstream.result(upstream.load(port, 32, 0, 0, max(0.5, seconds * share), [file]))
            if found["answered"] == 0:
                return f"answers no {('call', '64 KB call', 'stream')[number]}"
        return None

    def closed(self, request, callers, ramp=0, warm=0.5, seconds=None):
        """A closed loop; processor time of the tree over the measured time."""
        seconds = seconds or self.seconds
        pid = self.gateway.pid
        port, file = request
        process = upstream.load(port, callers, -ramp if ramp else 0, warm, seconds, [file])
        time.sleep(warm)
        before, began = used(pid), time.monotonic()
        time.sleep(max(0.1, seconds - 0.2))
        spent, window = used(pid) - before, time.monotonic() - began
        found = upstream.result(process)
        found["micros"] = 1e6 * spent / max(1, found["completed"] * window / seconds) if pid else None
        return found

    def recorded(self, request, callers):
        """A closed loop whose window ends when the last record can be queried: the rate and the processor time, the
        database's too, are of that window. Counts the records afterwards."""
        port, file = request
        since = datetime.now(timezone.utc).isoformat()
        before, began = used(self.gateway.pid), time.monotonic()
        found = upstream.result(upstream.load(port, callers, 0, 0, self.seconds, [file]))
        records = Records(self.gateway)
        last = records.marker()
        window = time.monotonic() - began
        found["micros"] = 1e6 * (used(self.gateway.pid) - before) / max(1, found["sent"])
        found["rate"] = found["answered"] / window
        found["records"] = records.count(since) - last
        return found

    def fixed(self):
        """Short calls at a fixed rate, a latency counted from when the call was due."""
        port, file = self.call()
        return upstream.result(upstream.load(port, CONNECTIONS, FIXED, 2, self.seconds, [file], urgent=True))

    def paced(self, name, gap, streams):
        whole = PIECES * gap / 1000
        return self.closed(self.stream(name), streams, ramp=whole, warm=1.3 * whole, seconds=max(self.seconds, 2 * whole))

    def memory(self):
        """Resident and proportional MiB with 2,000 streams under way: its own process and the whole tree."""
        name, gap, streams = PACED[-1]
        whole = PIECES * gap / 1000
        port, file = self.stream(name)
        process = upstream.load(port, streams, -whole, 1.3 * whole, 2 * whole, [file])
        time.sleep(2.3 * whole)
        tree = product.tree(self.gateway.pid)
        own = [one for one in tree if not name_of(one).startswith("postgres")]
        found = {"resident": alone(own, product.resident_of), "proportional": alone(own, product.proportional_of),
                 "all_proportional": alone(tree, product.proportional_of)}
        seen = upstream.result(process)
        found["failed"] = seen["failed"]
        return found


def alone(pids, measure):
    return sum(measure(one) for one in pids)


def name_of(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def used(pid):
    return product.processor_seconds(pid) if pid else 0.0


class Records:
    """What a running server of ours has on record."""

    def __init__(self, server):
        self.server = server

    def marker(self):
        """Makes one call and waits until it can be queried: what came before it can be then. 1, the call."""
        port, headers, model = self.server.calls()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        connection.request("POST", "/v1/chat/completions", json.dumps({**SHORT, "model": model}),
                           {**headers, "Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        name = answer.headers["x-gimbal-call"]
        connection.close()
        end = time.monotonic() + 120
        while time.monotonic() < end:
            status, record = self.server.call("GET", f"/api/calls/{name}")
            if status == 200 and record.get("outcome") not in (None, "running"):
                return 1
            time.sleep(0.02)
        raise SystemExit(f"call {name} could not be queried within 2 minutes")

    def pages(self, since):
        """Every record since a time, a page at a time."""
        connection = http.client.HTTPConnection(self.server.host, timeout=120)
        where, cursor = f"/api/calls?limit=200&from={urllib.parse.quote(since)}", None
        while True:
            connection.request("GET", where + (f"&cursor={cursor}" if cursor else ""),
                               headers={"Authorization": "Bearer " + self.server.key})
            page = json.loads(connection.getresponse().read())
            yield page["data"]
            cursor = page.get("next")
            if not cursor:
                connection.close()
                return

    def count(self, since):
        """How many calls with a cost are on record, each once."""
        names = set()
        for page in self.pages(since):
            names.update(one["id"] for one in page if one.get("cost_usd") is not None)
        return len(names)


class Pauses:
    """The longest time that the JVM stood still, from its own log of safepoints, which is switched on while it runs."""

    LINE = re.compile(r'Safepoint "([^"]+)".*Total: *(\d+) ns')

    def __init__(self, pid, folder):
        self.file = pathlib.Path(folder) / f"pauses-{pid}.log"
        self.file.touch(mode=0o666)
        program = pathlib.Path(product.java()).parent / "jcmd"
        done = subprocess.run([program, str(pid), "VM.log", f"output={self.file}", "what=safepoint=info"],
                              capture_output=True, text=True)
        self.works = done.returncode == 0

    def longest(self):
        """Milliseconds and why; None if it is not known."""
        found = [(int(time) / 1e6, why) for why, time in self.LINE.findall(self.file.read_text())]
        return max(found) if self.works and found else None
