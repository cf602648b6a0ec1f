"""The packaged server as a user starts it, its processes, and HTTP to it. Standard library only."""

import http.client
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

# A bench that is told to stop ends the server that it started.
signal.signal(signal.SIGTERM, lambda *ignored: sys.exit(143))

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "server/target/dist"
TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def java():
    return os.path.join(os.environ["JAVA_HOME"], "bin/java")


def children():
    """Parent to its children, of every process."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat(entry)
            if fields:
                found.setdefault(int(fields[1]), []).append(int(entry))
    return found


def stat(pid):
    """Fields of /proc/PID/stat behind the name; None if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1].split()
    except OSError:
        return None


def tree(pid):
    """A process and all below it."""
    below, all_of_them, rest = children(), [], [pid]
    while rest:
        one = rest.pop()
        all_of_them.append(one)
        rest += below.get(one, [])
    return all_of_them


def processor_seconds(pid):
    """User and system time of the tree, ended children included."""
    ticks = 0
    for one in tree(pid):
        fields = stat(one)
        if fields:
            ticks += sum(int(value) for value in fields[11:15])
    return ticks / TICK


def resident(pid):
    """Resident MiB of the tree; pages that processes share count once for each."""
    return sum(resident_of(one) for one in tree(pid))


def resident_of(pid):
    """Resident MiB of one process."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * PAGE / 2**20
    except OSError:
        return 0


def proportional(pid):
    """Resident MiB of the tree; shared pages count once (PSS)."""
    return sum(proportional_of(one) for one in tree(pid))


def proportional_of(pid):
    """Resident MiB of one process, its part of what it shares."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except OSError:
        return 0


class Peak(threading.Thread):
    """Samples the memory of a tree of processes until stopped."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.resident, self.proportional, self.over = pid, 0, 0, threading.Event()
        self.start()

    def run(self):
        turn = 0
        while not self.over.wait(0.5):
            self.resident = max(self.resident, resident(self.pid))
            if turn % 10 == 0:
                self.proportional = max(self.proportional, proportional(self.pid))
            turn += 1

    def stop(self):
        self.over.set()
        self.join()


class Limit:
    """A control group that ends what takes more memory than it may, as a container does. Needs root."""

    def __init__(self, mebibytes):
        root = pathlib.Path("/sys/fs/cgroup")
        self.first = (root / "memory").is_dir()
        self.folder = (root / "memory" if self.first else root) / f"gimbal-bench-{os.getpid()}"
        try:
            self.folder.mkdir()
            self.file("limit_in_bytes", "max").write_text(str(mebibytes * 2**20))
        except OSError as failure:
            raise SystemExit(f"no control group with a memory limit can be made here: {failure}")

    def file(self, first, second):
        return self.folder / ("memory." + (first if self.first else second))

    def enter(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def peak(self):
        """MiB, with files that the kernel keeps in memory while there is room."""
        return int(self.file("max_usage_in_bytes", "peak").read_text()) / 2**20

    def kept(self):
        """MiB now that the kernel cannot give up."""
        for line in self.file("stat", "stat").read_text().splitlines():
            name, value = line.split()
            if name == ("total_rss" if self.first else "anon"):
                return int(value) / 2**20
        raise SystemExit("the control group does not say how much is kept")

    def killed(self):
        """How many processes the kernel ended."""
        for line in self.file("oom_control", "events").read_text().splitlines():
            name, value = line.split()
            if name == "oom_kill":
                return int(value)
        raise SystemExit("the control group does not say how many were killed")

    def close(self):
        self.folder.rmdir()


class Server:
    """A server on a fresh directory; `with` ends it and removes the directory."""

    def __init__(self, settings="", environment=None, limit=None):
        self.limit = limit
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="gimbal-bench-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.data.mkdir()
        self.prepare()
        if settings:
            (self.data / "gimbal.yaml").write_text(settings)
        self.environment = {**os.environ, "GIMBAL_SERVER_PORT": "0", **(environment or {})}
        self.process = None
        self.start()

    def prepare(self):
        """For a server whose data directory is to be something special."""

    def start(self):
        self.log = open(self.folder / "log", "a")
        (self.data / "server.json").unlink(missing_ok=True)
        self.process = self.launch()
        try:
            self.await_ready()
        except BaseException:
            self.close()
            raise

    def launch(self):
        return subprocess.Popen(
            [ROOT / "gimbal", "up", "--data", self.data],
            stdout=self.log, stderr=self.log, env=self.environment,
            preexec_fn=self.limit.enter if self.limit else None)

    def await_ready(self):
        end = time.monotonic() + 300
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise SystemExit("the server did not start:\n" + (self.folder / "log").read_text()[-3000:])
            try:
                self.url = json.loads((self.data / "server.json").read_text())["url"]
                self.host = urllib.parse.urlparse(self.url).netloc
                self.key = (self.data / "admin.key").read_text().strip()
                if self.call("GET", "/health/ready")[0] == 200:
                    return
            except (OSError, ValueError, KeyError):
                pass
            time.sleep(0.1)
        raise SystemExit("the server was not ready within 5 minutes")

    @property
    def pid(self):
        return self.process.pid

    def processor(self):
        return processor_seconds(self.pid)

    def alive(self):
        return self.process.poll() is None

    def call(self, method, path, body=None, kind="application/json", key=None, seconds=120):
        """Status and answer, read as JSON where it is JSON."""
        connection = http.client.HTTPConnection(self.host, timeout=seconds)
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        headers = {"Authorization": "Bearer " + (key or self.key)}
        if body is not None:
            headers["Content-Type"] = kind
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        try:
            return answer.status, json.loads(content)
        except ValueError:
            return answer.status, content

    def must(self, method, path, body=None, **more):
        status, answer = self.call(method, path, body, **more)
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {str(answer)[:500]}")
        return answer

    def collection(self, name):
        self.must("POST", "/api/collections", {"name": name})

    def offer(self, collection, files, seconds=600):
        """Uploads (name, bytes) pairs; status and answer."""
        boundary = uuid.uuid4().hex
        parts = []
        for name, content in files:
            parts.append(
                f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n".encode() + content + b"\r\n")
        parts.append(f"--{boundary}--\r\n".encode())
        return self.call(
            "POST", f"/api/collections/{collection}/documents", b"".join(parts),
            kind="multipart/form-data; boundary=" + boundary, seconds=seconds)

    def upload(self, collection, files):
        """Uploads (name, bytes) pairs, which must be taken; the job's id."""
        status, answer = self.offer(collection, files)
        if status >= 300:
            raise SystemExit(f"an upload was answered {status}: {str(answer)[:500]}")
        return answer["job"]

    def await_job(self, job, seconds=3600, every=0.1):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            state = self.must("GET", f"/api/jobs/{job}")
            if state.get("ended"):
                return state
            time.sleep(every)
        raise SystemExit(f"job {job} did not end within {seconds} s")

    def stop(self):
        """Ends the server as a user would; the directory stays."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(90)
            except subprocess.TimeoutExpired:
                for one in reversed(tree(self.pid)):
                    try:
                        os.kill(one, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                self.process.wait()
        self.log.close()

    def close(self):
        self.stop()
        if os.environ.get("KEEP"):
            print("kept", self.folder)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.close()


def beir(folder, first, count):
    """Documents of a set in BEIR's form, as files: `# title`, a blank line, the text."""
    files = []
    with open(pathlib.Path(folder) / "corpus.jsonl", encoding="utf-8") as corpus:
        for number, line in enumerate(corpus):
            if number < first:
                continue
            if len(files) == count:
                break
            one = json.loads(line)
            title = one.get("title", "")
            text = f"# {title}\n\n{one['text']}" if title else one["text"]
            files.append((one["_id"] + (".md" if title else ".txt"), (text.strip() or one["_id"]).encode()))
    return files


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def median(values):
    return percentile(values, 0.5)


def table(head, rows):
    """Prints a table in Markdown."""
    cells = [head] + [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[at]) for row in cells) for at in range(len(head))]
    for number, row in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
