"""What stands behind a gateway in a benchmark: nginx with a fixed answer, a native stream server, and the load."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import product

PROGRAMS = product.ROOT / "benchmarks/target/programs"
PACKAGES = product.ROOT / "benchmarks/target/packages"
ANSWER = json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "bench",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello from the benchmark's upstream."},
                 "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 8, "total_tokens": 20}})


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def await_port(port, process, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            return False
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def nginx_program():
    """nginx of the system, or Debian's package unpacked below target; None if neither can be had."""
    found = shutil.which("nginx") or ("/usr/sbin/nginx" if os.path.exists("/usr/sbin/nginx") else None)
    unpacked = PACKAGES / "usr/sbin/nginx"
    if found or unpacked.exists():
        return found or str(unpacked)
    if not shutil.which("apt-get"):
        return None
    PACKAGES.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["apt-get", "download", "-q", "nginx"], cwd=PACKAGES, capture_output=True).returncode:
        return None
    for package in PACKAGES.glob("nginx_*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, PACKAGES], check=True)
    works = unpacked.exists() and subprocess.run([unpacked, "-v"], capture_output=True).returncode == 0
    return str(unpacked) if works else None


class Nginx:
    """Answers every chat completion with the same short one."""

    def __init__(self, folder, port=None):
        program = nginx_program()
        if program is None:
            raise SystemExit("this needs nginx: apt-get install nginx")
        self.port = port or free_port()
        folder = pathlib.Path(folder) / "nginx"
        folder.mkdir()
        folder.chmod(0o755)
        (folder / "nginx.conf").write_text(f"""
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr error;
{'user root;' if os.getuid() == 0 else ''}
events {{ worker_connections 4096; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  client_body_buffer_size 256k;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    default_type application/json;
    location / {{ return 200 '{ANSWER.replace("'", chr(92) + "'")}'; }}
  }}
}}
""")
        self.process = subprocess.Popen([program, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"])
        if not await_port(self.port, self.process):
            raise SystemExit("nginx did not start")

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.process.terminate()
        self.process.wait()


class Streams:
    """The native stream server. `closed` tells when it noticed that callers went in the middle of a stream."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.said = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([PROGRAMS / "stream", str(self.port)], stdout=self.said)
        await_port(self.port, self.process)

    def closed(self):
        """Times by time.monotonic(), in order."""
        said = os.pread(self.said.fileno(), 1 << 26, 0).decode()
        return [float(line) for line in said[:said.rfind("\n") + 1].split()]

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.process.kill()
        self.process.wait()


def request(path, body, headers, file):
    """Writes a POST as it goes on the wire; the file's path."""
    content = json.dumps(body).encode()
    head = "".join(f"{name}: {value}\r\n" for name, value in
                   {"Host": "127.0.0.1", "Content-Type": "application/json", **headers,
                    "Content-Length": len(content)}.items())
    pathlib.Path(file).write_bytes(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + content)
    return str(file)


def program(name, *arguments, out=False):
    """Starts one that hears orders, a line each."""
    return subprocess.Popen([PROGRAMS / name, *map(str, arguments)], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE if out else None, text=True, bufsize=1)


def load(port, callers, rate, warm, seconds, files, urgent=False):
    """Starts the load generator; `result` waits for what it measured."""
    command = [str(PROGRAMS / "load"), str(port), str(callers), str(rate), str(warm), str(seconds), *files]
    if urgent and os.getuid() == 0:
        command = ["nice", "-n", "-15", *command]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def result(process):
    out = process.communicate()[0]
    if process.returncode:
        raise SystemExit("the load generator failed")
    return json.loads(out)
