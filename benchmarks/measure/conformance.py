"""What gateways do with the bytes of thirty wire cases, for every pair of dialects.

conformance [--gateway gimbal|litellm|portkey] [--only 1,12] [--json]
conformance --target URL [--key K] [--models FILE] [--ports A,B,C,D] [--only …] [--json]
conformance --setup gimbal|litellm|portkey [--ports A,B,C,D]

Without --target the gateway that is named is started and pointed to the upstreams, ours if none is. With it a gateway
that runs already is judged: it must have been pointed to the ports, and FILE says under which names it has the models:
{"models": {"chat": NAME, "responses": NAME, "messages": NAME, "gemini": NAME}}; what else it may hold is in
docs/CONFORMANCE.md. --setup prints how. Exits with 1 if a case failed.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import product
import upstream
from rivals import Rival, litellm, portkey

WIRES = ["chat", "responses", "messages", "gemini"]
KEY = "sk-judged"
GUARDED = "quartzberyl"


def bases(ports):
    """The address of each upstream as a provider's base, by its wire."""
    return {wire: f"http://127.0.0.1:{port}" + ("/v1beta" if wire == "gemini" else "/v1")
            for wire, port in zip(WIRES, ports)}


def litellm_settings(ports):
    # To a model of `openai/` it sends responses and messages as responses, which an endpoint of chat alone does not have.
    kinds = {"chat": "hosted_vllm/", "responses": "openai/responses/", "messages": "anthropic/", "gemini": "gemini/"}
    models, fallbacks = [], []
    for wire, base in bases(ports).items():
        address = base.removesuffix("/v1") if wire == "messages" else base
        for name, model in ((wire, "model"), (f"{wire}-first", "model"), (f"{wire}-second", "other")):
            models.append({"model_name": f"judge-{name}", "litellm_params": {
                "model": kinds[wire] + model, "api_key": "sk-up", "api_base": address}})
        fallbacks.append({f"judge-{wire}-first": [f"judge-{wire}-second"]})
    return {"model_list": models, "general_settings": {"master_key": KEY, "disable_spend_logs": True},
            "router_settings": {"fallbacks": fallbacks, "num_retries": 0, "disable_cooldowns": True},
            "litellm_settings": {"num_retries": 0, "request_timeout": 60}}


def portkey_headers(ports):
    kinds = {"chat": "openai", "responses": "openai", "messages": "anthropic", "gemini": "google"}
    return {wire: {"x-portkey-provider": kinds[wire], "x-portkey-custom-host": base, "authorization": "Bearer " + KEY}
            for wire, base in bases(ports).items()}


def gimbal_providers(ports):
    kinds = {"chat": "openai", "responses": "openai-responses", "messages": "anthropic", "gemini": "gemini"}
    providers = [{"name": f"{name}-{wire}", "dialect": kinds[wire], "base_url": base, "credential": "sk-up"}
                 for wire, base in bases(ports).items() for name in ("judge", "spare")]
    return providers + [{"name": "judge-pinned", "dialect": "openai-responses", "base_url": bases(ports)["responses"],
                         "credential": "sk-one", "credentials": [{"name": "second", "credential": "sk-two"}]}]


def gimbal_posts(ports):
    """What is posted where, once there are keys."""
    yield from (("/api/providers", provider) for provider in gimbal_providers(ports))
    for wire in WIRES:
        # A provider of its own, so that what other rows make fail opens no breaker of the route.
        yield "/api/routes", {"name": f"twice-{wire}", "targets": [{"model": f"spare-{wire}/model"}, {"model": f"spare-{wire}/other"}]}
    yield "/api/guards", {"name": "words", "kind": "deny", "places": ["answer", "tool_arguments"], "action": "redact",
                          "applies_to": {"principals": ["judge-guarded"]}, "settings": {"phrases": [GUARDED]}}
    # A token out costs a thousandth of a cent, so that a call of 300 reserves 0.003 USD.
    yield "/api/prices", {"model": "judge-chat/model", "input_usd_per_million": "0", "output_usd_per_million": "10"}
    yield "/api/budgets", {"name": "small", "scope": {"key": "judge-poor"}, "limit_usd": "0.009", "period": "month"}


GIMBAL_MODELS = {"models": {wire: f"judge-{wire}/model" for wire in WIRES},
                 "failover": {wire: f"twice-{wire}" for wire in WIRES},
                 "guarded": GUARDED, "budget_calls": 3, "pinned": "judge-pinned/model"}


class LiteLlm(Rival):
    """Its proxy with one worker, no retries, no database; a second model behind each for failover."""

    def __init__(self, folder, ports):
        super().__init__()
        home, self.broken = litellm()
        if self.broken:
            return
        config = folder / "litellm.yaml"
        config.write_text(json.dumps(litellm_settings(ports)))  # JSON is YAML
        self.launch(
            [home / "bin/litellm", "--config", config, "--host", "127.0.0.1", "--port", str(self.port), "--num_workers", "1"],
            {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "NO_DOCS": "True"})
        self.target, self.key = f"http://127.0.0.1:{self.port}", KEY
        self.models = {"models": {wire: f"judge-{wire}" for wire in WIRES},
                       "failover": {wire: f"judge-{wire}-first" for wire in WIRES}, "log": str(self.log)}


class Portkey(Rival):
    """The open-source gateway: headers say where a call goes, and the key is the upstream's."""

    def __init__(self, folder, ports):
        super().__init__()
        home, start, self.broken = portkey()
        if self.broken:
            return
        self.launch(["node", start, f"--port={self.port}", "--headless"], {"NODE_ENV": "production"}, home)
        self.target, self.key = f"http://127.0.0.1:{self.port}", KEY
        self.models = {"models": {wire: "model" for wire in WIRES}, "headers": portkey_headers(ports), "own_keys": False,
                       "log": str(self.log)}


class Gimbal(product.Server):
    """Ours, as it is installed, but for upstreams on this machine."""

    def __init__(self, folder, ports):
        super().__init__("gateway:\n  allow-private-upstreams: true\n")
        self.broken = None
        self.target = self.url
        keys = {name: self.must("POST", "/api/keys", {"name": name, "role": "developer"})["key"]
                for name in ("judge", "judge-guarded", "judge-poor")}
        for path, body in gimbal_posts(ports):
            self.must("POST", path, body)
        self.key = keys["judge"]
        self.models = GIMBAL_MODELS | {"guarded_key": keys["judge-guarded"], "budget_key": keys["judge-poor"],
                                       "max_body": 32 << 20, "log": str(self.folder / "log")}


def judge(target, key, models, ports, given):
    program = [product.java(), "-cp", f"{product.DIST}/lib/*{os.pathsep}{upstream.PROGRAMS}",
               "dev.gimbal.gateway.conformance.program.Conformance", "--target", target, "--key", key,
               "--models", models, "--ports", ",".join(map(str, ports))]
    program += ["--only", given.only] if given.only else []
    program += ["--json"] if given.json else []
    return subprocess.run(program).returncode


def setup(name, ports):
    if name == "litellm":
        print("# litellm --config THIS; judge it with --key", KEY)
        print(json.dumps(litellm_settings(ports), indent=1))
        models = {wire: f"judge-{wire}" for wire in WIRES}
    elif name == "portkey":
        print("# no configuration: these headers come with each call")
        print(json.dumps(portkey_headers(ports), indent=1))
        models = {wire: "model" for wire in WIRES}
    else:
        print("# gateway.allow-private-upstreams: true; make the keys judge, judge-guarded and judge-poor (role developer), then POST")
        for path, body in gimbal_posts(ports):
            print(path, json.dumps(body))
        print("# --models FILE with (add guarded_key and budget_key), judged with the key judge")
        print(json.dumps(GIMBAL_MODELS))
        return
    print("# --models FILE with")
    more = {"headers": portkey_headers(ports), "own_keys": False} if name == "portkey" else {}
    print(json.dumps({"models": models, **more}))


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--gateway", choices=["gimbal", "litellm", "portkey"], default="gimbal")
    arguments.add_argument("--setup", choices=["gimbal", "litellm", "portkey"])
    arguments.add_argument("--target")
    arguments.add_argument("--key", default="none")
    arguments.add_argument("--models")
    arguments.add_argument("--ports", type=lambda text: [int(one) for one in text.split(",")])
    arguments.add_argument("--only")
    arguments.add_argument("--json", action="store_true")
    given = arguments.parse_args()
    known = given.ports or [9401, 9402, 9403, 9404]
    if given.setup:
        return setup(given.setup, known)
    if given.target:
        if not given.models:
            raise SystemExit("--target needs --models; --setup prints an example")
        return judge(given.target, given.key, given.models, known, given)
    folder = pathlib.Path(tempfile.mkdtemp(prefix="gimbal-bench-"))
    ports = given.ports or [upstream.free_port() for _ in WIRES]
    try:
        with {"gimbal": Gimbal, "litellm": LiteLlm, "portkey": Portkey}[given.gateway](folder, ports) as gateway:
            if gateway.broken:
                raise SystemExit(f"{given.gateway}: {gateway.broken}")
            models = folder / "models.json"
            models.write_text(json.dumps(gateway.models))
            return judge(gateway.target, gateway.key, models, ports, given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


sys.exit(main())
