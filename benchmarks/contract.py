"""Schemathesis with all checks against the running API: no 5xx, no undocumented answer. One JSON line comes out.

    .venv/bin/python benchmarks/contract.py [--examples 100] [--seed 1] [--show]

It signs in by a token of a made-up identity provider, because whoever tries everything also revokes every key it finds.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import rsa

from busyness.interfaces.api.app import Parts, make_app
from busyness.interfaces.api.service import Service
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import OidcSettings, SecuritySettings, ServiceSettings, WorldSettings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "interfaces"))
from api.worlds import NOON, ORIGIN, areas, shops, write_world  # noqa: E402  # the tests' own worlds

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TERMS = OidcSettings(
    issuer="https://login.example",
    audience="busyness",
    jwks_url="https://login.example/keys",
    worlds_claim="",
    places_claim="",
)
SETTINGS = """\
[checks.positive_data_acceptance]
expected-statuses = ["2xx", 401, 403, 404, 409, 422]
"""
"""A request may be well formed and still not be possible (a span outside the forecast): that is a 422 here."""
AIMED = """
[parameters]
world = "retail"
place = "S1"
"""
PHASES = "examples,coverage,fuzzing,stateful"


def token() -> str:
    said = {"iss": TERMS.issuer, "aud": TERMS.audience, "sub": "tester", "busyness_role": "admin", "busyness_person": "ana"}
    return jwt.encode({**said, "exp": datetime.now(UTC) + timedelta(hours=8)}, KEY, algorithm="RS256", headers={"kid": "k"})


def key_set(_: str) -> dict[str, Any]:
    return {"keys": [{**jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "k"}]}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A service of two small worlds on a free port."""
    write_world(folder / "retail", shops(), noun="visitors", made_at=ORIGIN)
    write_world(folder / "scooters", areas(), noun="trips", made_at=datetime(2020, 9, 10, tzinfo=UTC))
    clock = datetime(2020, 9, 10, 12, tzinfo=UTC)
    worlds = (
        WorldSettings(name="retail", folder=folder / "retail"),
        WorldSettings(name="scooters", folder=folder / "scooters", clock=clock),
    )
    security = SecuritySettings(requests_per_minute=0, predict_open=True)
    settings = ServiceSettings(worlds=worlds, oidc=TERMS, security=security)
    holder = Holder(worlds, clock=FakeClock(NOON))
    holder.refresh()
    with State.open(f"sqlite:///{folder}/state.db") as state:
        app = make_app(Service(settings, state, holder, FakeClock(NOON)), Parts(fetch_keys=key_set, watch=False))
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def run(examples: int, *, seed: int, phases: str = PHASES, seconds: int = 3600) -> dict[str, Any]:
    """This will test every operation, and return the cases, the failures by check, and the statuses.

    Half of the cases draw every name at random, half ask of a world and a place that there are.
    """
    total: dict[str, Any] = {"rc": 0, "cases": 0, "statuses": {}, "failures": {}, "output": ""}
    for settings in (SETTINGS, SETTINGS + AIMED):
        with tempfile.TemporaryDirectory() as made, serving(Path(made)) as url:
            folder = Path(made)
            (folder / "schemathesis.toml").write_text(settings)
            events = folder / "events.ndjson"
            program = Path(sys.executable).with_name("schemathesis")
            command = [
                program, "--config-file", folder / "schemathesis.toml", "run", f"{url}/v1/openapi.json",
                "--header", f"Authorization: Bearer {token()}", "--checks", "all", "--max-examples", examples,
                "--seed", seed, "--phases", phases, "--suppress-health-check", "all", "--continue-on-failure",
                "--report-ndjson-path", events,
            ]  # fmt: skip
            done = subprocess.run(
                [str(part) for part in command], cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
            )
            found = counted(events)
        total["rc"] = max(total["rc"], done.returncode)
        total["cases"] += found["cases"]
        total["output"] += done.stdout
        for name in ("statuses", "failures"):
            for key, many in found[name].items():
                total[name][key] = total[name].get(key, 0) + many
    return total


def counted(events: Path) -> dict[str, Any]:
    """The cases of a run: how many, with which statuses, and which checks failed where."""
    cases, statuses, failures = 0, {}, {}
    for line in events.read_text().splitlines():
        for recorder in _recorders(json.loads(line)):
            for interaction in recorder.get("interactions", {}).values():
                cases += 1
                status = str((interaction.get("response") or {}).get("status_code"))
                statuses[status] = statuses.get(status, 0) + 1
            for checks in recorder.get("checks", {}).values():
                for check in checks:
                    if check.get("status") == "failure":
                        failures[check["name"]] = failures.get(check["name"], 0) + 1
    return {"cases": cases, "statuses": dict(sorted(statuses.items())), "failures": failures}


def _recorders(event: Any) -> Iterator[dict[str, Any]]:
    if isinstance(event, dict):
        if "interactions" in event:
            yield event
        for inner in event.values():
            yield from _recorders(inner)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--examples", type=int, default=100, help="cases an operation and phase, at most")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--phases", default=PHASES)
    options.add_argument("--show", action="store_true", help="print what schemathesis said")
    given = options.parse_args()
    begun = time.perf_counter()
    result = run(given.examples, seed=given.seed, phases=given.phases)
    output = result.pop("output")
    if given.show:
        print(output, file=sys.stderr)
    print(json.dumps({"benchmark": "contract", "seconds": round(time.perf_counter() - begun), **result}))
