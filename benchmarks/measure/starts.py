"""How long a gateway takes from its start to the first answered call, and what it takes while nobody calls."""

import http.client
import json
import time

import product
from gateways import SHORT, Gimbal


def first_answer(port, path, headers, model, process, seconds=120):
    """Seconds until a call is answered with 200, tried each 5 ms."""
    body = json.dumps({**SHORT, "model": model})
    began = time.monotonic()
    while time.monotonic() < began + seconds and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("POST", path, body, {**headers, "Content-Type": "application/json"})
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.005)
    raise SystemExit("no call was answered after a start")


def measure(make, idle):
    """Seconds to the first answer; resident and proportional MiB after a while without calls."""
    began = time.monotonic()
    with make() as gateway:
        if gateway.broken or not gateway.pid:
            return None
        if isinstance(gateway, Gimbal):
            began = again(gateway)
        port, headers, model = gateway.calls()
        first_answer(port, gateway.path, headers, model, gateway.process)
        seconds = time.monotonic() - began
        time.sleep(idle)
        return {"start": seconds, "idle": product.resident(gateway.pid), "idle_proportional": product.proportional(gateway.pid)}


def again(server):
    """Ends a server of ours and starts it on its data, with what is declared; when that began."""
    server.stop()
    server.environment["GIMBAL_SERVER_PORT"] = str(server.port)
    began = time.monotonic()
    server.log = open(server.folder / "log", "a")
    (server.data / "server.json").unlink(missing_ok=True)
    server.process = server.launch()
    return began
