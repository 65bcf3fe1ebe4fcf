"""Rosters through Python, as the service calls them: the same seed, what is kept, and what comes back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from busyness.decisions.staffing.hard_rules import broken_rules
from busyness.decisions.staffing.score import score
from busyness.decisions.staffing.solver import Effort
from busyness.testing.staffed_shop import staffed_shop
from busyness.workflows.plan_staffing import (
    StaffingRequest,
    load_staffing,
    plan_staffing,
    replan_staffing,
    score_edit,
)
from busyness.workflows.staffing.written import write_staffed

SMALL = Effort(seconds=120, bound_rounds=8, recreations=20, neighbourhoods=1, seed=3)


class Noon:
    def now(self) -> datetime:
        return datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def request_of(tmp_path_factory: pytest.TempPathFactory) -> StaffingRequest:
    folder = staffed_shop(tmp_path_factory.mktemp("shop") / "said")
    return StaffingRequest(folder, folder / "staff.csv", "pe", places=("S1",), seed=3)


@pytest.fixture(scope="module")
def planned(request_of: StaffingRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("plan")
    plan_staffing(request_of, out, effort=SMALL, threads=1)
    return out


def test_the_same_seed_makes_the_same_roster(request_of: StaffingRequest, planned: Path, tmp_path: Path) -> None:
    plan, _ = plan_staffing(request_of, tmp_path, effort=SMALL, threads=1)
    assert (tmp_path / "roster.csv").read_bytes() == (planned / "roster.csv").read_bytes()
    first = pl.read_parquet(planned / "plan.parquet")
    assert first.equals(pl.read_parquet(tmp_path / "plan.parquet"))
    assert plan.cost == pytest.approx(load_staffing(planned).places["S1"].solution.cost)


def test_what_is_loaded_is_what_was_planned(planned: Path) -> None:
    staffed = load_staffing(planned)
    each = staffed.places["S1"]
    scored = score(each.problem, each.solution.roster)
    assert scored.cost == pytest.approx(each.solution.cost), "need, people, rules and prices all came back"
    assert not broken_rules(each.problem, each.solution.roster)
    assert each.solution.bound <= each.solution.cost
    assert each.problem.rules.sources["adults.daily_hours"].startswith("Constitución")
    roster = pl.read_csv(planned / "roster.csv")
    assert roster.height == len(each.solution.roster.shifts)
    assert staffed.versions["solver"].startswith("HiGHS")


def test_an_edit_costs_what_it_changes(planned: Path, tmp_path: Path) -> None:
    rows = pl.read_csv(planned / "roster.csv")
    gone = rows.row(0, named=True)
    rows.tail(-1).write_csv(tmp_path / "edited.csv")
    edited = score_edit(planned, tmp_path / "edited.csv")
    assert len(edited.changes) == 1
    assert gone["person"] in str(edited.changes[0])
    assert "is gone" in str(edited.changes[0])
    assert edited.after["wages"] < edited.before["wages"]
    assert edited.change == pytest.approx(sum(edited.after.values()) - sum(edited.before.values()))


def test_a_plan_of_simulated_data_says_so(planned: Path, tmp_path: Path) -> None:
    assert json.loads((planned / "plan.json").read_text())["simulated"] is False
    write_staffed(replace(load_staffing(planned), simulated=True), tmp_path, language="en", clock=Noon())
    assert json.loads((tmp_path / "plan.json").read_text())["simulated"] is True
    assert 'class="banner"' in (tmp_path / "plan.html").read_text()
    assert 'class="banner"' not in (planned / "plan.html").read_text()


def test_a_sick_call_is_planned_anew_and_can_be_followed_by_another(planned: Path, tmp_path: Path) -> None:
    shifts = pl.read_csv(planned / "roster.csv")
    first, second = (f"2026-03-0{day}" for day in (5, 6))
    day = pl.col("start").str.slice(0, 10)
    plan, files = replan_staffing(planned, tmp_path / "one", sick=[("ana", date.fromisoformat(first))], clock=Noon())
    after = pl.read_csv(tmp_path / "one" / "roster.csv")
    assert after.filter((pl.col("person") == "ana") & (day == first)).is_empty()
    assert shifts.join(after, on=["person", "start", "end"], how="semi").height >= shifts.height - 4
    assert plan.bound <= plan.cost + 1e-6
    assert tmp_path / "one" / "plan.html" in files
    assert "DTSTAMP:20260301T120000Z" in (tmp_path / "one" / "calendars" / "ana.ics").read_text()
    replan_staffing(tmp_path / "one", tmp_path / "two", sick=[("beto", date.fromisoformat(second))], today=date(2026, 3, 5))
    last = pl.read_csv(tmp_path / "two" / "roster.csv")
    assert last.filter((pl.col("person") == "ana") & (day == first)).is_empty(), "she is still ill that day"
    assert last.filter((pl.col("person") == "beto") & (day == second)).is_empty()
    assert after.filter(day < "2026-03-05").equals(last.filter(day < "2026-03-05"))
