"""What goes on beside the answers begins where the settings want it, goes on after a fault, and ends with the service."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from busyness.domain.errors import SettingsError
from busyness.interfaces.api import beside as module
from busyness.interfaces.api.beside import beside
from busyness.interfaces.api.service import Service
from busyness.state.notices import NewNotice
from busyness.workflows.service.settings import ServiceSettings

from .conftest import service_of, settings_of

MAIL = {"mail": True, "mail_host": "127.0.0.1", "mail_from": "busy@example.org"}


class Calls:
    """Stands in for the work itself, and counts what was asked of it, with what."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: dict[str, list[tuple[Any, dict[str, Any]]]] = {}
        self.heard = threading.Condition()
        for name in ("send_mornings", "refresh_due", "hand_on", "mail_notices"):
            monkeypatch.setattr(module, name, self._counted(name))

    def _counted(self, name: str) -> Callable[..., None]:
        def called(*given: Any, **named: Any) -> None:
            with self.heard:
                self.made.setdefault(name, []).append((given, named))
                self.heard.notify_all()

        return called

    def wait_for(self, *names: str) -> None:
        with self.heard:
            assert self.heard.wait_for(lambda: all(name in self.made for name in names), 10), self.made


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


@pytest.fixture
def made(world_folders: dict[str, Path], tmp_path: Path) -> Any:
    services: list[Service] = []

    def make(**blocks: Any) -> Service:
        plain = settings_of({"retail": world_folders["retail"]})
        settings = ServiceSettings.model_validate({"worlds": plain.worlds, "security": plain.security, **blocks})
        services.append(service_of(settings, tmp_path))
        return services[-1]

    yield make
    for service in services:
        service.jobs.close()
        service.state.close()


def threads() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("busyness-")} - {"busyness-jobs"}


def test_without_settings_only_what_is_too_old_goes(made: Any, calls: Calls) -> None:
    before = threads()
    service = made(retention={"notices": 10})
    notices = service.state.notices
    for days in (9, 11):
        notices.send(NewNotice(text=f"{days} days old", person="ana"), now=service.now() - timedelta(days=days))
    with beside(service):
        assert threads() - before == {"busyness-retention"}
        until = time.monotonic() + 10
        while len(notices.after(0)) > 1 and time.monotonic() < until:
            time.sleep(0.01)
    assert [one.text for one in notices.after(0)] == ["9 days old"]
    assert not calls.made


def test_all_of_it_begins_and_ends_with_the_block(
    made: Any, calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUSYNESS_WEBHOOK_SECRET", "a secret")
    service = made(
        morning={"folder": tmp_path / "morning"},
        jobs={"refresh_at": "03:30"},
        notices={"webhook": "https://example.org/notices", **MAIL},
        server={"public_url": "https://busy.example"},
    )
    before = threads()
    with beside(service):
        calls.wait_for("send_mornings", "refresh_due", "hand_on", "mail_notices")
        assert threads() - before == {
            "busyness-retention",
            "busyness-mornings",
            "busyness-nights",
            "busyness-notices",
            "busyness-letters",
        }
    assert threads() == before
    assert calls.made["refresh_due"][0][1] == {"at": "03:30"}
    (_, hook), _ = calls.made["hand_on"][0]
    assert (hook.url, hook.secret) == ("https://example.org/notices", "a secret")
    assert calls.made["mail_notices"][0][1]["page"] == "https://busy.example"
    assert calls.made["send_mornings"][0][1] == {"now": service.now()}


@pytest.mark.parametrize(
    "notices",
    [
        {"webhook": "http://example.org/notices"},
        {"webhook": "https://example.org/notices"},
        {"mail": True},
    ],
    ids=["in the clear", "unsigned", "no server"],
)
def test_what_cannot_be_used_is_told_at_the_start(
    made: Any, calls: Calls, notices: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BUSYNESS_WEBHOOK_SECRET", raising=False)
    before = threads()
    with pytest.raises(SettingsError), beside(made(notices=notices)):
        pass
    assert threads() == before


def test_whoever_waits_between_two_attempts_does_not_hold_the_end_up(
    made: Any, calls: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BUSYNESS_WEBHOOK_SECRET", "a secret")
    begun = threading.Event()

    def waiting(*_: Any, wait: Callable[[float], object], **__: Any) -> None:
        begun.set()
        wait(3600)

    monkeypatch.setattr(module, "hand_on", waiting)
    with beside(made(notices={"webhook": "https://example.org/notices"})):
        assert begun.wait(10)
        ending = time.monotonic()
    assert time.monotonic() - ending < 5
