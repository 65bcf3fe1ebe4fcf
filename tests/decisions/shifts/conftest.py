"""Small instances for the tests: one by hand, and a strategy for any."""

from __future__ import annotations

from itertools import product

from hypothesis import strategies as st

from busyness.decisions.shifts.check import check
from busyness.decisions.shifts.instance import OFF, Cover, Instance, Person, Request, ShiftType

TEXT = """# This is a comment
SECTION_HORIZON
7

SECTION_SHIFTS
E,480,
L,240,E

SECTION_STAFF
# ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxConsecutive, MinConsecutive, MinDaysOff, MaxWeekends
Ana,E=7|L=2,2400,960,5,2,2,1
Ben,E=0|L=7,2400,480,5,1,1,1

SECTION_DAYS_OFF
Ana,0
Ben,5,6

SECTION_SHIFT_ON_REQUESTS
Ana,2,E,3

SECTION_SHIFT_OFF_REQUESTS
Ben,1,L,2

SECTION_COVER
0,L,1,100,1
2,E,1,100,1
"""


@st.composite
def instances(draw: st.DrawFn, *, days: int = 8, staff: int = 3) -> Instance:
    """Up to ``staff`` people with any limits over up to ``days`` days; some have no possible row."""
    horizon = draw(st.integers(3, days))
    late_before_early = draw(st.booleans())
    shifts = (
        ShiftType("E", draw(st.sampled_from([480, 240]))),
        ShiftType("L", 480, frozenset({"E"} if late_before_early else set())),
    )[: draw(st.integers(1, 2))]
    names = [shift.name for shift in shifts]
    small = st.integers(1, 3)
    people = tuple(
        Person(
            f"P{number}",
            {name: draw(st.integers(0, horizon)) for name in names},
            draw(st.integers(480, 480 * horizon)),
            draw(st.sampled_from([0, 0, 480, 960])),
            draw(st.integers(1, 5)),
            draw(small),
            draw(small),
            draw(st.integers(0, 2)),
            frozenset(draw(st.sets(st.integers(0, horizon - 1), max_size=2))),
        )
        for number in range(draw(st.integers(1, staff)))
    )
    slot = st.tuples(st.integers(0, horizon - 1), st.sampled_from(names))
    wishes = draw(
        st.dictionaries(
            st.tuples(st.sampled_from([person.name for person in people]), slot), st.tuples(small, st.booleans()), max_size=6
        )
    )
    needs = draw(st.dictionaries(slot, st.tuples(st.integers(0, staff), st.integers(0, 20), st.integers(0, 3)), max_size=12))
    return Instance(
        "drawn",
        horizon,
        shifts,
        people,
        tuple(Request(person, day, shift, *rest) for (person, (day, shift)), rest in wishes.items()),
        tuple(Cover(day, shift, *rest) for (day, shift), rest in needs.items()),
    )


def possible_rows(instance: Instance, person: Person) -> list[tuple[str, ...]]:
    """Every row that the independent checker finds nothing against."""
    alone = Instance("alone", instance.days, instance.shifts, (person,))
    every = product([OFF, *(shift.name for shift in instance.shifts)], repeat=instance.days)
    return [row for row in every if not check(alone, {person.name: row})[1]]
