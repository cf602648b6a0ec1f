"""Gateways of somebody else: where they are installed from, once, and how they are started and ended."""

import os
import subprocess

import product
import upstream

RIVALS = product.ROOT / "benchmarks/target/rivals"
LITELLM, PORTKEY = "1.106.2", "1.15.2"


class Rival:
    """A gateway process of somebody else; `broken` says why it could not be had."""

    def __init__(self):
        self.process, self.broken, self.port = None, None, upstream.free_port()

    def launch(self, command, environment=None, cwd=None):
        self.log = RIVALS / f"{type(self).__name__}.log"
        with open(self.log, "w") as out:
            self.process = subprocess.Popen(
                command, stdout=out, stderr=out, env={**os.environ, **(environment or {})}, cwd=cwd)
        if not upstream.await_port(self.port, self.process, seconds=180):
            self.broken = f"installed, but did not start: {self.log.name}"

    @property
    def pid(self):
        return self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.process and self.process.poll() is None:
            for one in reversed(product.tree(self.pid)):
                try:
                    os.kill(one, 9)
                except ProcessLookupError:
                    pass
            self.process.wait()


def installed(name, marker, commands):
    """Installs once below target; the reason if that fails."""
    if marker.exists():
        return None
    (RIVALS / name).mkdir(parents=True, exist_ok=True)
    print(f"  installing {name} …", flush=True)
    for command in commands:
        try:
            done = subprocess.run(command, cwd=RIVALS / name, capture_output=True, text=True, timeout=900)
        except (OSError, subprocess.TimeoutExpired) as failure:
            return f"not installed: {failure}"
        if done.returncode:
            return "not installed: " + (done.stderr.strip().splitlines() or ["?"])[-1][:80]
    return None


def litellm():
    """Where it is, and why not."""
    home = RIVALS / "litellm"
    return home, installed("litellm", home / "done", [
        ["python3", "-m", "venv", "."], ["bin/pip", "install", "-q", f"litellm[proxy]=={LITELLM}"], ["touch", "done"]])


def portkey():
    """Where it is, what starts it, and why not. With the server library that it asks for every stream answers 500."""
    home = RIVALS / "portkey"
    start = home / "node_modules/@portkey-ai/gateway/build/start-server.js"
    if not start.exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text(
            f'{{"private": true, "dependencies": {{"@portkey-ai/gateway": "{PORTKEY}"}}, '
            '"overrides": {"@hono/node-server": "1.3.3"}}')
    return home, start, installed("portkey", start, [["npm", "install", "--no-audit", "--no-fund"]])
