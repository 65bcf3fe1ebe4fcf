"""The API under load against a bare ASGI application that returns the same bytes under the same server.

    .venv/bin/python benchmarks/serving.py [--seconds 0.5] [--rounds 31] [--connections 16]

Three parts, one JSON line each: ``plain`` (paired runs, alternated), ``solving`` (the same while a niced process solves
staffing problems without a pause), ``swapping`` (champions swapped twice a second under load: not one request may fail).
Both servers are uvicorn with one worker, uvloop and httptools; the client is one process with its own sockets, and the
processor seconds of each server's request are measured too, because on a busy machine they are steadier than the clock.
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import uvicorn

from busyness.domain.clock import SystemClock
from busyness.interfaces.api.app import make_app
from busyness.interfaces.api.service import Service
from busyness.registry.releases import Releases
from busyness.state.people import Profile
from busyness.state.store import State
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import SecuritySettings, ServiceSettings, WorldSettings

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "interfaces"))
from api.worlds import shops, write_world  # noqa: E402  # the tests' own worlds

PATH = "/v1/forecast?place=S2"
SOLVE = """
import os, sys, time
os.nice(10)
sys.path.insert(0, sys.argv[1])
from staffing_instances import instance
from busyness.decisions.staffing.solver import Effort, solve
while True:
    solve(instance(1, minutes=15), Effort(seconds=20), clock=time.perf_counter)
"""


@dataclass(frozen=True)
class Ran:
    """What one run of the client saw; milliseconds, and processor microseconds of the server a request."""

    rps: float
    p50: float
    p99: float
    failed: int
    requests: int
    cpu: float


def serve(port: int, folder: Path) -> None:
    """Run the service until it is killed; its key goes into a file."""
    now = SystemClock().now
    settings = ServiceSettings(
        worlds=(WorldSettings(name="retail", folder=folder / "retail"),),
        refresh_seconds=0.5,
        security=SecuritySettings(requests_per_minute=100_000_000),
    )
    holder = Holder(settings.worlds)
    holder.refresh()
    state = State.open(f"sqlite:///{folder}/state.db")
    person = state.people.create(Profile(name="Load", role="operations"), now=now())
    (folder / "key").write_text(state.keys.create(person.id, now=now())[1])
    app = make_app(Service(settings, state, holder, SystemClock()))
    uvicorn.run(app, port=port, access_log=False, log_config=None, server_header=False, ws="none")


def bare(port: int, file: Path) -> None:
    """Run an application that does nothing but return the bytes of a file."""
    body = file.read_bytes()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    uvicorn.run(app, port=port, access_log=False, log_config=None, server_header=False, ws="none", lifespan="off")


@contextmanager
def running(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A process of this file, up and listening (``arguments``: what, port, path)."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    command = [sys.executable, __file__, *map(str, arguments)]
    with subprocess.Popen(command, env=environment) as process:
        try:
            for _ in range(3000):
                try:
                    socket.create_connection(("127.0.0.1", int(str(arguments[1]))), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process
        finally:
            process.kill()


def ask(port: int, key: str, *, connections: int, seconds: float, pid: int) -> Ran:
    """Ask over so many connections, one request at a time on each, and note every answer."""
    head = f"GET {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\nAuthorization: Bearer {key}\r\n\r\n"
    request, process = head.encode(), psutil.Process(pid)
    waiting = selectors.DefaultSelector()
    begun: dict[int, float] = {}
    got: dict[int, bytes] = {}
    length: dict[int, int] = {}
    seen, failed, took = 0, 0, []
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
    before, start = sum(process.cpu_times()[:2]), time.perf_counter()
    for one in sockets:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(one, selectors.EVENT_READ)
        begun[one.fileno()], got[one.fileno()] = time.perf_counter(), b""
        one.send(request)
    while time.perf_counter() < start + seconds:
        for event, _ in waiting.select(0.1):
            part = event.fileobj.recv(1 << 20)
            got[event.fd] += part
            if event.fd not in length and (end := got[event.fd].find(b"\r\n\r\n")) >= 0:
                fields = got[event.fd][:end].lower()
                size = fields[fields.index(b"content-length: ") + 16 :].partition(b"\r\n")[0]
                length[event.fd] = end + 4 + int(size)
            if part and len(got[event.fd]) < length.get(event.fd, 1 << 60):
                continue
            now = time.perf_counter()
            seen += 1
            failed += not got[event.fd].startswith(b"HTTP/1.1 200 ")
            took.append(now - begun[event.fd])
            if not part:
                waiting.unregister(event.fileobj)
                continue
            got[event.fd] = b""
            del length[event.fd]
            begun[event.fd] = time.perf_counter()
            event.fileobj.send(request)
    wall, cpu = time.perf_counter() - start, sum(process.cpu_times()[:2]) - before
    for one in sockets:
        one.close()
    took.sort()
    if not took:
        raise RuntimeError("No answer came in time: the machine is too busy to measure anything.")
    return Ran(seen / wall, 1e3 * took[seen // 2], 1e3 * took[int(seen * 0.99)], failed, seen, 1e6 * cpu / seen)


def paired(
    name: str, ports: tuple[int, int], key: str, *, pids: tuple[int, int], given: argparse.Namespace
) -> dict[str, Any]:
    """Runs of the bare application and of ours, in turn; the ratios of each pair, and their medians."""
    pairs = []
    for _ in range(given.rounds):
        both = [
            ask(port, key, connections=given.connections, seconds=given.seconds, pid=pid)
            for port, pid in zip(ports, pids, strict=True)
        ]
        pairs.append(both)
    rps = [ours.rps / plain.rps for plain, ours in pairs]
    p99 = [ours.p99 / plain.p99 for plain, ours in pairs]
    cpu = [plain.cpu / ours.cpu for plain, ours in pairs]
    return {
        "benchmark": "serving",
        "part": name,
        "rps_ratio": round(statistics.median(rps), 3),
        "rps_ratios": [round(one, 3) for one in sorted(rps)],
        "cpu_ratio": round(statistics.median(cpu), 3),
        "p99_ratio": round(statistics.median(p99), 3),
        "p99_ratios": [round(one, 3) for one in sorted(p99)],
        "bare_rps": round(statistics.median(plain.rps for plain, _ in pairs)),
        "ours_rps": round(statistics.median(ours.rps for _, ours in pairs)),
        "bare_p99_ms": round(statistics.median(plain.p99 for plain, _ in pairs), 2),
        "ours_p99_ms": round(statistics.median(ours.p99 for _, ours in pairs), 2),
        "failed": sum(one.failed for pair in pairs for one in pair),
        "requests": sum(one.requests for pair in pairs for one in pair),
        "load": [round(one, 1) for one in os.getloadavg()],
    }


def swapping(port: int, key: str, world: Path, *, pid: int, given: argparse.Namespace) -> dict[str, Any]:
    """Champions are swapped while the service is asked; every request has to be answered."""
    releases, stop, swaps = Releases(world), threading.Event(), 0

    def swap() -> None:
        nonlocal swaps
        while not stop.wait(0.5):
            champion = releases.champion()
            other = next(one for one in releases.all() if champion is None or one != champion.release)
            releases.promote(other, by="benchmark", why="to see", now=datetime.now(UTC))
            swaps += 1

    thread = threading.Thread(target=swap)
    thread.start()
    ran = ask(port, key, connections=given.connections, seconds=given.seconds * 24, pid=pid)
    stop.set()
    thread.join()
    return {
        "benchmark": "serving", "part": "swapping", "swaps": swaps, "requests": ran.requests, "failed": ran.failed,
        "p99_ms": round(ran.p99, 2), "rps": round(ran.rps),
    }  # fmt: skip


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=float, default=0.5)
    options.add_argument("--rounds", type=int, default=31)
    options.add_argument("--connections", type=int, default=16)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder, now = Path(made), datetime.now(UTC)
        releases = Releases(folder / "retail")
        for number in (1, 2):
            run = write_world(folder / f"run{number}", shops(model=f"model-{number}", days=7), noun="visitors", made_at=now)
            releases.add(run, now=now)
        releases.promote(releases.all()[0], by="benchmark", why="first", now=now)
        ours_port, bare_port = _free(), _free()
        with running("serve", ours_port, folder) as ours:
            key = (folder / "key").read_text()
            (folder / "body").write_bytes(_body(ours_port, key))
            with running("bare", bare_port, folder / "body") as plain:
                ports, pids = (bare_port, ours_port), (plain.pid, ours.pid)
                print(json.dumps(paired("plain", ports, key, pids=pids, given=given)), flush=True)
                solver = subprocess.Popen([sys.executable, "-c", SOLVE, str(ROOT / "benchmarks")])
                try:
                    print(json.dumps(paired("solving", ports, key, pids=pids, given=given)), flush=True)
                finally:
                    solver.kill()
                    solver.wait()
                print(json.dumps(swapping(ours_port, key, folder / "retail", pid=ours.pid, given=given)), flush=True)


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


def _body(port: int, key: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port)) as one:
        one.sendall(f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n".encode())
        whole = b"".join(iter(lambda: one.recv(1 << 20), b""))
    return whole.partition(b"\r\n\r\n")[2]


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["bare"]:
        bare(int(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
