"""Solving: the roster holds before the independent checker, the bound holds before every possible roster."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings

from busyness.decisions.shifts import highs
from busyness.decisions.shifts.check import check
from busyness.decisions.shifts.instance import Instance, Person, ShiftType
from busyness.decisions.shifts.read import read_instance
from busyness.decisions.shifts.solve import Progress, solve
from busyness.domain.errors import InputError, MissingExtraError

from .conftest import TEXT, instances, possible_rows


def by_hand(folder: Path) -> Instance:
    (folder / "Small.txt").write_text(TEXT, encoding="utf-8")
    return read_instance(folder / "Small.txt")


@settings(max_examples=15)
@given(instances(days=5, staff=2))
def test_any_roster_obeys_costs_what_it_says_and_lies_above_its_bound(instance: Instance) -> None:
    possible = [possible_rows(instance, person) for person in instance.staff]
    assume(all(possible))
    solution = solve(instance, seconds=30, iterations=3, threads=1)
    assert check(instance, solution.roster) == (solution.penalty, ())
    names = [person.name for person in instance.staff]
    best = min(check(instance, dict(zip(names, rows, strict=True)))[0] for rows in product(*possible))
    assert solution.bound <= best <= solution.penalty


def test_the_same_seed_gives_the_same_roster(tmp_path: Path) -> None:
    instance = by_hand(tmp_path)
    first, second = (solve(instance, seconds=30, iterations=4, seed=7, threads=2) for _ in range(2))
    assert first.roster == second.roster
    assert (first.penalty, first.bound) == (second.penalty, second.bound)


def test_it_ends_when_proven_and_tells_of_every_step(tmp_path: Path) -> None:
    heard: list[Progress] = []
    solution = solve(by_hand(tmp_path), seconds=30, watch=heard.append)
    assert solution.proven
    assert solution.seconds < 25
    assert tuple(heard) == solution.log
    penalties, bounds = [step.penalty for step in heard], [step.bound for step in heard]
    assert penalties == sorted(penalties, reverse=True)
    assert bounds == sorted(bounds)


def test_impossible_limits_are_refused_before_any_search() -> None:
    nobody = Person("Ana", {"D": 1}, 2400, 960, 5, 1, 1, 1)
    with pytest.raises(InputError, match="no row is possible for Ana"):
        solve(Instance("none", 7, (ShiftType("D", 480),), (nobody,)), seconds=1)


def test_without_highs_the_line_that_installs_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(highs, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install \"busyness\[plans\]\""):
        solve(by_hand(tmp_path), seconds=1)
