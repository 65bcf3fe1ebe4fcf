"""What would be expected if a promotion, a holiday or the weather were different: long work, answered by a job."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.responses import Response

from busyness.domain.errors import InputError
from busyness.interfaces.api.asked import Caller, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.routes.jobs import JobTaken, taken
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import MaybeWord, Word
from busyness.workflows.folder import MODEL, SETTINGS
from busyness.workflows.service.snapshot import Snapshot

router = APIRouter(prefix="/v1/what-if", tags=["forecast"], route_class=StrictRoute)


class ChangeGiven(BaseModel):
    """One thing that is different from ``start`` to before ``end``."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["promotion", "holiday", "weather"]
    start: Instant
    end: Instant
    name: MaybeWord = Field("", description="the promotion's, the holiday's, or temperature, precipitation, …")
    value: float = Field(1.0, ge=-1e6, le=1e6, description="1: it runs; 0: it does not; degrees, millimetres")
    add: bool = Field(False, description="the value is added to what is known")
    places: list[Word] = Field([], max_length=1000, description="none: all that are asked about")

    @model_validator(mode="after")
    def _forward(self) -> ChangeGiven:
        if self.end <= self.start:
            raise ValueError("a change that ends after it begins")
        return self


class WhatIfGiven(BaseModel):
    """What is different, and which places are asked about."""

    model_config = ConfigDict(extra="forbid")
    changes: list[ChangeGiven] = Field(min_length=1, max_length=20)
    places: list[Word] = Field([], max_length=1000, description="none: all that you see")


@router.post("", response_model=JobTaken, status_code=202)
def ask(asked: Caller, *, given: WhatIfGiven, world: WorldName = None) -> Response:
    """Forecast again with something changed. The job's result: items of place, time, before, after, difference."""
    snapshot = asked.snapshot(world, "what_if", action="write")
    names = asked.places(snapshot, given.places, resource="what_if", action="write")
    for change in given.changes:
        asked.places(snapshot, change.places, resource="what_if", action="write")
    _check_possible(snapshot)
    within = list(names) if given.places or asked.principal.places is not None else []
    changes = [{**change.model_dump(mode="json"), "places": change.places or within} for change in given.changes]
    arguments = {"world": snapshot.world, "folder": str(snapshot.folder), "changes": changes, "places": within}
    after = {"changes": len(changes), "kinds": sorted({change.kind for change in given.changes})}
    return taken(asked, "what_if", arguments, world=snapshot.world, after=after)


def _check_possible(snapshot: Snapshot) -> None:
    """What can never be answered is said at once, not by a job."""
    for name in (MODEL, SETTINGS):
        if not (snapshot.folder / name).exists():
            raise InputError(
                f"This release does not hold its {name.removesuffix('.json')}, so nothing can be asked of it again.",
                hint="Forecast again with busyness run.",
            )
