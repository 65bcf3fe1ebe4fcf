"""Shifts go to the planner and back as they were, past midnight and with breaks; what makes no sense is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.staffing.people import Person
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.week import Week
from busyness.domain.errors import InputError
from busyness.domain.slots import SlotLength
from busyness.state.rosters import RosterShift
from busyness.workflows.service.roster_shifts import monday_of, people_shifts, planner_roster

MONDAY = date(2026, 3, 2)
LIMA = ZoneInfo("America/Lima")
PROBLEM = SimpleNamespace(
    people=(Person("ana", ("sales", "checkout"), 12.0, name="Ana"), Person("beto", ("sales",), 11.0)),
    need=SimpleNamespace(place="S1", timezone="America/Lima"),
    week=Week(MONDAY, 7, SlotLength(60)),
)


@given(
    day=st.integers(0, 6),
    start=st.integers(0, 1425),
    length=st.integers(120, 1440),
    rest=st.one_of(st.none(), st.tuples(st.integers(30, 60), st.integers(15, 45))),
)
def test_there_and_back_is_the_same(day: int, start: int, length: int, rest: tuple[int, int] | None) -> None:
    begin = 0 if rest is None else start + rest[0]
    shift = Shift(
        MONDAY + timedelta(days=day), start, start + length, "ana", "checkout", begin, begin + (rest[1] if rest else 0)
    )
    told = people_shifts(PROBLEM, Roster((shift,)))
    roster, lines = planner_roster(PROBLEM, told)
    assert roster.shifts == (shift,)
    assert dict(lines) == {shift: 0}


def test_the_first_role_and_no_break_where_none_is_said() -> None:
    start = datetime(2026, 3, 3, 9, tzinfo=LIMA)
    roster, _ = planner_roster(PROBLEM, [RosterShift("beto", start, start + timedelta(hours=6))])
    assert roster.shifts == (Shift(date(2026, 3, 3), 540, 900, "beto", "sales"),)


def test_what_makes_no_sense_is_told() -> None:
    start = datetime(2026, 3, 3, 9, tzinfo=LIMA)
    good = RosterShift("ana", start, start + timedelta(hours=6))
    for wrong, words in (
        (replace(good, person="zoe"), "not on the staff"),
        (replace(good, end=start), "does not end"),
        (replace(good, start=start + timedelta(days=7), end=start + timedelta(days=7, hours=2)), "outside the week"),
        (replace(good, detail={"break": "noonish"}), "not a break"),
    ):
        with pytest.raises(InputError, match=words):
            planner_roster(PROBLEM, [wrong])
    with pytest.raises(InputError, match="twice"):
        planner_roster(PROBLEM, [good, good])


def test_weeks_begin_on_mondays() -> None:
    assert monday_of(date(2026, 3, 8)) == MONDAY
