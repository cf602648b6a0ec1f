"""The server of a soak: on a small disk of its own, and what is done to it."""

import collections
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import time

import product
import upstream

# As many connections as native/mixed.c opens, and some for who looks on.
SETTINGS = """server:
  limits:
    connections: 9500
gateway:
  allow-private-upstreams: true
  first-byte: 5s
  silence: 5s
  whole: 30s
  max-body: 128MiB
"""


class Soaked(product.Server):
    """Everything on: key with a limit, prices, a hard budget far off, limits, guards that flag, bodies on record."""

    def __init__(self, upstream_port, gibibytes, clock):
        self.gibibytes, self.mounted, self.clock, self.upstream_port = gibibytes, False, clock, upstream_port
        options = "-XX:NativeMemoryTracking=summary " + os.environ.get("JAVA_TOOL_OPTIONS", "")
        environment = {"GIMBAL_SERVER_PORT": str(upstream.free_port()), "JAVA_TOOL_OPTIONS": options.strip()}
        super().__init__(SETTINGS, {**environment, **(clock.environment if clock else {})})
        self.port = int(self.host.rsplit(":", 1)[1])
        self.must("POST", "/api/providers", {"name": "bench", "dialect": "openai", "credential": "env:PATH",
                                             "base_url": f"http://127.0.0.1:{upstream_port}/v1"})
        self.must("POST", "/api/prices", {"model": "bench/model", "input_usd_per_million": "1", "output_usd_per_million": "2"})
        for kind in ("pii", "secrets", "injection"):
            self.must("POST", "/api/guards", {"name": kind, "kind": kind, "places": ["prompt", "answer"], "action": "flag"})
        self.must("POST", "/api/budgets", {"name": "far", "limit_usd": "100000", "period": "month", "scope": {"route": "soak"}})
        self.must("POST", "/api/limits", {"name": "far", "requests_per_minute": 10**9, "tokens_per_minute": 10**9,
                                          "parallel_calls": 100_000})
        self.must("POST", "/api/routes", self.route(1))
        self.caller = self.must("POST", "/api/keys", {"name": "soak", "role": "developer", "requests_per_minute": 10**8})["key"]

    @staticmethod
    def route(turn):
        return {"name": "soak", "targets": [{"model": "bench/model"}], "retries": turn % 2 + 1}

    def start(self):
        super().start()
        if self.clock:
            self.clock.hear([self.java(), *self.postgres()])

    def prepare(self):
        if os.getuid() == 0:
            self.data.rmdir()
            self.data.mkdir()
            done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={self.gibibytes}g,mode=755", "tmpfs", self.data])
            self.mounted = done.returncode == 0

    def reload(self, turn):
        """A route and a guard, as somebody who edits them would send them; why one was not taken, or nothing."""
        route, guard = self.route(turn), {"kind": "secrets", "places": ["prompt", "answer"],
                                          "action": "flag" if turn % 2 else "log"}
        for path, body in (("/api/routes/soak", route), ("/api/guards/secrets", {"name": "secrets", **guard})):
            status, answer = self.call("PUT", path, body, seconds=10)
            if status == 400:
                raise SystemExit(f"PUT {path}: {answer}")
            if status >= 300:
                return f"{status} {answer.get('error', {}).get('code', '-') if isinstance(answer, dict) else '-'}"
        return ""

    def kill(self):
        if self.alive():
            os.kill(self.java(), signal.SIGKILL)
        self.process.wait()
        self.log.close()

    def last_words(self):
        """What a server that ended by itself said."""
        lines = (self.folder / "log").read_text(errors="replace").rstrip().splitlines()
        return lines[-1][:200] if lines else ""

    def java(self):
        return self.pid

    def postgres(self):
        """Of the embedded database, whether it is our child or one that an earlier life left behind."""
        try:
            return product.tree(int((self.data / "postgres/postmaster.pid").read_text().split()[0]))
        except (OSError, ValueError, IndexError):
            return []

    def database(self, how):
        for one in self.postgres():
            try:
                os.kill(one, how)
            except ProcessLookupError:
                pass

    def fill(self):
        """Leaves no room on the disk: it is made as small as what it holds, which takes no memory of the machine."""
        for spare in (0, 4, 16, 64, 256):
            room = os.statvfs(self.data)
            used = (room.f_blocks - room.f_bfree + spare) * room.f_frsize
            if self.resize(used):
                return
        raise SystemExit("the disk of the soak cannot be filled")

    def empty(self):
        self.resize(self.gibibytes * 2**30)

    def resize(self, size):
        return subprocess.run(["mount", "-o", f"remount,size={size}", self.data], capture_output=True).returncode == 0

    def jcmd(self, *command):
        program = pathlib.Path(product.java()).parent / "jcmd"
        return subprocess.run([program, str(self.java()), *command], capture_output=True, text=True, timeout=60).stdout

    def metric(self, name):
        status, page = self.call("GET", "/metrics")
        page = page.decode() if isinstance(page, bytes) else str(page)
        found = re.search(rf"^{name}(?:\{{[^}}]*\}})? ([0-9.eE+-]+)$", page, re.M)
        return float(found.group(1)) if found else None

    def caught_up(self, seconds):
        """Seconds until all that is on record stands in the database; None if not in time."""
        began = time.monotonic()
        while time.monotonic() < began + seconds:
            if not self.metric("gimbal_ledger_lag_seconds") and not self.metric("gimbal_ledger_queue_entries"):
                return time.monotonic() - began
            time.sleep(0.2)
        return None

    def state(self):
        """What may leak, once nothing is under way."""
        end = time.monotonic() + 60
        while time.monotonic() < end and self.metric("gimbal_calls_running"):
            time.sleep(0.2)
        running = self.metric("gimbal_calls_running")
        self.settle()
        native = dict(re.findall(r"^- +([A-Za-z ]+) \(reserved=\d+KB, committed=(\d+)KB", self.jcmd("VM.native_memory", "summary"), re.M))
        descriptors = self.descriptors()
        threads = [one.read_text().strip() for one in pathlib.Path(f"/proc/{self.java()}/task").glob("*/comm")]
        return {"calls under way": running, "heap after GC, MiB": self.heap(),
                "direct memory (NMT Other), MiB": int(native.get("Other", 0)) / 1024,
                "descriptors": len(descriptors), **self.sockets(descriptors),
                "threads": len(threads), "names of threads": threads, "database processes": len(self.postgres()),
                "classes": self.classes()}

    def heap(self, parts="DefNew|Tenured|PSYoungGen|ParOldGen"):
        """MiB of the heap that are in use, once it is collected. The old part alone has all that lives just then."""
        for _ in range(2):
            self.jcmd("GC.run")
        found = re.findall(rf"^ *(?:{parts}) .*used (\d+)K", self.jcmd("GC.heap_info"), re.M)
        return sum(int(used) for used in found) / 1024

    def descriptors(self):
        found = []
        for one in pathlib.Path(f"/proc/{self.java()}/fd").iterdir():
            try:
                found.append(os.readlink(one))
            except OSError:
                pass
        return found

    def sockets(self, descriptors):
        """How many connections there are, by who is at their other end. All of the load's are closed."""
        mine = {one[8:-1] for one in descriptors if one.startswith("socket:[")}
        found = collections.Counter()
        for table in ("tcp", "tcp6"):
            for line in pathlib.Path(f"/proc/{self.java()}/net/{table}").read_text().splitlines()[1:]:
                fields = line.split()
                if fields[9] in mine:
                    local, remote = (int(fields[at].rsplit(":", 1)[1], 16) for at in (1, 2))
                    found["listening" if fields[3] == "0A" else "of callers" if local == self.port
                          else "to the upstream" if remote == self.upstream_port else "others"] += 1
        return {"connections of callers": found["of callers"], "connections to the upstream": found["to the upstream"],
                "other sockets": len(mine) - found["of callers"] - found["to the upstream"]}

    def classes(self):
        """The classes that take most of the heap: name, MiB."""
        rows = re.findall(r"^ *\d+: +\d+ +(\d+) +(\S+)", self.jcmd("GC.class_histogram"), re.M)
        return [(name, round(int(size) / 2**20, 1)) for size, name in rows[:12]]

    def settle(self):
        """Waits until idle connections have closed by their own deadlines: those to an upstream after 20 s, looked for
        each second."""
        end, least, since = time.monotonic() + 120, None, time.monotonic()
        while time.monotonic() < min(end, since + 25):
            count = len(os.listdir(f"/proc/{self.java()}/fd"))
            if least is None or count < least:
                least, since = count, time.monotonic()
            time.sleep(0.5)

    def answers(self, seconds):
        """Seconds until a call of the route is answered again, its breaker closed; None if not in time."""
        began = time.monotonic()
        while time.monotonic() < began + seconds and self.alive():
            try:
                body = {"model": "soak", "messages": [{"role": "user", "content": "nonce-0- hello"}]}
                if self.call("POST", "/v1/chat/completions", body, key=self.caller, seconds=10)[0] == 200:
                    return time.monotonic() - began
            except (OSError, ValueError):
                pass
            time.sleep(0.1)
        return None

    def close(self):
        try:
            super().close()
        finally:
            if self.mounted:
                subprocess.run(["umount", "-l", self.data])
                subprocess.run(["rm", "-rf", self.folder])


class Clock:
    """Moves the wall clock of the server and its database; the monotonic one goes on."""

    LIBRARY = upstream.PROGRAMS / "clock.so"

    def __init__(self, folder):
        self.file = pathlib.Path(folder) / "clock"
        self.set(0)
        self.file.chmod(0o644)
        self.environment = {"LD_PRELOAD": str(self.LIBRARY), "MOVED_CLOCK": str(self.file)}

    def set(self, seconds):
        with open(self.file, "r+b" if self.file.exists() else "wb", buffering=0) as file:
            file.write(struct.pack("=q", seconds * 10**9))

    def hear(self, processes):
        """Ends the soak if one of them goes by another clock."""
        for one in processes:
            try:
                name, maps = (pathlib.Path(f"/proc/{one}/{what}").read_text() for what in ("comm", "maps"))
            except OSError:
                continue
            if str(self.LIBRARY) not in maps:
                raise SystemExit(f"a process of the server goes by another clock: {name.strip()}")
