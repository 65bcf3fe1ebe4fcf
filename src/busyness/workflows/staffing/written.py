"""A staffing plan's folder: tables, calendars, the page, and what is needed to score and plan anew."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import polars as pl

from busyness import __version__
from busyness.decisions.staffing.score import PARTS
from busyness.domain.clock import Clock
from busyness.reports.calendars import calendars
from busyness.reports.plan_page import PLAN_PAGE, PLAN_PART
from busyness.reports.sentences import plan_in
from busyness.reports.spreadsheets import workbook
from busyness.reports.staffing_page import PlacePlan, StaffingMaterial, render_staffing_page, render_staffing_part
from busyness.reports.staffing_words import said
from busyness.tables import columns as c
from busyness.tables.plan import Plan
from busyness.workflows.plan_output import WORKBOOK, write_plan
from busyness.workflows.staffing.staffed import Staffed
from busyness.workflows.staffing.stored import stored_files
from busyness.workflows.staffing.whole_plan import whole_plan


def write_staffed(staffed: Staffed, out: Path | None, *, language: str, clock: Clock) -> tuple[Plan, list[Path]]:
    """This will write the plan's files, ``calendars/PERSON.ics``, ``plan.html`` and ``staffing/``; all of them or none.

    With ``out`` None nothing is written.
    """
    plan = plan_in(whole_plan(staffed), language)
    sheets = {name: table for name, table in plan.tables.items() if name != "roster"}  # the workbook draws its own
    material = _material(staffed, plan, language)
    texts: dict[str, str | bytes] = {
        WORKBOOK: workbook(replace(plan, tables=sheets), language=language),
        PLAN_PAGE: render_staffing_page(material),
        PLAN_PART: render_staffing_part(material),
        **_calendars(staffed, plan, language=language, clock=clock),
        **stored_files(staffed),
    }
    more = {"places": plan.tables["places"].to_dicts(), "refused": dict(staffed.refused), "simulated": staffed.simulated}
    return plan, write_plan(plan, out, texts=texts, more=more)


def _calendars(staffed: Staffed, plan: Plan, *, language: str, clock: Clock) -> dict[str, bytes]:
    """One file a person, named after them."""
    files: dict[str, bytes] = {}
    for place, each in staffed.places.items():
        own = plan.actions.filter(pl.col(c.PLACE) == place)
        made = calendars(own, timezone=each.problem.need.timezone, made=clock.now(), language=language, at=each.name)
        for person, content in made.items():
            name = re.sub(r"[^\w.@-]", "_", person).lstrip(".") or "_"
            taken = sum(known.removesuffix(".ics").partition("~")[0] == f"calendars/{name}" for known in files)
            files[f"calendars/{name}{f'~{taken + 1}' if taken else ''}.ics"] = content
    return files


def _material(staffed: Staffed, plan: Plan, language: str) -> StaffingMaterial:
    def of(name: str, place: str) -> pl.DataFrame:
        return plan.tables[name].filter(pl.col(c.PLACE) == place)

    figures = {row[c.PLACE]: row for row in plan.tables["places"].iter_rows(named=True)}
    places = [
        PlacePlan(
            place,
            each.name,
            cost=figures[place]["cost"],
            bound=figures[place]["bound"],
            parts={part: figures[place][f"cost_{part}"] for part in PARTS},
            actions=plan.actions.filter(pl.col(c.PLACE) == place),
            need=of("need", place),
            people=of("people", place),
            wishes=of("wishes", place),
            missed=of("missed", place),
        )
        for place, each in staffed.places.items()
    ]
    refused = [said(language, "refused", place=place, why=why) for place, why in staffed.refused.items()]
    return StaffingMaterial(
        places,
        language=language,
        currency=plan.currency,
        told=(*refused, *staffed.assumed.get(language, ())),
        versions={"busyness": __version__, **plan.versions},
        simulated=staffed.simulated,
    )
