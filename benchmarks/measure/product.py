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
import time
import urllib.parse
import uuid

# What other programs ask of this one too.
from processes import (Limit, Peak, processor_seconds, proportional, proportional_of, resident,  # noqa: F401
                       resident_of, tree)

# A bench that is told to stop ends the server that it started.
signal.signal(signal.SIGTERM, lambda *ignored: sys.exit(143))

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "server/target/dist"


def java():
    return os.path.join(os.environ["JAVA_HOME"], "bin/java")


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
