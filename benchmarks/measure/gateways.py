"""What is measured: no gateway at all, ours in its modes, LiteLLM, Portkey, and any other by its address."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import urllib.parse

import product
import upstream
from rivals import LITELLM, PORTKEY, Rival, litellm, portkey

MODELS = ("model", "now", "paced10", "paced50", "paced100")
SHORT = {"model": "model", "messages": [{"role": "user", "content": "Say hello for a benchmark test."}]}
FAR = 1_000_000_000


class Gateway:
    """What the workloads ask of one: a port, headers, model names, processes."""

    path = "/v1/chat/completions"
    head = ""          # of model names
    stream_head = ""   # of the names of models that stream
    pid = None
    main = None        # the process without its database
    broken = None
    records = False

    def calls(self):
        return self.port, self.headers, self.head + "model"

    def streams(self, model):
        return getattr(self, "stream_port", self.port), self.stream_headers, self.stream_head + model

    def ready(self):
        """Waits until it can be called."""

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        pass


class Direct(Gateway):
    """No gateway."""

    def __init__(self, short, streams):
        self.port, self.stream_port = short, streams
        self.headers = self.stream_headers = {}


class LiteLlm(Rival, Gateway):
    """Its proxy, a worker a processor, without a database: keys, spend and budgets need one that needs a download."""

    __enter__, __exit__ = Rival.__enter__, Rival.__exit__
    pid = Rival.pid

    def __init__(self, folder, short, streams):
        super().__init__()
        home, self.broken = litellm()
        if self.broken:
            return
        config = pathlib.Path(folder) / "litellm.yaml"
        models = "".join(
            f"  - model_name: {name}\n    litellm_params: {{model: openai/{name}, api_key: sk-up, "
            f'api_base: "http://127.0.0.1:{short if name == "model" else streams}/v1"}}\n' for name in MODELS)
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


class Portkey(Rival, Gateway):
    """The open-source gateway: no keys, limits, costs or records. As published every stream answers 500; with an
    older @hono/node-server streams work, so that one is used."""

    __enter__, __exit__ = Rival.__enter__, Rival.__exit__
    pid = Rival.pid

    def __init__(self, folder, short, streams):
        super().__init__()
        home, start, self.broken = portkey()
        if self.broken:
            return
        self.launch(["node", start, f"--port={self.port}", "--headless"], {"NODE_ENV": "production"}, home)
        common = {"x-portkey-provider": "openai", "Authorization": "Bearer sk-up"}
        self.headers = {**common, "x-portkey-custom-host": f"http://127.0.0.1:{short}/v1"}
        self.stream_headers = {**common, "x-portkey-custom-host": f"http://127.0.0.1:{streams}/v1"}


class Other(Gateway):
    """A gateway that runs already: `NAME=URL[,header=value…][,models=PREFIX]`. It must send the model `model` to the
    first upstream and `now`, `paced10`, `paced50` and `paced100` to the second (--ports says where they listen)."""

    def __init__(self, text):
        self.name, rest = text.split("=", 1)
        url, *more = rest.split(",")
        parts = urllib.parse.urlparse(url)
        if parts.hostname not in ("127.0.0.1", "localhost"):
            raise SystemExit("--rival: the load generator speaks to 127.0.0.1 alone")
        self.port = parts.port or 80
        self.path = parts.path.rstrip("/").removesuffix("/v1") + "/v1/chat/completions"
        self.headers = dict(one.split("=", 1) for one in more)
        self.head = self.stream_head = self.headers.pop("models", "")
        self.stream_headers = self.headers
        self.pid = listener(self.port)
        self.broken = None if self.pid else f"nothing listens on port {self.port}"


def listener(port):
    """The process that listens on a port; None if there is none, or none that we may look at."""
    found = subprocess.run(["ss", "-Hltnp", f"sport = :{port}"], capture_output=True, text=True).stdout
    pids = re.findall(r"pid=(\d+)", found)
    return min(map(int, pids)) if pids else None


class Gimbal(product.Server, Gateway):
    """Ours. `bare` keeps no bodies and knows no price or limit; `key` has a key with a limit, prices, and whole bodies
    on record. `everything`: also a hard budget that every call reserves from, limits by tenant of requests, tokens and
    calls at a time, rule guards for personal data, secrets and injection on prompt and answer that flag; bodies as
    hashes. `redacting`: the same, its guards for personal data and secrets redact. `model`: everything, and the classifier of injections. A
    call without a key, a record or a trace does not exist in any."""

    __enter__, __exit__ = product.Server.__enter__, product.Server.__exit__
    CONTENT = {"bare": "off", "key": "full"}

    def __init__(self, mode, short, streams, settings=""):
        self.mode = mode
        content = self.CONTENT.get(mode, "hash")
        super().__init__(f"gateway:\n  allow-private-upstreams: true\nevidence:\n  content: \"{content}\"\n" + settings)
        try:
            self.declare(short, streams)
        except BaseException:
            self.close()
            raise

    def declare(self, short, streams):
        self.head, self.stream_head = "bench/", "stream/"
        self.records = self.mode not in self.CONTENT
        for name, port in (("bench", short), ("stream", streams)):
            self.must("POST", "/api/providers", {
                "name": name, "dialect": "openai", "base_url": f"http://127.0.0.1:{port}/v1", "credential": "env:PATH"})
            if self.mode != "bare":
                for model in MODELS:
                    self.must("POST", "/api/prices", {"model": f"{name}/{model}", "input_usd_per_million": "0.1",
                                                      "output_usd_per_million": "0.4"})
        limit = {"requests_per_minute": FAR} if self.mode != "bare" else {}
        if self.records:
            self.safeguards()
        key = self.must("POST", "/api/keys", {"name": "bench", "role": "developer", **limit})["key"]
        self.headers = self.stream_headers = {"Authorization": "Bearer " + key}
        self.port = int(self.host.rsplit(":", 1)[1])
        self.main = json.loads((self.data / "server.json").read_text()).get("pid", self.pid)

    def safeguards(self):
        places = ["prompt", "answer"]
        for kind in ("pii", "secrets", "injection"):
            action = "redact" if self.mode == "redacting" and kind != "injection" else "flag"
            self.must("POST", "/api/guards", {"name": kind, "kind": kind, "places": places, "action": action})
        if self.mode == "model":
            self.must("POST", "/api/guards", {"name": "classifier", "kind": "injection", "places": ["prompt"], "action": "flag",
                                              "settings": {"classifier": "injection", "threshold": 0.82}})
        self.must("POST", "/api/budgets", {"name": "far", "limit_usd": "100000", "period": "month"})
        self.must("POST", "/api/limits", {"name": "far", "requests_per_minute": FAR, "tokens_per_minute": FAR,
                                          "parallel_calls": 100_000})


class Alone(Rival, Gateway):
    """Ours without its other rooms and without a database, declared by a file: a key and the record of each call in its
    journal, or everything on but what needs a database."""

    __enter__ = Rival.__enter__
    pid = Rival.pid

    def __init__(self, everything, folder, short, streams):
        super().__init__()
        self.data = pathlib.Path(tempfile.mkdtemp(prefix="alone-", dir=folder))
        content = "hash" if everything else "off"
        (self.data / "gimbal.yaml").write_text(f"gateway:\n  allow-private-upstreams: true\nevidence:\n  content: \"{content}\"\n")
        key = "bench-" + "k" * 24
        limit = f", requests_per_minute: {FAR}" if everything else ""
        lines = ["keys:", f"  - {{name: bench, key: env:BENCH_KEY, role: developer{limit}}}", "providers:"]
        both = (("bench", short), ("stream", streams))
        lines += [f'  - {{name: {name}, dialect: openai, base_url: "http://127.0.0.1:{port}/v1", credential: env:PATH}}' for name, port in both]
        if everything:
            lines += self.safeguards(both)
        (self.data / "gateway.yaml").write_text("\n".join(lines) + "\n")
        self.head, self.stream_head = "bench/", "stream/"
        self.headers = self.stream_headers = {"Authorization": "Bearer " + key}
        self.log = open(self.data / "out", "w")
        self.process = subprocess.Popen(
            [product.ROOT / "gimbal", "up", "--data", self.data, "--only", "gateway"], stdout=self.log, stderr=self.log,
            env={**os.environ, "GIMBAL_SERVER_PORT": str(self.port), "BENCH_KEY": key})
        self.main = self.pid

    @staticmethod
    def safeguards(both):
        lines = ["prices:"]
        lines += [f'  - {{model: {name}/{model}, input_usd_per_million: "0.1", output_usd_per_million: "0.4"}}'
                  for name, _ in both for model in MODELS]
        lines += ["budgets:", '  - {name: far, limit_usd: "100000", period: month}', "limits:",
                  f"  - {{name: far, requests_per_minute: {FAR}, tokens_per_minute: {FAR}, parallel_calls: 100000}}", "guards:"]
        lines += [f"  - {{name: {kind}, kind: {kind}, places: [prompt, answer], action: flag}}" for kind in ("pii", "secrets", "injection")]
        return lines

    def ready(self):
        if not upstream.await_port(self.port, self.process):
            self.broken = "does not start: " + (self.data / "out").read_text()[-200:].replace("\n", " ")

    def __exit__(self, *ignored):
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


TITLES = {
    "direct": "none (direct)",
    "bare": "Gimbal, bare",
    "key": "Gimbal, key, limit, cost, bodies on record",
    "everything": "Gimbal, everything on",
    "alone": "Gimbal alone, without a database, bare",
    "alone-everything": "Gimbal alone, without a database, everything on",
    "redacting": "Gimbal, everything on, guards that redact",
    "model": "Gimbal, everything on, a guard's model too",
    "portkey": f"Portkey {PORTKEY}",
    "litellm": f"LiteLLM {LITELLM}, {os.cpu_count()} workers, no key or record",
}


def makers(folder, short, streams, others):
    """Short name to (title, what makes it)."""
    made = {"direct": lambda: Direct(short, streams)}
    made |= {mode: (lambda mode=mode: Gimbal(mode, short, streams)) for mode in ("bare", "key", "everything", "redacting", "model")}
    made["alone"] = lambda: Alone(False, folder, short, streams)
    made["alone-everything"] = lambda: Alone(True, folder, short, streams)
    made |= {"portkey": lambda: Portkey(folder, short, streams), "litellm": lambda: LiteLlm(folder, short, streams)}
    found = {name: (TITLES[name], make) for name, make in made.items()}
    for text in others:
        found[text.split("=", 1)[0]] = (text.split("=", 1)[0], lambda text=text: Other(text))
    return found
