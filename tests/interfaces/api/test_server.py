"""What the server binds to, what it refuses to bind to, how it starts and how it stops."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from busyness.domain.errors import InputError, SettingsError
from busyness.interfaces.api.server import Opened, _taking_up, bound, check_encrypted, url_of
from busyness.interfaces.cli.serve_settings import Given, settings_of
from busyness.workflows.service.demo_making import DemoMaking
from busyness.workflows.service.settings import SecuritySettings, ServerSettings, ServiceSettings, WorldSettings

from . import conftest
from .worlds import shops, write_world

PEM = Path("a.pem")


@pytest.mark.parametrize(
    ("server", "insecure", "fine"),
    [
        (ServerSettings(), False, True),
        (ServerSettings(host="::1"), False, True),
        (ServerSettings(host="localhost"), False, True),
        (ServerSettings(host="0.0.0.0"), False, False),
        (ServerSettings(host="192.168.1.2"), False, False),
        (ServerSettings(host="shop.example"), False, False),
        (ServerSettings(host="0.0.0.0"), True, True),
        (ServerSettings(host="0.0.0.0", trusted_proxies=("10.0.0.1",)), False, True),
        (ServerSettings(host="0.0.0.0", certificate=PEM, key=PEM), False, True),
    ],
)
def test_keys_do_not_pass_through_a_network_in_the_clear(server: ServerSettings, insecure: bool, fine: bool) -> None:
    if fine:
        check_encrypted(server, insecure=insecure)
        return
    with pytest.raises(SettingsError, match="unencrypted"):
        check_encrypted(server, insecure=insecure)


def test_a_port_that_is_taken_is_told() -> None:
    with bound(ServerSettings(port=0)) as taken:
        port = taken.getsockname()[1]
        assert url_of(ServerSettings(), taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(InputError, match=f"Port {port} of 127.0.0.1 is taken") as fault:
            bound(ServerSettings(port=port))
    assert "--port" in fault.value.hint


def test_options_win_over_settings_and_those_over_the_folder(tmp_path: Path) -> None:
    write_world(tmp_path / "worlds" / "retail", shops(), noun="visitors", made_at=datetime.now(UTC), plans=False)
    found = settings_of(ServiceSettings(), Given(), folder=tmp_path / "worlds")
    assert [world.name for world in found.worlds] == ["retail"]
    said = ServiceSettings(
        worlds=(WorldSettings(name="a", folder=tmp_path, small_counts=5),),
        server=ServerSettings(port=1000, host="::1"),
        security=SecuritySettings(session_hours=3),
    )
    given = Given(port=9696, worlds=(("a", tmp_path / "b"),), predict_open=True)
    made = settings_of(said, given, folder=tmp_path / "worlds")
    assert (made.server.port, made.server.host, made.security.session_hours) == (9696, "::1", 3)
    assert made.security.predict_open
    assert made.worlds == (WorldSettings(name="a", folder=tmp_path / "b", small_counts=5),)
    with pytest.raises(SettingsError, match="nothing to serve"):
        settings_of(ServiceSettings(), Given(), folder=tmp_path / "none")
    with pytest.raises(SettingsError, match="certificate"):
        settings_of(said, Given(certificate=PEM), folder=tmp_path)
    with pytest.raises(SettingsError, match="name"):
        settings_of(said, Given(worlds=(("Bad Name", tmp_path),)), folder=tmp_path)


@pytest.mark.slow
def test_serve_starts_in_a_folder_prints_the_first_key_once_and_stops_when_told(tmp_path: Path) -> None:
    write_world(tmp_path / "worlds" / "retail", shops(days=7), noun="visitors", made_at=datetime.now(UTC), plans=False)
    command = [Path(sys.executable).with_name("busyness"), "serve", "--port", "0"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    for start in (1, 2):
        with subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            told = ""
            while "Serving at" not in told:
                line = process.stdout.readline()
                assert line, process.stderr.read()
                told += line
            url = re.search(r"Serving at (http://\S+)", told)[1]
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    if httpx.get(f"{url}/v1/health/live", timeout=1).status_code == 200:
                        break
                except httpx.TransportError:
                    time.sleep(0.1)
            if start == 1:
                key = re.search(r"bk_\S+", told)[0]
                link = re.search(r"http\S+token=\S+", told)[0]
                assert httpx.get(link, timeout=30).headers["location"] == "/"
            assert ("bk_" in told) is (start == 1)
            assert httpx.get(f"{url}/v1/me", headers={"X-API-Key": key}, timeout=30).json()["role"] == "admin"
            process.send_signal(signal.SIGTERM if start == 1 else signal.SIGINT)
            assert process.wait(60) == 0
            assert key not in process.stderr.read()


def test_a_world_that_comes_later_is_taken_up_with_its_people(world_folders: dict[str, Path], tmp_path: Path) -> None:
    """As in the demo: the first world is served while the others are being made."""
    late = tmp_path / "late"
    settings = conftest.settings_of({"retail": world_folders["retail"], "late": late})
    service = conftest.service_of(settings, tmp_path)
    told: list[Opened] = []
    with _taking_up(service, lambda: DemoMaking(tmp_path, program="pass"), told=told.append, url="http://here"):
        assert service.held("late") is None
        shutil.copytree(world_folders["retail"], late)
        until = time.monotonic() + 20
        while not told and time.monotonic() < until:
            time.sleep(0.02)
    assert service.holder.ready
    assert told[0].later
    assert {thread.name for thread in threading.enumerate()}.isdisjoint({"busyness-demo"})
    service.jobs.close()
    service.state.close()
