"""Notices reach the other side once each, signed, in order; an outage is waited out."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from busyness.domain.errors import SettingsError, UnavailableError
from busyness.state.notices import NewNotice
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.service.webhook import SIGNATURE, Webhook, hand_on, signature

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
CLOCK = FakeClock(NOW)


class _Other(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = self.server.answers.pop(0) if self.server.answers else 200
        self.server.took.append((status, body, self.headers[SIGNATURE]))
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def other() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Other)
    server.answers, server.took = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        opened.notices.send(NewNotice(text="old", person="ana"), now=NOW)
        yield opened


def hook(server: ThreadingHTTPServer) -> Webhook:
    return Webhook(f"http://127.0.0.1:{server.server_port}/notices", "a secret")


def test_new_notices_are_handed_on_once_and_signed(other: ThreadingHTTPServer, state: State) -> None:
    waits: list[float] = []
    assert hand_on(state, hook(other), clock=CLOCK, wait=waits.append) == 0, "the first time begins with the next"
    for week in ("2026-11-23", "2026-11-30"):
        state.notices.send(NewNotice(text="roster_published", details={"week": week}, person="ana"), now=NOW)
    other.answers[:] = [503, 200]
    assert hand_on(state, hook(other), clock=CLOCK, wait=waits.append) == 2
    assert hand_on(state, hook(other), clock=CLOCK, wait=waits.append) == 0
    assert waits == [1.0]
    told = [json.loads(body) for status, body, _ in other.took if status == 200]
    assert [each["details"]["week"] for each in told] == ["2026-11-23", "2026-11-30"]
    assert {each["person"] for each in told} == {"ana"}
    assert all(signed == signature("a secret", body, at=NOW) for _, body, signed in other.took)


def test_an_outage_is_waited_out(other: ThreadingHTTPServer, state: State) -> None:
    hand_on(state, hook(other), clock=CLOCK, wait=lambda _: None)
    state.notices.send(NewNotice(text="swap_asked", person="ana"), now=NOW)
    other.answers[:] = [500] * 4
    with pytest.raises(UnavailableError, match="500"):
        hand_on(state, hook(other), clock=CLOCK, wait=lambda _: None)
    assert hand_on(state, hook(other), clock=CLOCK, wait=lambda _: None) == 1


def test_a_refusal_is_not_repeated_at_once(other: ThreadingHTTPServer, state: State) -> None:
    hand_on(state, hook(other), clock=CLOCK, wait=lambda _: None)
    state.notices.send(NewNotice(text="swap_asked", person="ana"), now=NOW)
    other.answers[:] = [401]
    with pytest.raises(UnavailableError, match="401"):
        hand_on(state, hook(other), clock=CLOCK, wait=lambda _: None)
    assert len(other.took) == 1


@pytest.mark.parametrize(("url", "secret"), [("http://example.org/x", "s"), ("https://example.org/x", "")])
def test_nothing_goes_out_in_the_clear_or_unsigned(url: str, secret: str) -> None:
    with pytest.raises(SettingsError):
        Webhook(url, secret)
