"""Observations: posted twice is posted once, a second value is a second version, and a race has one winner."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import ConflictError, InputError
from busyness.state.decided import OBSERVATIONS
from busyness.state.observations import SCHEMA, Count, Post, Revision
from busyness.state.store import State
from busyness.testing.clock import NOON

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def post(*counts: tuple[int, float], key: str | None = None, place: str = "S1") -> Post:
    rows = tuple(Count(place, NOON + slot * HOUR, value, NOON + (slot + 1) * HOUR) for slot, value in counts)
    return Post(world="retail", source="till", by="u_1", counts=rows, idempotency_key=key)


def values(state: State, **which: object) -> list[float]:
    frame = state.observations.newest("retail", start=NOON - DAY, end=NOON + DAY, **which)  # type: ignore[arg-type]
    return list(frame["amount"])


def test_what_was_posted_comes_back_as_a_frame(state: State) -> None:
    reply = state.observations.post(post((0, 5), (1, 6.5)), now=NOON)
    assert (reply.accepted, reply.unchanged, reply.revised, reply.repeated) == (2, 0, (), False)
    frame = state.observations.newest("retail", start=NOON, end=NOON + 2 * HOUR)
    assert dict(frame.schema) == SCHEMA
    assert frame.rows() == [
        ("S1", NOON, 5.0, "till", NOON + HOUR), ("S1", NOON + HOUR, 6.5, "till", NOON + 2 * HOUR)
    ]  # fmt: skip
    assert state.observations.newest("retail", start=NOON, end=NOON + HOUR, places=["S2"]).is_empty()
    assert state.observations.newest("couriers", start=NOON, end=NOON + HOUR).schema == frame.schema


def test_the_same_value_is_nothing_new_and_another_is_a_version(state: State) -> None:
    state.observations.post(post((0, 5), (1, 6)), now=NOON)
    again = state.observations.post(post((0, 5), (1, 7)), now=NOON)
    assert (again.accepted, again.unchanged) == (1, 1)
    assert again.revised == (Revision("S1", NOON + HOUR, 6.0, 7.0),)
    assert values(state) == [5, 7]
    assert state.observations.post(post((1, 6)), now=NOON).revised == (Revision("S1", NOON + HOUR, 7.0, 6.0),)
    assert values(state) == [5, 6]


def test_what_was_known_then_can_be_asked(state: State) -> None:
    state.observations.post(post((0, 5)), now=NOON)
    late = replace(post(), counts=(Count("S1", NOON, 9, NOON + 9 * HOUR),))
    state.observations.post(late, now=NOON + 9 * HOUR)
    assert values(state, known_by=NOON + 8 * HOUR) == [5]
    assert values(state, known_by=NOON + 9 * HOUR) == values(state) == [9]
    assert values(state, known_by=NOON) == []


def test_a_repeated_call_gets_the_first_answer(state: State) -> None:
    bad = ({"row": 3, "reason": "negative"},)
    first = state.observations.post(replace(post((0, 5), key="k1"), rejected=bad), now=NOON)
    state.observations.post(post((0, 8)), now=NOON)
    second = state.observations.post(replace(post((0, 5), key="k1"), rejected=bad), now=NOON + HOUR)
    assert second == replace(first, repeated=True)
    assert values(state) == [8]
    with pytest.raises(ConflictError, match="came before with other rows"):
        state.observations.post(post((0, 6), key="k1"), now=NOON)
    assert not state.observations.post(replace(post((0, 6), key="k1"), by="u_2"), now=NOON).repeated


@pytest.mark.parametrize("key", ["k1", None])
def test_of_two_racing_posts_one_wins(state: State, url: str, key: str | None) -> None:
    racing = post(*((slot, slot) for slot in range(20)), key=key)
    with State.open(url) as other, ThreadPoolExecutor(8) as pool:
        both = (state, other)
        replies = list(pool.map(lambda k: both[k % 2].observations.post(racing, now=NOON), range(16)))
    first = [reply for reply in replies if not reply.repeated and reply.accepted]
    assert len(first) == 1
    assert first[0].accepted == 20
    rest = [reply for reply in replies if reply is not first[0]]
    assert all(reply == replace(first[0], repeated=True) if key else reply.unchanged == 20 for reply in rest)
    assert values(state) == list(range(20))


def test_a_post_that_fails_leaves_its_key_free(state: State) -> None:
    with pytest.raises(InputError, match="half a character"):
        state.observations.post(post((0, 5), (1, 5), key="k", place="\ud800"), now=NOON)
    assert state.observations.post(post((0, 5), key="k"), now=NOON).accepted == 1


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_what_is_no_count_is_refused(state: State, value: float) -> None:
    with pytest.raises(InputError, match="not below zero"):
        state.observations.post(post((0, 1), (1, value)), now=NOON)
    assert values(state) == []


def test_a_reader_goes_on_from_where_it_was(state: State) -> None:
    empty, number = state.observations.after("retail", 0)
    assert (empty.height, number) == (0, 0)
    state.observations.post(post((0, 5), (1, 6), (2, 7)), now=NOON)
    first, number = state.observations.after("retail", 0, limit=2)
    rest, last = state.observations.after("retail", number)
    assert list(pl.concat([first, rest])["amount"]) == [5, 6, 7]
    assert state.observations.after("retail", last)[0].is_empty()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(posts=st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=5), max_size=4))
def test_the_last_word_on_every_slot_counts(state: State, posts: list[list[tuple[int, float]]]) -> None:
    with state.database.writing() as connection:
        connection.execute(OBSERVATIONS.delete())
    expected: dict[int, float] = {}
    for one in posts:
        state.observations.post(post(*one), now=NOON)
        expected |= dict(one)
    assert values(state) == [expected[slot] for slot in sorted(expected)]
    with state.database.reading() as connection:
        versions = connection.execute(
            sa.select(OBSERVATIONS.c.time, OBSERVATIONS.c.version).order_by(OBSERVATIONS.c.version)
        )
        seen: dict[datetime, int] = {}
        for time, version in versions:
            assert version == seen.get(time, 0) + 1
            seen[time] = version
            assert time.tzinfo is UTC
