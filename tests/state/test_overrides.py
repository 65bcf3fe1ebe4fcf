"""Overrides: kept beside the model's, taken back but not lost, and scored by what came."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import ConflictError, InputError, UnknownRecordError
from busyness.state.overrides import NewOverride, Override
from busyness.state.people import Principal
from busyness.state.store import State
from busyness.testing.clock import NOON

HOUR = timedelta(hours=1)
DEMAND = st.floats(0, 1e6)


@pytest.fixture
def parade(ann: Principal) -> NewOverride:
    said = tuple((NOON + k * HOUR, 10.0) for k in range(4))
    return NewOverride(
        world="retail", place="S1", start=NOON, end=NOON + 4 * HOUR, factor=1.5, reason="a parade", by=ann.id,
        model_version="m1", model_values=said,
    )  # fmt: skip


def test_what_was_said_comes_back(state: State, parade: NewOverride) -> None:
    kept = state.overrides.add(parade, now=NOON - HOUR)
    assert kept == state.overrides.get(kept.id)
    assert kept.model_values == parade.model_values
    assert (kept.factor, kept.value, kept.at, kept.right) == (1.5, None, NOON - HOUR, None)
    assert state.overrides.standing("retail", start=NOON + 3 * HOUR, end=NOON + 9 * HOUR) == (kept,)
    assert state.overrides.standing("retail", start=NOON + 4 * HOUR, end=NOON + 9 * HOUR) == ()
    assert state.overrides.standing("retail", start=NOON, end=NOON + HOUR, places=["S2"]) == ()
    assert state.overrides.list("couriers").items == ()


def test_one_that_was_taken_back_stays_on_record(state: State, parade: NewOverride, ann: Principal) -> None:
    kept = state.overrides.add(parade, now=NOON)
    gone = state.overrides.withdraw(kept.id, by=ann.id, now=NOON + HOUR)
    assert (gone.withdrawn_by, gone.withdrawn_at) == (ann.id, NOON + HOUR)
    assert state.overrides.standing("retail", start=NOON, end=NOON + HOUR) == ()
    assert state.overrides.list("retail", places=["S1"]).items == (gone,)
    with pytest.raises(ConflictError, match="already") as refused:
        state.overrides.withdraw(kept.id, by="u_2", now=NOON + 2 * HOUR)
    assert (refused.value.by, refused.value.at) == (ann.id, NOON + HOUR)


def test_what_says_nothing_is_refused(state: State, parade: NewOverride) -> None:
    wrong = [
        replace(parade, value=3.0), replace(parade, factor=None), replace(parade, factor=-1.0), replace(parade, reason=" "),
        replace(parade, factor=float("nan")), replace(parade, end=NOON), replace(parade, start=datetime(2026, 1, 1)),
        replace(parade, model_values=((NOON, float("inf")),)), replace(parade, place="\0"),
    ]  # fmt: skip
    for new in wrong:
        with pytest.raises(InputError):
            state.overrides.add(new, now=NOON)
    for number in (1, 0, -1, 2**63, 2**200):
        with pytest.raises(UnknownRecordError):
            state.overrides.get(number)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(model=st.lists(DEMAND, min_size=1, max_size=5), came=st.lists(DEMAND, max_size=5), factor=st.floats(0, 9))
def test_the_score_is_the_sum_of_absolute_errors(
    state: State, parade: NewOverride, model: list[float], came: list[float], factor: float
) -> None:
    said = tuple((NOON + k * HOUR, value) for k, value in enumerate(model))
    kept = state.overrides.add(replace(parade, factor=factor, model_values=said), now=NOON)
    scored = state.overrides.score(kept.id, {NOON + k * HOUR: value for k, value in enumerate(came)}, now=NOON)
    pairs = list(zip(model, came, strict=False))
    assert scored.slots_scored == len(pairs)
    assert scored.model_error == pytest.approx(sum(abs(m - c) for m, c in pairs))
    assert scored.person_error == pytest.approx(sum(abs(m * factor - c) for m, c in pairs))
    nearer = (scored.person_error or 0) - (scored.model_error or 0)
    assert scored.right == ("even" if nearer == 0 else "person" if nearer < 0 else "model")


def test_who_was_right_is_summed_up(state: State, parade: NewOverride, ann: Principal) -> None:
    more = replace(parade, factor=None, value=20.0)
    both = [state.overrides.add(new, now=NOON) for new in (parade, more, parade)]
    state.overrides.withdraw(both[2].id, by=ann.id, now=NOON)
    assert state.overrides.due("retail", now=NOON + 4 * HOUR - timedelta(seconds=1)) == ()
    assert state.overrides.due("retail", now=NOON + 4 * HOUR) == tuple(both[:2])
    came = {NOON + k * HOUR: 14.0 for k in range(3)}  # the last slot was not observed
    scored = [state.overrides.score(one.id, came, now=NOON + 5 * HOUR) for one in both[:2]]
    assert [(one.right, one.slots_scored) for one in scored] == [("person", 3), ("model", 3)]
    assert state.overrides.due("retail", now=NOON + 9 * HOUR) == ()
    total = state.overrides.scores("retail")
    assert (total.person, total.model, total.even, total.slots) == (1, 1, 0, 6)
    assert (total.person_error, total.model_error) == (3 + 18, 12 + 12)
    assert state.overrides.scores("retail", since=NOON + HOUR).slots == 0


def test_they_are_listed_from_the_newest_back(state: State, parade: NewOverride) -> None:
    kept: list[Override] = [state.overrides.add(parade, now=NOON) for _ in range(5)]
    first = state.overrides.list("retail", limit=2)
    rest = state.overrides.list("retail", limit=9, cursor=first.next)
    assert first.items + rest.items == tuple(reversed(kept))
    with pytest.raises(InputError, match="no cursor"):
        state.overrides.list("retail", cursor="-1")
