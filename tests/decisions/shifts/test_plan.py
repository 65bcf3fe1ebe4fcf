"""A solution as a plan and as a file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.decisions.shifts.instance import OFF, Cover, Instance, Person, Request, ShiftType
from busyness.decisions.shifts.plan import plan_of
from busyness.decisions.shifts.roster import write
from busyness.decisions.shifts.solve import Solution

PEOPLE = tuple(Person(name, {}, 2400, 0, 5, 1, 1, 1) for name in ("Ana", "Ben"))
INSTANCE = Instance(
    "Three",
    3,
    (ShiftType("E", 480),),
    PEOPLE,
    (Request("Ana", 0, "E", 3, True), Request("Ana", 1, "E", 2, False), Request("Ben", 2, "E", 7, True)),
    (Cover(0, "E", 1, 100, 1), Cover(1, "E", 2, 100, 1), Cover(2, "E", 0, 100, 1)),
)
SOLUTION = Solution({"Ana": ("E", "E", OFF), "Ben": ("E", OFF, OFF)}, 110, 99, 1.5, ())


def test_the_plan_says_what_each_shift_costs_and_why() -> None:
    plan = plan_of(INSTANCE, SOLUTION)
    assert (plan.kind, plan.cost, plan.bound, plan.seconds) == ("shifts", 110.0, 99.0, 1.5)
    assert plan.gap == 0.1
    assert plan.actions.select("staff", "day", "shift", "cost", "reason").rows() == [
        ("Ana", 0, "E", 0.0, "Ana asked for it"),
        ("Ben", 0, "E", 0.0, "Ben is needed"),
        ("Ana", 1, "E", 2.0, "Ana asked not to, but is needed"),
    ]
    assert plan.tables["cover"].rows() == [(0, "E", 1, 2, 1), (1, "E", 2, 1, 100), (2, "E", 0, 0, 0)]
    assert plan.notes == (
        "Ana asked not to have shift E on day 1: not granted, priced 2.",
        "Ben asked for shift E on day 2: not granted, priced 7.",
    )
    assert plan.tables["cover"]["cost"].sum() + 2 + 7 == plan.cost
    assert plan.versions["solver"].startswith("HiGHS ")


def test_the_roster_s_file(tmp_path: Path) -> None:
    path = write(SOLUTION.roster, tmp_path)
    assert path.name == "roster.csv"
    assert path.read_text(encoding="utf-8").splitlines() == ["staff,day,shift", "Ana,0,E", "Ana,1,E", "Ben,0,E"]
    assert pl.read_csv(path).height == 3
