"""Keys: the right one opens, all others do not, and what ends ends at once."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state.people import Principal
from busyness.state.store import State
from busyness.testing.clock import NOON

Undone = Callable[[State], AbstractContextManager[sa.Connection]]
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def test_a_key_opens_and_its_secret_is_nowhere(state: State, ann: Principal) -> None:
    key, text = state.keys.create(ann.id, now=NOON, label="till")
    assert (text[:3], text[3:11], text[11], len(text)) == ("bk_", key.id, "_", 55)
    assert state.keys.verify(text, NOON) == ann
    with state.database.reading() as connection:
        held = str(list(connection.execute(sa.text("SELECT * FROM api_keys"))))
    assert key.id in held
    assert text[12:] not in held
    assert not hasattr(key, "digest")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.integers(0, 54), letter=st.characters())
def test_another_letter_does_not_open(state: State, ann: Principal, place: int, letter: str) -> None:
    _, text = state.keys.create(ann.id, now=NOON)
    other = text[:place] + letter + text[place + 1 :]
    assert state.keys.verify(other, NOON) == (ann if other == text else None)
    assert state.keys.verify(other[:-1], NOON) is None


@pytest.mark.parametrize(
    "text", ["", "bk_", "bk_" + "a" * 52, "\0" * 55, "bk_\ud800aaaaaaa_" + "b" * 43, "bk_aaaaaaaa_" + "ü" * 43]
)
def test_nonsense_does_not_open(state: State, text: str) -> None:
    assert state.keys.verify(text, NOON) is None


def test_a_revoked_key_is_refused_at_once(state: State, ann: Principal) -> None:
    key, text = state.keys.create(ann.id, now=NOON)
    assert state.keys.verify(text, NOON) == ann
    assert state.keys.revoke(key.id, now=NOON).revoked_at == NOON
    assert state.keys.verify(text, NOON) is None
    assert state.keys.revoke(key.id, now=NOON + HOUR).revoked_at == NOON
    with pytest.raises(InputError, match="revoked or replaced"):
        state.keys.rotate(key.id, now=NOON)


def test_a_locked_out_principal_is_refused_at_once(state: State, ann: Principal) -> None:
    _, text = state.keys.create(ann.id, now=NOON)
    assert state.keys.verify(text, NOON) == ann
    state.people.disable(ann.id)
    assert state.keys.verify(text, NOON) is None
    state.people.disable(ann.id, disabled=False)
    assert state.keys.verify(text, NOON) == ann


def test_another_process_hears_of_it_within_seconds(state: State, url: str, ann: Principal) -> None:
    key, text = state.keys.create(ann.id, now=NOON)
    with State.open(url) as other:
        assert other.keys.verify(text, NOON) == ann
        state.keys.revoke(key.id, now=NOON)
        assert other.keys.verify(text, NOON + 6 * SECOND) is None


def test_a_revocation_that_is_undone_is_none(state: State, ann: Principal, undone: Undone) -> None:
    key, text = state.keys.create(ann.id, now=NOON)
    with undone(state):
        state.keys.revoke(key.id, now=NOON)
    assert state.keys.verify(text, NOON) == ann


def test_a_key_ends_when_it_says(state: State, ann: Principal) -> None:
    _, text = state.keys.create(ann.id, now=NOON, expires_at=NOON + HOUR)
    assert state.keys.verify(text, NOON + HOUR - SECOND) == ann
    assert state.keys.verify(text, NOON + HOUR) is None
    with pytest.raises(InputError, match="before its first use"):
        state.keys.create(ann.id, now=NOON, expires_at=NOON)


def test_after_a_rotation_both_open_for_the_time_of_grace(state: State, ann: Principal) -> None:
    old, before = state.keys.create(ann.id, now=NOON, label="till", expires_at=NOON + 30 * HOUR)
    new, after = state.keys.rotate(old.id, now=NOON + HOUR, grace=2 * HOUR)
    assert (new.label, new.expires_at) == ("till", NOON + 31 * HOUR)
    assert state.keys.get(old.id).replaced_by == new.id
    assert state.keys.verify(before, NOON + 3 * HOUR - SECOND) == state.keys.verify(after, NOON + HOUR) == ann
    assert state.keys.verify(before, NOON + 3 * HOUR) is None
    assert state.keys.verify(after, NOON + 4 * HOUR) == ann


def test_uses_are_written_at_most_once_a_minute(state: State, ann: Principal) -> None:
    key, text = state.keys.create(ann.id, now=NOON)
    assert state.keys.write_uses() == 0
    for second in range(0, 60, 7):
        state.keys.verify(text, NOON + second * SECOND)
    assert state.keys.write_uses() == 1
    assert state.keys.get(key.id).last_used_at == NOON + 56 * SECOND
    state.keys.verify(text, NOON + 60 * SECOND)
    assert state.keys.write_uses() == 0
    state.keys.verify(text, NOON + 116 * SECOND)
    assert state.keys.write_uses() == 1


def test_nobody_gets_no_key(state: State) -> None:
    with pytest.raises(UnknownRecordError):
        state.keys.create("u_nobody", now=NOON)
    with pytest.raises(UnknownRecordError):
        state.keys.revoke("nobody00", now=NOON)


def test_keys_are_listed_by_whose_they_are(state: State, ann: Principal, ben: Principal) -> None:
    theirs = sorted(state.keys.create(ann.id, now=NOON)[0].id for _ in range(3))
    state.keys.create(ben.id, now=NOON)
    first = state.keys.list(principal=ann.id, limit=2)
    rest = state.keys.list(principal=ann.id, limit=2, cursor=first.next)
    assert [key.id for key in first.items + rest.items] == theirs
    assert rest.next is None


def test_a_known_key_is_looked_at_in_microseconds(state: State, ann: Principal) -> None:
    _, text = state.keys.create(ann.id, now=NOON)
    best = float("inf")
    for _ in range(20):
        begun = time.perf_counter()
        for _ in range(100):
            assert state.keys.verify(text, NOON) is not None
        best = min(best, (time.perf_counter() - begun) / 100)
    assert best < 50e-6
