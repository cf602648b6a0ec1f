"""Calls a second and processor time a call through the gateway, beside the upstream itself and other gateways.

gateway [--seconds N] [--callers 10,32,128] [--rounds N] [--without litellm,portkey] [--quick]

The upstream of short calls is nginx with a fixed answer, that of streams a small C program. Processor time is
user and system time of the gateway's whole process tree (of ours with its database) over the measured time.
Load, upstream and gateway share the machine: compare ratios. Rivals are installed below benchmarks/target.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import product
import upstream
from rivals import LITELLM, PORTKEY, Rival, litellm, portkey

SHORT = {"model": "bench/model", "messages": [{"role": "user", "content": "Say hello for a benchmark test."}]}


class LiteLlm(Rival):
    """Its proxy, a worker a processor, without a database: keys, spend and budgets need one that needs a download."""

    def __init__(self, folder, short, streams):
        super().__init__()
        home, self.broken = litellm()
        if self.broken:
            return
        config = pathlib.Path(folder) / "litellm.yaml"
        models = "".join(
            f"  - model_name: {name}\n    litellm_params: {{model: openai/model, api_key: sk-up, "
            f'api_base: "http://127.0.0.1:{port}/v1"}}\n' for name, port in (("bench/model", short), ("bench/now", streams)))
        config.write_text(
            f"model_list:\n{models}general_settings: {{disable_spend_logs: true, "
            "dangerously_permit_weak_or_unset_master_key: true}\n"
            "litellm_settings: {num_retries: 0, request_timeout: 60, drop_params: true}\n")
        self.launch(
            [home / "bin/litellm", "--config", config, "--host", "127.0.0.1", "--port", str(self.port),
             "--num_workers", str(os.cpu_count())],
            {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "LITELLM_TELEMETRY": "False",
             "NO_DOCS": "True", "LITELLM_MODE": "PRODUCTION"})
        self.headers = self.stream_headers = {"Authorization": "Bearer sk-any"}


class Portkey(Rival):
    """The open-source gateway: no keys, limits, costs or records. As published every stream answers 500; with an
    older @hono/node-server streams work, so that one is used."""

    def __init__(self, folder, short, streams):
        super().__init__()
        home, start, self.broken = portkey()
        if self.broken:
            return
        self.launch(["node", start, f"--port={self.port}", "--headless"], {"NODE_ENV": "production"}, home)
        common = {"x-portkey-provider": "openai", "Authorization": "Bearer sk-up"}
        self.headers = {**common, "x-portkey-custom-host": f"http://127.0.0.1:{short}/v1"}
        self.stream_headers = {**common, "x-portkey-custom-host": f"http://127.0.0.1:{streams}/v1"}


class Gimbal(product.Server):
    """Ours: `full` has key, limit, cost and whole bodies on record; bare keeps no bodies and knows no price or
    limit. A call without a key or without a record does not exist in either."""

    def __init__(self, full, short, streams):
        content = "full" if full else "off"
        super().__init__(f"gateway:\n  allow-private-upstreams: true\nevidence:\n  content: \"{content}\"\n")
        self.broken = None
        for name, port in (("bench", short), ("stream", streams)):
            self.must("POST", "/api/providers", {
                "name": name, "dialect": "openai", "base_url": f"http://127.0.0.1:{port}/v1", "credential": "env:PATH"})
            if full:
                for model in ("model", "now", "paced"):
                    self.must("POST", "/api/prices", {"model": f"{name}/{model}", "input_usd_per_million": "0.1",
                                                      "output_usd_per_million": "0.4"})
        limit = {"requests_per_minute": 1_000_000} if full else {}
        key = self.must("POST", "/api/keys", {"name": "bench", "role": "developer", **limit})["key"]
        self.headers = self.stream_headers = {"Authorization": "Bearer " + key}
        self.port = int(self.host.rsplit(":", 1)[1])


class Direct(Rival):
    """No gateway."""

    def __init__(self, port):
        super().__init__()
        self.port, self.headers = port, {}


def step(gateway, callers, warm, seconds, file):
    """One measurement: what the load saw, and the tree's processor time over it."""
    process = upstream.load(gateway.port, callers, 0, warm, seconds, [file])
    time.sleep(warm)
    before = product.processor_seconds(gateway.pid) if not isinstance(gateway, Direct) else 0
    time.sleep(max(0.1, seconds - 0.2))
    used = product.processor_seconds(gateway.pid) - before if not isinstance(gateway, Direct) else None
    found = upstream.result(process)
    calls = max(1, found["completed"]) * max(0.1, seconds - 0.2) / seconds
    found["micros"] = None if used is None else 1e6 * used / calls
    return found


def measure(name, make, given, folder, ports):
    """Rows of one gateway: (kind, callers) to what was found, or a reason."""
    short, streams = ports
    rows = {}
    with make() as gateway:
        if gateway.broken:
            return gateway.broken
        call = upstream.request("/v1/chat/completions", SHORT, gateway.headers, folder / "call")
        warmed = upstream.result(upstream.load(gateway.port, 32, 0, 0, given.warm, [call]))
        if warmed["completed"] == 0:
            return f"answers no call ({warmed})"
        peak = None if isinstance(gateway, Direct) else product.Peak(gateway.pid)
        for callers in given.callers:
            rows["call", callers] = step(gateway, callers, 1, given.seconds, call)
            print(f"  {name}, {callers} callers: {rows['call', callers]['rate']:.0f}/s", flush=True)
        if peak:
            peak.stop()
            rows["resident"] = peak.resident
        if isinstance(gateway, Direct):
            gateway.port = streams
            headers, model = {}, "now"
        else:
            headers = gateway.stream_headers
            model = "stream/now" if isinstance(gateway, Gimbal) else "bench/now" if isinstance(gateway, LiteLlm) else "now"
        stream = upstream.request(
            "/v1/chat/completions", {**SHORT, "model": model, "stream": True, "stream_options": {"include_usage": True}},
            headers, folder / "stream")
        rows["stream", 10] = step(gateway, 10, 2, given.seconds, stream)
        print(f"  {name}, streams: {rows['stream', 10]['rate']:.0f}/s", flush=True)
    return rows


def cells(name, kind, callers, found, direct):
    one, base = found[kind, callers], direct[kind, callers]
    return [kind, callers, name, f"{one['rate']:.0f}", f"{one['rate'] / base['rate']:.3f}" if base["rate"] else "",
            f"{one['p50']:.2f}", f"{one['p99']:.2f}", f"{one['first_p50']:.2f}",
            "" if one["micros"] is None else f"{one['micros']:.0f}", one["failed"],
            "" if "resident" not in found else f"{found['resident']:.0f}"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--seconds", type=float, default=6)
    arguments.add_argument("--warm", type=float, default=6)
    arguments.add_argument("--callers", type=lambda text: [int(one) for one in text.split(",")], default=[10, 32, 128])
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--without", type=lambda text: text.split(","), default=[])
    arguments.add_argument("--quick", action="store_true")
    given = arguments.parse_args()
    if given.quick:
        given.seconds, given.warm = 2, 2
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gimbal-bench-"))
    folder.chmod(0o755)
    try:
        with upstream.Nginx(folder) as nginx, upstream.Streams() as streams:
            ports = nginx.port, streams.port
            gateways = {
                "none (direct)": lambda: Direct(nginx.port),
                "Gimbal, bare": lambda: Gimbal(False, *ports),
                "Gimbal, key, limit, cost, bodies on record": lambda: Gimbal(True, *ports),
                f"Portkey {PORTKEY}": lambda: Portkey(folder, *ports),
                f"LiteLLM {LITELLM}, {os.cpu_count()} workers, no key or record": lambda: LiteLlm(folder, *ports)}
            for number in range(1, given.rounds + 1):
                found = {name: measure(name, make, given, folder, ports) for name, make in gateways.items()
                         if not any(one and name.lower().startswith(one) for one in given.without)}
                direct = found["none (direct)"]
                print(f"\nround {number} of {given.rounds}, {given.seconds:g} s a step, {os.cpu_count()} processors\n")
                rows = []
                for kind, callers in [("call", one) for one in given.callers] + [("stream", 10)]:
                    for name, one in found.items():
                        rows.append(cells(name, kind, callers, one, direct) if isinstance(one, dict)
                                    else [kind, callers, name, one, "", "", "", "", "", "", ""])
                product.table(["what", "callers", "through", "a second", "of direct", "P50 ms", "P99 ms", "first byte P50",
                               "processor µs each", "failed", "peak MiB"], rows)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
