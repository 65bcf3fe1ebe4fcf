"""What a plan's folder holds so that it can be scored and planned anew later: JSON, arrays and a table, no pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from busyness.decisions.staffing.need import Need
from busyness.decisions.staffing.people import people_of
from busyness.decisions.staffing.prices import Prices
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster, Shift
from busyness.decisions.staffing.rules import Rules, rules_of
from busyness.decisions.staffing.solver import Solution
from busyness.decisions.staffing.week import Week
from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.slots import SlotLength
from busyness.sources.labour_rules import LabourRules
from busyness.tables import columns as c
from busyness.workflows.staffing.staffed import Staffed, StaffedPlace

FOLDER = "staffing"
_FORMAT = 1
_FACTS, _ARRAYS, _STAFF = f"{FOLDER}/problem.json", f"{FOLDER}/need.npz", f"{FOLDER}/staff.parquet"
_NEED = ("heads", "under", "over", "open")


def stored_files(staffed: Staffed) -> dict[str, str | bytes]:
    """This will return the files that ``load_staffing`` reads, by their path in the plan's folder."""
    facts = {
        "format": _FORMAT,
        "seconds": staffed.seconds,
        "simulated": staffed.simulated,
        "versions": dict(staffed.versions),
        "refused": dict(staffed.refused),
        "assumed": dict(staffed.assumed),
        "rules": asdict(staffed.rules),
        "places": {place: _facts(each) for place, each in staffed.places.items()},
    }
    arrays: dict[str, Any] = {}
    for number, each in enumerate(staffed.places.values()):
        arrays |= {f"{name}_{number}": getattr(each.problem.need, name) for name in _NEED}
        arrays[f"prices_{number}"] = each.solution.prices
    packed, table = io.BytesIO(), io.BytesIO()
    np.savez_compressed(packed, **arrays)
    staffed.staff.write_parquet(table)
    text = json.dumps(facts, ensure_ascii=False, indent=1, default=str)
    return {_FACTS: text + "\n", _ARRAYS: packed.getvalue(), _STAFF: table.getvalue()}


def load_staffing(folder: Path) -> Staffed:
    """This will read the rosters of a plan's folder, with all they were made from.

    Raises:
        InputError: the folder holds no staffing plan.
        ArtifactError: its files are damaged or of another version.

    """
    if not (folder / _FACTS).is_file():
        raise InputError(f"{folder} holds no staffing plan ({_FACTS} is missing).", hint="Make one: busyness plan staffing.")
    again = "Make it again: busyness plan staffing."
    try:
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        if facts["format"] != _FORMAT:
            raise ArtifactError(f"The plan in {folder} is of another version.", file=_FACTS, hint=again)
        with np.load(folder / _ARRAYS, allow_pickle=False) as held:
            arrays = {name: held[name] for name in held.files}
        staff = pl.read_parquet(folder / _STAFF)
        rules = LabourRules(**facts["rules"])
        law = rules_of(rules.values, rules.sources, file=rules.file)
        places = {
            place: _place(
                place, told, {name: arrays[f"{name}_{number}"] for name in (*_NEED, "prices")}, staff=staff, law=law
            )
            for number, (place, told) in enumerate(facts["places"].items())
        }
    except (KeyError, ValueError, TypeError, OSError, EOFError, BadZipFile, PolarsError) as fault:
        raise ArtifactError(f"The plan in {folder} cannot be read.", file=_FACTS, hint=again) from fault
    assumed = {language: tuple(sentences) for language, sentences in facts["assumed"].items()}
    return Staffed(
        places,
        staff,
        rules,
        versions=facts["versions"],
        refused=facts["refused"],
        assumed=assumed,
        seconds=facts["seconds"],
        simulated=facts["simulated"],
    )


def _facts(staffed: StaffedPlace) -> dict[str, Any]:
    problem, solution = staffed.problem, staffed.solution
    need, week = problem.need, problem.week
    return {
        "name": staffed.name,
        "timezone": need.timezone,
        "first": str(week.first),
        "days": week.days,
        "minutes": week.length.minutes,
        "need": list(need.names),
        "prices": asdict(problem.prices),
        "cost": solution.cost,
        "bound": solution.bound,
        "seconds": solution.seconds,
        "shifts": _rows(solution.roster),
        "published": None if problem.published is None else _rows(problem.published),
        "absent": sorted([person, str(day)] for person, day in problem.absent),
        "fixed_days": problem.fixed_days,
    }


def _place(
    place: str, facts: Mapping[str, Any], arrays: Mapping[str, Any], *, staff: pl.DataFrame, law: Rules
) -> StaffedPlace:
    week = Week(date.fromisoformat(facts["first"]), facts["days"], SlotLength(facts["minutes"]))
    need = Need(place, facts["timezone"], week, tuple(facts["need"]), **{name: arrays[name] for name in _NEED})
    problem = StaffingProblem(
        need,
        people_of(staff.filter(pl.col(c.PLACE) == place)),
        law,
        Prices(**facts["prices"]),
        published=None if facts["published"] is None else _roster(facts["published"]),
        absent=frozenset((person, date.fromisoformat(day)) for person, day in facts["absent"]),
        fixed_days=facts["fixed_days"],
    )
    solution = Solution(_roster(facts["shifts"]), facts["cost"], facts["bound"], facts["seconds"], arrays["prices"])
    return StaffedPlace(facts["name"], problem, solution)


def _rows(roster: Roster) -> list[list[object]]:
    return [[str(s.day), s.start, s.end, s.person, s.role, s.break_start, s.break_end] for s in roster.shifts]


def _roster(rows: list[list[Any]]) -> Roster:
    return Roster(tuple(Shift(date.fromisoformat(row[0]), *row[1:]) for row in rows))
