"""Rosters: one edits after the other, and staff see what was published."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest

from busyness.domain.errors import ConflictError, InputError, UnknownRecordError
from busyness.state.people import Principal
from busyness.state.rosters import RosterEdit, RosterShift
from busyness.state.store import State
from busyness.testing.clock import NOON

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), date(2024, 6, 3)


def shifts(*people: str) -> tuple[RosterShift, ...]:
    return tuple(
        RosterShift(person, NOON + k * DAY, NOON + k * DAY + 8 * HOUR, {"task": "till"}) for k, person in enumerate(people)
    )


@pytest.fixture
def edit(ann: Principal) -> RosterEdit:
    return RosterEdit(world="retail", place="S1", week=WEEK, shifts=shifts("E7", "E8", "E7"), based_on=0, by=ann.id)


def test_a_week_goes_from_draft_to_what_staff_see(state: State, edit: RosterEdit, ann: Principal) -> None:
    assert state.rosters.newest("retail", "S1", week=WEEK) is None
    draft = state.rosters.save(edit, now=NOON)
    assert (draft.version, draft.shifts, draft.by, draft.published_at) == (1, edit.shifts, ann.id, None)
    assert state.rosters.published("retail", "S1", week=WEEK) is None
    assert state.rosters.of_person("E7", start=NOON, end=NOON + 9 * DAY) == ()
    seen = state.rosters.publish(draft.id, by=ann.id, now=NOON + HOUR)
    assert seen == state.rosters.published("retail", "S1", week=WEEK) == state.rosters.newest("retail", "S1", week=WEEK)
    mine = state.rosters.of_person("E7", start=NOON, end=NOON + 9 * DAY)
    assert [one.shift for one in mine] == [edit.shifts[0], edit.shifts[2]]
    assert {(one.world, one.place, one.roster) for one in mine} == {("retail", "S1", seen.id)}
    assert len(state.rosters.of_person("E7", start=NOON + 8 * HOUR, end=NOON + 9 * DAY)) == 1
    assert state.rosters.of_person("E7", start=NOON, end=NOON + 9 * DAY, worlds=["couriers"]) == ()
    there = state.rosters.at_places("retail", ["S1", "S2"], start=NOON, end=NOON + 9 * DAY)
    assert [one.shift for one in there] == list(edit.shifts)
    assert state.rosters.at_places("retail", ["S2"], start=NOON, end=NOON + 9 * DAY) == ()


def test_staff_see_the_last_published_version_alone(state: State, edit: RosterEdit, ann: Principal) -> None:
    first = state.rosters.publish(state.rosters.save(edit, now=NOON).id, by=ann.id, now=NOON)
    second = state.rosters.save(replace(edit, based_on=1, shifts=shifts("E8"), note="E7 is ill"), now=NOON)
    assert state.rosters.published("retail", "S1", week=WEEK) == first
    assert len(state.rosters.of_person("E7", start=NOON, end=NOON + 9 * DAY)) == 2
    state.rosters.publish(second.id, by=ann.id, now=NOON + HOUR)
    assert state.rosters.of_person("E7", start=NOON, end=NOON + 9 * DAY) == ()
    assert [one.version for one in state.rosters.versions("retail", "S1", week=WEEK)] == [2, 1]
    assert state.rosters.publish(second.id, by="u_2", now=NOON + DAY).published_by == ann.id
    with pytest.raises(ConflictError, match="no longer the newest"):
        state.rosters.publish(first.id, by=ann.id, now=NOON)


def test_the_second_editor_hears_who_was_first(state: State, edit: RosterEdit, ann: Principal, ben: Principal) -> None:
    state.rosters.save(edit, now=NOON)
    with pytest.raises(
        ConflictError, match=f"{ann.id} has saved version 1 .* 2024-06-03 12:00 UTC; yours .* none"
    ) as refused:
        state.rosters.save(replace(edit, by=ben.id), now=NOON + HOUR)
    assert (refused.value.by, refused.value.at) == (ann.id, NOON)
    with pytest.raises(ConflictError, match="no version 4"):
        state.rosters.save(replace(edit, based_on=4), now=NOON)
    assert state.rosters.save(replace(edit, by=ben.id, based_on=1), now=NOON).version == 2


def test_of_many_editors_at_once_one_is_first(state: State, edit: RosterEdit) -> None:
    def save(number: int) -> int:
        try:
            return state.rosters.save(replace(edit, by=f"u_{number}"), now=NOON).version
        except ConflictError:
            return 0

    with ThreadPoolExecutor(8) as pool:
        versions = sorted(pool.map(save, range(12)))
    assert versions == [0] * 11 + [1]


def test_what_is_no_shift_is_refused(state: State, edit: RosterEdit) -> None:
    for wrong in (RosterShift("E7", NOON, NOON), RosterShift(" ", NOON, NOON + HOUR), RosterShift("E7", NOON + HOUR, NOON)):
        with pytest.raises(InputError):
            state.rosters.save(replace(edit, shifts=(wrong,)), now=NOON)
    assert state.rosters.save(replace(edit, shifts=()), now=NOON).shifts == ()
    with pytest.raises(UnknownRecordError):
        state.rosters.publish(99, by="u", now=NOON)
