"""A roster while it is edited: what a change costs and breaks, at once; and a new plan after a sick call, by a job."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.domain.errors import InputError, did_you_mean
from busyness.interfaces.api.answers import Meta, json_answer, meta_of
from busyness.interfaces.api.asked import Asked, Caller, WorldName
from busyness.interfaces.api.instants import Day
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.routes.jobs import JobTaken, taken
from busyness.interfaces.api.routes.staffing import ShiftGiven
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import Word
from busyness.state.rosters import RosterShift
from busyness.workflows.service.live_score import score_shifts, staffed_at
from busyness.workflows.service.roster_shifts import monday_of
from busyness.workflows.service.snapshot import Snapshot

router = APIRouter(prefix="/v1/staffing", tags=["staffing"], route_class=StrictRoute)


class ScoreAsked(BaseModel):
    """A place's shifts as they shall be."""

    model_config = ConfigDict(extra="forbid")
    place: Word
    week: Day | None = Field(None, description="its Monday; none: the week that is planned")
    shifts: list[ShiftGiven] = Field(max_length=2000)


class BrokenSaid(BaseModel):
    """A rule of work that the roster breaks."""

    text: str
    shifts: list[int] = Field(description="the numbers of the shifts that break it; 0 is the first")


class WishSaid(BaseModel):
    """A wish that the edit breaks and the plan kept, and its price."""

    person: str
    said: str
    price: float


class ScoreSaid(BaseModel):
    """What the roster would cost, beside the plan's."""

    meta: Meta
    place: str
    cost: float
    change: float = Field(description="what it costs more than the plan's roster; below zero: less")
    currency: str
    parts: dict[str, float] = Field(description="the cost by part: wages, overtime, missing, …")
    broken: list[BrokenSaid]
    wishes: list[WishSaid]
    kept: list[WishSaid] = Field(description="wishes that the plan broke and the edit keeps")
    changes: list[str] = Field(description="every shift that differs from the plan, in words")


class SickSaid(BaseModel):
    """Somebody cannot come on a day."""

    model_config = ConfigDict(extra="forbid")
    person: Word
    day: Day


class ReplanAsked(BaseModel):
    """Who is sick, and the roster that people have been told."""

    model_config = ConfigDict(extra="forbid")
    place: Word
    week: Day | None = Field(None, description="its Monday; none: the week that is planned")
    sick: list[SickSaid] = Field(min_length=1, max_length=50)
    shifts: list[ShiftGiven] | None = Field(
        None, max_length=2000, description="what people have been told; none: the newest version, else the plan's"
    )


@router.post("/score", response_model=ScoreSaid)
def score(asked: Caller, *, given: ScoreAsked, world: WorldName = None) -> Response:
    """What a roster would cost, and which rules and wishes it breaks. Nothing is kept."""
    snapshot = asked.snapshot(world, "staffing", action="write")
    asked.places(snapshot, [given.place], resource="staffing", action="write")
    _check_week(snapshot, given.place, given.week)
    found = score_shifts(snapshot, given.place, _shifts(given.shifts))
    return json_answer(
        {
            "meta": meta_of(asked, snapshot),
            "place": given.place,
            "cost": round(sum(found.after.values()), 2),
            "change": round(found.change, 2),
            "currency": found.currency,
            "parts": {name: round(amount, 2) for name, amount in found.after.items()},
            "broken": [{"text": rule.said, "shifts": rule.lines} for rule in found.broken],
            "wishes": [_wish(wish) for wish in found.wishes],
            "kept": [_wish(wish) for wish in found.kept],
            "changes": [str(change) for change in found.changes],
        }
    )


@router.post("/replan", response_model=JobTaken, status_code=202)
def replan(asked: Caller, *, given: ReplanAsked, world: WorldName = None) -> Response:
    """Plan a week again after a sick call, changing as little as pays. The job's result is a draft: save and publish it."""
    snapshot = asked.snapshot(world, "staffing", action="write")
    asked.places(snapshot, [given.place], resource="staffing", action="write")
    week = _check_week(snapshot, given.place, given.week)
    known = {person.id for person in staffed_at(snapshot, given.place).places[given.place].problem.people}
    for one in given.sick:
        if one.person not in known:
            raise Problem(
                422,
                f"'{one.person}', who is sick, is not on the staff of '{given.place}'.",
                field="body.sick",
                hint=did_you_mean(one.person, known),
            )
    zone = ZoneInfo(snapshot.place(given.place)[1].timezone)
    arguments = {
        "world": snapshot.world,
        "folder": str(snapshot.plans["staffing"].folder),
        "place": given.place,
        "shifts": _told(asked, snapshot, given, week),
        "sick": [[one.person, str(one.day)] for one in given.sick],
        "today": str(asked.service.holder.now(snapshot.world).astimezone(zone).date()),
    }
    return taken(asked, "replan", arguments, world=snapshot.world, place=given.place, after={"sick": len(given.sick)})


def _check_week(snapshot: Snapshot, place: str, week: date | None) -> date:
    """Only the week that the plan is for has a need to be scored against."""
    planned = monday_of(staffed_at(snapshot, place).places[place].problem.week.first)
    if week is not None and week != planned:
        raise InputError(f"The plan is for the week of {planned}, not of {week}.", hint="Take that week, or plan this one.")
    return planned


def _told(asked: Asked, snapshot: Snapshot, given: ReplanAsked, week: date) -> list[dict[str, Any]] | None:
    if given.shifts is not None:
        told = _shifts(given.shifts)
    else:
        kept = asked.service.state.rosters.newest(snapshot.world, given.place, week=week)
        if kept is None:
            return None
        told = list(kept.shifts)
    return [{**asdict(one), "start": one.start.isoformat(), "end": one.end.isoformat()} for one in told]


def _shifts(given: list[ShiftGiven]) -> list[RosterShift]:
    return [RosterShift(one.person, one.start, one.end, one.detail) for one in given]


def _wish(wish: Any) -> dict[str, Any]:  # noqa: ANN401  # the planner's own record of a wish
    return {"person": wish.person, "said": wish.said, "price": round(wish.price, 2)}
