"""The instances of Curtois and Qu: the first to the best known value, and what the checker says of each roster."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from busyness.decisions.shifts.check import check
from busyness.decisions.shifts.read import read_instance
from busyness.decisions.shifts.solve import solve

pytestmark = pytest.mark.real


@pytest.mark.parametrize("number", range(1, 8))
def test_all_instances_are_read(real_data: Path, number: int) -> None:
    folder = real_data / "shift_scheduling"
    known = pl.read_csv(folder / "best_known.csv").row(number - 1, named=True)
    instance = read_instance(folder / f"Instance{number}.txt")
    assert (instance.days, len(instance.staff)) == (7 * known["weeks"], known["employees"])
    assert len(instance.shifts) == known["shift_types"]
    assert len(instance.cover) == instance.days * len(instance.shifts)


def test_the_first_is_solved_and_proven(real_data: Path) -> None:
    instance = read_instance(real_data / "shift_scheduling" / "Instance1.txt")
    solution = solve(instance, seconds=30)
    assert check(instance, solution.roster) == (607, ())
    assert (solution.penalty, solution.bound) == (607, 607)


def test_the_second_is_close_soon(real_data: Path) -> None:
    instance = read_instance(real_data / "shift_scheduling" / "Instance2.txt")
    solution = solve(instance, seconds=10)
    assert check(instance, solution.roster) == (solution.penalty, ())
    assert solution.bound <= 828 <= solution.penalty <= 828 * 1.05
