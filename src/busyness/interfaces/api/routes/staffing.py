"""Who is needed, who works when: the need, the roster and its drafts, and what staff are told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, TableAnswer, json_answer, meta_of, table_answer
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.instants import Day, Instant
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.routes.plans import PlanSaid, plan_answer
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import MaybeSentence, Whole, Word
from busyness.state.rosters import Roster, RosterEdit, RosterShift
from busyness.workflows.service.ask_plans import ask_plan_table
from busyness.workflows.service.rosters import planned_roster, publish_roster

router = APIRouter(prefix="/v1/staffing", tags=["staffing"], route_class=StrictRoute)


class ShiftGiven(BaseModel):
    """One person's shift."""

    model_config = ConfigDict(extra="forbid")
    person: Word
    start: Instant
    end: Instant
    detail: dict[str, str | int | float | None] = Field({}, max_length=20, description="role, break, …")


class RosterGiven(BaseModel):
    """A week as it shall be, and the version it was made from (0: there was none)."""

    model_config = ConfigDict(extra="forbid")
    place: Word
    week: Day = Field(description="its first day, a Monday")
    based_on: Whole = Field(ge=0, le=1_000_000)
    shifts: list[ShiftGiven] = Field(max_length=5000)
    note: MaybeSentence = ""

    @model_validator(mode="after")
    def _monday(self) -> RosterGiven:
        if self.week.weekday():
            raise ValueError("a week that begins on a Monday")
        return self


class Publish(BaseModel):
    """Which version staff shall see."""

    model_config = ConfigDict(extra="forbid")
    roster: Whole = Field(ge=1, le=2**53, description="its id")


class ShiftSaid(BaseModel):
    """One person's shift."""

    person: str
    start: AwareDatetime
    end: AwareDatetime
    detail: dict[str, Any]


class RosterSaid(BaseModel):
    """A version of a place's week; ``id`` is null and ``version`` 0 for what the plan says and nobody has edited."""

    meta: Meta
    id: int | None
    place: str
    week: str
    version: int
    status: Literal["planned", "draft", "published"]
    by: str | None
    at: AwareDatetime | None
    note: str
    shifts: list[ShiftSaid]


@router.get("", response_model=PlanSaid, responses=IN_THREE_FORMS)
def plan(asked: Caller, *, form: Form, paging: Page, world: WorldName = None) -> Response:
    """The staffing plan's cost, bound and notes, its tables, and its shifts."""
    return plan_answer(asked, "staffing", form=form, paging=paging, world=world)


@router.get("/needs", response_model=TableAnswer, responses=IN_THREE_FORMS)
def needs(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000)] = [],  # noqa: B006
    world: WorldName = None,
) -> Response:
    """How many people each place needs, slot by slot, beside how many are planned."""
    snapshot = asked.snapshot(world, "staffing")
    names = asked.places(snapshot, place, resource="staffing") if place else asked.scope()
    asked.remember(snapshot)
    found = ask_plan_table(snapshot, "staffing", table="need", places=names)
    return table_answer(found, meta=meta_of(asked, snapshot), form=form, paging=paging, mark=snapshot.etag)


@router.get("/roster", response_model=RosterSaid)
def roster(asked: Caller, *, place: Name, week: Annotated[Day | None, Query()] = None, world: WorldName = None) -> Response:
    """The newest version of a place's week, draft or published; what the plan says where nobody has saved one."""
    snapshot = asked.snapshot(world, "staffing")
    asked.places(snapshot, [place], resource="staffing")
    planned = planned_roster(snapshot, place)
    monday = week or planned.week
    if monday is None:
        raise Problem(404, "No week is planned.", field="query.week", hint="Name a week by its Monday.")
    kept = asked.service.state.rosters.newest(snapshot.world, place, week=monday)
    if kept is not None:
        return json_answer({"meta": meta_of(asked, snapshot), **_said(kept)})
    shifts = planned.shifts if planned.week == monday else ()
    return json_answer({"meta": meta_of(asked, snapshot), **_planned(place, monday, shifts=shifts)})


@router.put("/roster", response_model=RosterSaid)
def save(asked: Caller, *, given: RosterGiven, world: WorldName = None) -> Response:
    """Keep a week as its next version, a draft; 409 where somebody has saved another since."""
    snapshot = asked.snapshot(world, "staffing", action="write")
    asked.places(snapshot, [given.place], resource="staffing", action="write")
    shifts = tuple(RosterShift(one.person, one.start, one.end, one.detail) for one in given.shifts)
    edit = RosterEdit(
        world=snapshot.world,
        place=given.place,
        week=given.week,
        shifts=shifts,
        based_on=given.based_on,
        by=asked.principal.id,
        note=given.note,
    )
    state = asked.service.state
    with state.transaction():
        kept = state.rosters.save(edit, now=asked.service.now())
        after = {"version": kept.version, "shifts": len(kept.shifts)}
        asked.done("roster.save", f"rosters/{kept.id}", world=kept.world, place=kept.place, after=after)
    return json_answer({"meta": meta_of(asked, snapshot), **_said(kept)})


@router.post("/publish", response_model=RosterSaid)
def publish(asked: Caller, *, given: Publish, world: WorldName = None) -> Response:
    """Let staff see a version: each of them gets a notice."""
    snapshot = asked.snapshot(world, "staffing", action="write")
    state = asked.service.state
    held = state.rosters.get(given.roster)
    if held.world != snapshot.world:
        raise Problem(404, f"There is no roster '{given.roster}' in this world.", field="body.roster")
    asked.may("staffing", "write", world=held.world, place=held.place)
    with state.transaction():
        kept = publish_roster(state, held, by=asked.principal.id, now=asked.service.now())
        after = {"version": kept.version, "week": str(kept.week)}
        asked.done("roster.publish", f"rosters/{kept.id}", world=kept.world, place=kept.place, after=after)
    return json_answer({"meta": meta_of(asked, snapshot), **_said(kept)})


def _said(kept: Roster) -> Mapping[str, Any]:
    return {
        "id": kept.id,
        "place": kept.place,
        "week": str(kept.week),
        "version": kept.version,
        "status": "published" if kept.published_at else "draft",
        "by": kept.published_by or kept.by,
        "at": kept.published_at or kept.at,
        "note": kept.note,
        "shifts": [_shift(one) for one in kept.shifts],
    }


def _planned(place: str, week: date, *, shifts: tuple[RosterShift, ...]) -> Mapping[str, Any]:
    return {
        "id": None,
        "place": place,
        "week": str(week),
        "version": 0,
        "status": "planned",
        "by": None,
        "at": None,
        "note": "",
        "shifts": [_shift(one) for one in shifts],
    }


def _shift(one: RosterShift) -> Mapping[str, Any]:
    return {"person": one.person, "start": one.start, "end": one.end, "detail": dict(one.detail)}
