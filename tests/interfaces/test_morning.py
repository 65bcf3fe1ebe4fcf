"""The morning report from a timetable: sent once, said to whom, and what is told when it cannot be."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

pytest.importorskip("sqlalchemy", reason="the extra service is not installed")

from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.api import forecast

Run = Callable[..., Any]
ORIGIN = datetime(2024, 3, 11, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("morning") / "run"
    forecast(tiny_city(), horizon=48, model="seasonal", windows=0, threads=1).write(out, clock=FakeClock(ORIGIN))
    return out


@pytest.fixture
def settings(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BUSYNESS_STATE_URL", raising=False)

    def written(*, clock: str = "2024-03-11T13:00:00Z", **blocks: Any) -> Path:
        shop = {"name": "shop", "folder": str(world), "clock": clock}
        file = tmp_path / "service.yaml"
        file.write_text(yaml.safe_dump({"worlds": [shop], "state": f"sqlite:///{tmp_path}/state.db", **blocks}), "utf-8")
        return file

    return written


def test_it_is_sent_once_a_day_unless_it_is_wanted_anyway(
    busyness: Run, settings: Callable[..., Path], tmp_path: Path
) -> None:
    file = settings(morning={"folder": str(tmp_path / "out"), "at": "06:30"})
    first = busyness("morning", "--config", file)
    assert (first.code, first.out.strip()) == (0, f"shop: sent to {tmp_path / 'out'}")
    report = tmp_path / "out" / "2024-03-11-shop" / "morning.txt"
    assert "2024-03-11" in report.read_text("utf-8")
    report.unlink()
    again = busyness("morning", "--config", file)
    assert (again.code, again.out.strip()) == (0, "Nothing is due: it was sent today, or it is too early.")
    assert not report.exists()
    assert busyness("morning", "--config", file, "--anyway").code == 0
    assert report.exists()


def test_before_its_hour_nothing_is_due(busyness: Run, settings: Callable[..., Path], tmp_path: Path) -> None:
    file = settings(clock="2024-03-11T11:00:00Z", morning={"folder": str(tmp_path / "out"), "at": "06:30"})
    assert "too early" in busyness("morning", "--config", file).out
    assert not (tmp_path / "out").exists()


def test_a_server_that_is_away_is_a_failure_that_says_so(busyness: Run, settings: Callable[..., Path]) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    notices = {"mail_host": "127.0.0.1", "mail_port": nobody, "mail_from": "busy@example.org"}
    answer = busyness("morning", "--config", settings(notices=notices, morning={"mail_to": ["all@example.org"]}))
    assert answer.code != 0
    assert "shop: The mail server 127.0.0.1 did not take the letter to all@example.org" in answer.err
    assert "Not every report could be sent." in answer.err


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ({}, "Nobody is to get a morning report."),
        ({"morning": {"mail_to": ["all@example.org"]}}, "There is nobody to send mail through."),
        ({"morning": {"at": "25:00"}}, "at"),
    ],
)
def test_settings_that_cannot_be_used_are_told(
    busyness: Run, settings: Callable[..., Path], blocks: dict[str, Any], said: str
) -> None:
    answer = busyness("morning", "--config", settings(**blocks))
    assert answer.code != 0
    assert said in answer.err
