"""Sessions: a link lets one browser in once; a session ends when it is ended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from busyness.domain.errors import UnknownRecordError
from busyness.state.people import Principal
from busyness.state.store import State
from busyness.testing.clock import NOON

MINUTE = timedelta(minutes=1)


def test_a_link_lets_in_once(state: State, ann: Principal) -> None:
    link = state.sessions.link(ann.id, now=NOON)
    entered = state.sessions.redeem(link, now=NOON + MINUTE)
    assert entered is not None
    session, token = entered
    assert session.principal == ann
    assert state.sessions.redeem(link, now=NOON + MINUTE) is None
    assert state.sessions.verify(token, NOON + MINUTE) == session
    assert state.sessions.verify(link, NOON + MINUTE) is None
    with state.database.reading() as connection:
        held = str([list(connection.execute(sa.text(f"SELECT * FROM {name}"))) for name in ("sessions", "login_links")])
    assert not any(secret in held for secret in (link, token, session.csrf))


def test_of_many_browsers_with_one_link_one_gets_in(state: State, ann: Principal) -> None:
    link = state.sessions.link(ann.id, now=NOON)
    with ThreadPoolExecutor(8) as pool:
        entered = list(pool.map(lambda _: state.sessions.redeem(link, now=NOON), range(16)))
    assert sum(one is not None for one in entered) == 1


def test_a_link_ends_after_ten_minutes(state: State, ann: Principal) -> None:
    link = state.sessions.link(ann.id, now=NOON)
    assert state.sessions.redeem(link, now=NOON + 10 * MINUTE) is None
    assert state.sessions.redeem("nonsense\0\ud800", now=NOON) is None


def test_a_session_ends(state: State, ann: Principal) -> None:
    _, token = state.sessions.begin(ann.id, now=NOON, lasts=2 * MINUTE)
    _, other = state.sessions.begin(ann.id, now=NOON)
    assert state.sessions.verify(token, NOON + 2 * MINUTE - MINUTE / 60) is not None
    assert state.sessions.verify(token, NOON + 2 * MINUTE) is None
    state.sessions.end(other)
    assert state.sessions.verify(other, NOON) is None
    _, third = state.sessions.begin(ann.id, now=NOON)
    link = state.sessions.link(ann.id, now=NOON)
    state.sessions.end_all(ann.id)
    assert state.sessions.verify(third, NOON) is None
    assert state.sessions.redeem(link, now=NOON) is None


def test_the_locked_out_get_nowhere(state: State, ann: Principal) -> None:
    link = state.sessions.link(ann.id, now=NOON)
    _, token = state.sessions.begin(ann.id, now=NOON)
    assert state.sessions.verify(token, NOON) is not None
    state.people.disable(ann.id)
    assert state.sessions.verify(token, NOON) is None
    assert state.sessions.redeem(link, now=NOON) is None
    for ask in (state.sessions.link, state.sessions.begin):
        with pytest.raises(UnknownRecordError):
            ask(ann.id, now=NOON)


def test_the_csrf_token_belongs_to_the_session(state: State, ann: Principal) -> None:
    (mine, token), (other, _) = (state.sessions.begin(ann.id, now=NOON) for _ in range(2))
    seen = state.sessions.verify(token, NOON)
    assert seen is not None
    assert seen.csrf_matches(mine.csrf)
    assert not seen.csrf_matches(other.csrf)
    assert not seen.csrf_matches("ü\ud800")
