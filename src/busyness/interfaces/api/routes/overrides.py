"""What people say instead of the model: kept beside it, and scored later against what came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, json_answer, meta_of
from busyness.interfaces.api.asked import Asked, Caller, Name, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import Number
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import Real, Sentence, Word
from busyness.state.overrides import NewOverride
from busyness.state.overrides import Override as Kept
from busyness.workflows.service.ask_forecast import ForecastQuery, Override, ask_forecast
from busyness.workflows.service.by_lot import who_said
from busyness.workflows.service.snapshot import Snapshot

router = APIRouter(prefix="/v1/overrides", tags=["overrides"], route_class=StrictRoute)
MOST = 1e9
"""The largest demand that somebody may say."""


class OverrideGiven(BaseModel):
    """What somebody says of the slots from ``start`` to before ``end``: a value of each, or a factor on the model's."""

    model_config = ConfigDict(extra="forbid")
    place: Word
    start: Instant
    end: Instant
    value: Real | None = Field(None, ge=0, le=MOST)
    factor: Real | None = Field(None, ge=0, le=1000)
    reason: Sentence

    @model_validator(mode="after")
    def _one_of_both(self) -> OverrideGiven:
        if (self.value is None) == (self.factor is None):
            raise ValueError("either a value or a factor, one of them")
        return self


class OverrideSaid(BaseModel):
    """An override as it is kept."""

    id: int
    place: str
    start: AwareDatetime
    end: AwareDatetime
    value: float | None
    factor: float | None
    reason: str
    by: str
    at: AwareDatetime
    model_version: str
    model_mean: float | None = Field(description="what the model says of these slots on average")
    withdrawn_by: str | None
    withdrawn_at: AwareDatetime | None
    right: Literal["person", "model", "even"] | None = Field(description="who was nearer to what came")
    model_error: float | None
    person_error: float | None


class OverridesSaid(BaseModel):
    """A page of overrides, the newest first."""

    meta: Meta
    items: list[OverrideSaid]
    next: str | None


class Scores(BaseModel):
    """Who was right so far."""

    meta: Meta
    person: int
    model: int
    even: int
    slots: int
    person_error: float
    model_error: float


@router.get("", response_model=OverridesSaid)
def overrides(
    asked: Caller,
    *,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000)] = [],  # noqa: B006
    world: WorldName = None,
) -> Response:
    """What people said instead, the withdrawn too."""
    snapshot = asked.snapshot(world, "overrides")
    names = asked.places(snapshot, place, resource="overrides") if place else asked.scope()
    page = asked.service.state.overrides.list(snapshot.world, places=names, limit=paging.limit, cursor=paging.cursor)
    return json_answer({"meta": meta_of(asked, snapshot), "items": [_said(one) for one in page.items], "next": page.next})


@router.get("/scores", response_model=Scores)
def scores(asked: Caller, *, world: WorldName = None) -> Response:
    """Who was right so far, people or the model."""
    snapshot = asked.snapshot(world, "overrides")
    return json_answer({"meta": meta_of(asked, snapshot), **asdict(asked.service.state.overrides.scores(snapshot.world))})


@router.post("", response_model=OverrideSaid, status_code=201)
def add(asked: Caller, given: OverrideGiven, *, world: WorldName = None) -> Response:
    """Say something else than the model, with a reason; the model's own word stays beside it."""
    snapshot = asked.snapshot(world, "overrides", action="write")
    asked.places(snapshot, [given.place], resource="overrides", action="write")
    new = NewOverride(
        world=snapshot.world,
        by=asked.principal.id,
        model_version=who_said(snapshot, given.place, given.start).model_version,
        model_values=_model_values(snapshot, given),
        **given.model_dump(),
    )
    state = asked.service.state
    with state.transaction():
        kept = state.overrides.add(new, now=asked.service.now())
        asked.done("override.add", f"overrides/{kept.id}", world=kept.world, place=kept.place, after=_deed(kept))
    return json_answer(_said(kept), 201)


@router.delete("/{number:int}", response_model=OverrideSaid)
def withdraw(asked: Caller, number: Number, *, world: WorldName = None) -> Response:
    """Take an override back; it stays on record."""
    snapshot = asked.snapshot(world, "overrides", action="write")
    state = asked.service.state
    held = state.overrides.get(number)
    if held.world != snapshot.world:
        raise Problem(404, f"There is no override '{number}' in this world.", field="path.number")
    asked.may("overrides", "write", world=held.world, place=held.place)
    with state.transaction():
        kept = state.overrides.withdraw(number, by=asked.principal.id, now=asked.service.now())
        asked.done("override.withdraw", f"overrides/{number}", world=kept.world, place=kept.place, before=_deed(held))
    return json_answer(_said(kept))


def in_force(asked: Asked, snapshot: Snapshot, places: Sequence[str]) -> Mapping[str, list[Override]]:
    """This will return what people say instead at these places, oldest first."""
    first = min((times.starts[0] for times in snapshot.times.values()), default=None)
    last = max((times.starts[-1] for times in snapshot.times.values()), default=None)
    if first is None or last is None:
        return {}
    end = (last + snapshot.forecast.slots.length.step).item().replace(tzinfo=UTC)
    standing = asked.service.state.overrides.standing(
        snapshot.world, start=first.item().replace(tzinfo=UTC), end=end, places=places if len(places) <= 500 else None
    )
    said: dict[str, list[Override]] = {}
    for one in standing:
        said.setdefault(one.place, []).append(Override(one.start, one.end, one.value, one.factor))
    return said


def _model_values(snapshot: Snapshot, given: OverrideGiven) -> tuple[tuple[datetime, float], ...]:
    said = ask_forecast(snapshot, ForecastQuery((given.place,), given.start, given.end)).places[0]
    return tuple((time.item().replace(tzinfo=UTC), float(mean)) for time, mean in zip(said.times, said.mean, strict=True))


def _said(kept: Kept) -> dict[str, Any]:
    values = [mean for _, mean in kept.model_values]
    return {
        **{name: getattr(kept, name) for name in OverrideSaid.model_fields if name != "model_mean"},
        "model_mean": sum(values) / len(values) if values else None,
    }


def _deed(kept: Kept) -> dict[str, Any]:
    return {
        "start": kept.start.isoformat(),
        "end": kept.end.isoformat(),
        "value": kept.value,
        "factor": kept.factor,
        "reason": kept.reason,
    }
