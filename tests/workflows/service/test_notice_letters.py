"""Notices by e-mail: each reader once, in their language; an outage is waited out, a dead address for a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from busyness.domain.errors import UnavailableError
from busyness.state.notices import NewNotice
from busyness.state.people import Principal, Profile
from busyness.state.store import State
from busyness.testing.clock import FakeClock
from busyness.workflows.service.mail import Mailbox
from busyness.workflows.service.notice_letters import GIVES_UP, SENTENCES, mail_notices

from .smtp_sink import Sink, smtp_sink

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
CLOCK = FakeClock(NOW)
WEEK = {"place": "S1", "week": "2026-11-23"}


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(f"sqlite:///{tmp_path}/state.db") as opened:
        opened.notices.send(NewNotice(text="roster_published", details=WEEK, person="ana"), now=NOW)
        yield opened


@pytest.fixture
def sink() -> Iterator[Sink]:
    with smtp_sink() as server:
        yield server


def box(sink: Sink) -> Mailbox:
    return Mailbox("127.0.0.1", sink.port, "busyness@example.org")


def somebody(state: State, name: str, **said: object) -> Principal:
    profile = {"role": "staff", "person": name, "email": f"{name}@example.org", **said}
    return state.people.create(Profile(name=name, **profile), now=NOW)


def test_each_reader_gets_theirs_once_in_their_language(state: State, sink: Sink) -> None:
    somebody(state, "ana", language="es")
    somebody(state, "eva", email=None)
    assert mail_notices(state, box(sink), clock=CLOCK) == 0, "the first time begins with the next"
    for person in ("ana", "eva", "nobody"):
        state.notices.send(NewNotice(text="roster_published", details=WEEK, person=person), now=NOW)
    assert mail_notices(state, box(sink), clock=CLOCK, page="https://busy.example/") == 1
    assert mail_notices(state, box(sink), clock=CLOCK) == 0
    ((to, letter),) = sink.taken
    assert (to, letter["Subject"]) == ("ana@example.org", "Sus turnos de la semana del 2026-11-23 están publicados.")
    text = letter.get_body(("plain",)).get_content()
    assert "S1" in text
    assert "https://busy.example/my-shifts" in text
    assert "S1" in letter.get_body(("html",)).get_content()


def test_a_notice_to_a_role_goes_to_those_who_see_its_place(state: State, sink: Sink) -> None:
    mail_notices(state, box(sink), clock=CLOCK)
    for name, places in (("all", None), ("mine", ("S1",)), ("other", ("S2",))):
        somebody(state, name, role="operations", places=places)
    gone = somebody(state, "gone", role="operations")
    state.people.disable(gone.id)
    state.notices.send(NewNotice(text="swap_asked", role="operations", world="shop", place="S1"), now=NOW)
    assert mail_notices(state, box(sink), clock=CLOCK) == 2
    assert {to for to, _ in sink.taken} == {"all@example.org", "mine@example.org"}


def test_an_outage_is_waited_out_and_nobody_is_told_twice(state: State, sink: Sink) -> None:
    mail_notices(state, box(sink), clock=CLOCK)
    somebody(state, "ana")
    state.notices.send(NewNotice(text="swap_approved", person="ana"), now=NOW)
    sink.refuses = True
    with pytest.raises(UnavailableError):
        mail_notices(state, box(sink), clock=CLOCK)
    sink.refuses = False
    assert mail_notices(state, box(sink), clock=CLOCK) == 1
    assert mail_notices(state, box(sink), clock=CLOCK) == 0


def test_a_dead_address_holds_nobody_up_for_more_than_a_day(state: State, sink: Sink) -> None:
    mail_notices(state, box(sink), clock=CLOCK)
    somebody(state, "ana")
    state.notices.send(NewNotice(text="swap_approved", person="ana"), now=NOW)
    sink.refuses = True
    later = FakeClock(NOW + GIVES_UP + timedelta(minutes=1))
    assert mail_notices(state, box(sink), clock=later) == 0
    sink.refuses = False
    assert mail_notices(state, box(sink), clock=later) == 0, "it is over"


def test_what_nobody_put_into_words_is_told_by_its_name(state: State, sink: Sink) -> None:
    mail_notices(state, box(sink), clock=CLOCK)
    somebody(state, "ana")
    state.notices.send(NewNotice(text="<b>{who}</b>", person="ana"), now=NOW)
    mail_notices(state, box(sink), clock=CLOCK)
    assert "&lt;b&gt;" in sink.taken[0][1].get_body(("html",)).get_content()


def test_both_languages_say_the_same() -> None:
    assert SENTENCES["en"].keys() == SENTENCES["es"].keys()
