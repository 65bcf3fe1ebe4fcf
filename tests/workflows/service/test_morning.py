"""The morning report goes out once a local day, by mail or into a folder; what fails is tried again later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from busyness.domain.errors import SettingsError
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.morning import send_mornings, send_once, wanted
from busyness.workflows.service.settings import ServiceSettings, WorldSettings

from .conftest import ORIGIN
from .smtp_sink import Sink, smtp_sink

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
EIGHT = ORIGIN + timedelta(hours=8)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        yield opened


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as server:
        yield server


def service(folder: Path, *, at: datetime = EIGHT, **blocks: object) -> tuple[ServiceSettings, Holder]:
    world = WorldSettings(name="shop", folder=folder, clock=at, title={"es": "Tienda"})
    settings = ServiceSettings.model_validate({"worlds": [world], **blocks})
    holder = Holder(settings.worlds, clock=FakeClock(NOW))
    holder.refresh()
    assert holder.ready, holder.refusals
    return settings, holder


def mail(sink: Sink) -> dict[str, object]:
    return {"mail_host": "127.0.0.1", "mail_port": sink.port, "mail_from": "busyness@example.org"}


def test_everybody_gets_theirs_once_a_day(folder: Path, state: State, sink: Sink) -> None:
    one = {"email": "olga@example.org", "places": ["P1"], "language": "es"}
    morning = {"mail_to": ["all@example.org"], "recipients": [one]}
    settings, holder = service(folder, notices=mail(sink), morning=morning)
    sent = send_mornings(settings, state, holder, now=NOW)
    assert [(each.to, each.failed) for each in sent] == [("all@example.org", ""), ("olga@example.org", "")]
    by = dict(sink.taken)
    spanish = by["olga@example.org"]
    assert spanish["Subject"].startswith("Tienda: 2024-03-11")
    text = spanish.get_body(("plain",)).get_content()
    assert "Picos de hoy" in text
    names = {place.id: place.label for place in holder.world("shop").forecast.places}
    assert names["P2"] not in text
    assert names["P2"] in by["all@example.org"].get_body(("plain",)).get_content()
    assert "<ul>" in spanish.get_body(("html",)).get_content()
    assert send_mornings(settings, state, holder, now=NOW) == ()
    assert len(send_mornings(settings, state, holder, now=NOW, anyway=True)) == 2


def test_it_waits_for_its_hour(folder: Path, state: State, tmp_path: Path) -> None:
    early, holder = service(folder, at=ORIGIN + timedelta(hours=6), morning={"folder": tmp_path / "out"})
    assert send_mornings(early, state, holder, now=NOW) == ()
    assert not (tmp_path / "out").exists()


def test_a_folder_gets_it_as_files(folder: Path, state: State, tmp_path: Path) -> None:
    settings, holder = service(folder, morning={"folder": tmp_path / "out"}, language="es")
    assert wanted(settings)
    assert [each.failed for each in send_mornings(settings, state, holder, now=NOW)] == [""]
    made = tmp_path / "out" / "2024-03-11-shop"
    assert "A revisar" in (made / "morning.txt").read_text("utf-8")
    assert "<html lang='es'>" in (made / "morning.html").read_text("utf-8")


def test_what_fails_is_tried_again_a_little_later(folder: Path, state: State, sink: Sink) -> None:
    settings, holder = service(folder, notices=mail(sink), morning={"mail_to": ["all@example.org"]})
    sink.refuses = True
    assert "did not take" in send_mornings(settings, state, holder, now=NOW)[0].failed
    sink.refuses = False
    assert send_mornings(settings, state, holder, now=NOW + timedelta(minutes=5)) == ()
    assert send_mornings(settings, state, holder, now=NOW + timedelta(minutes=16))[0].failed == ""
    assert len(sink.taken) == 1


def test_addresses_without_a_server_are_told(folder: Path, state: State) -> None:
    settings, holder = service(folder, morning={"mail_to": ["all@example.org"]})
    with pytest.raises(SettingsError, match="mail_host"):
        send_mornings(settings, state, holder, now=NOW)


def test_a_timetable_sends_it_from_the_settings_alone(folder: Path, tmp_path: Path) -> None:
    settings, _ = service(folder, morning={"folder": tmp_path / "out"}, state=f"sqlite:///{tmp_path}/other.db")
    assert len(send_once(settings, clock=FakeClock(NOW))) == 1
    assert send_once(settings, clock=FakeClock(NOW)) == ()
