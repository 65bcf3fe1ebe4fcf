"""What finance assumes: numbers nobody measured, edited, and the page reckoned again."""

from __future__ import annotations

from dataclasses import fields

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.decisions.money.assumptions import Assumptions
from busyness.domain.errors import ForbiddenError, InputError, did_you_mean
from busyness.interfaces.api.asked import Caller, WorldName
from busyness.interfaces.api.routes.jobs import JobTaken, taken
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(prefix="/v1/money", tags=["plans"], route_class=StrictRoute)
_KNOWN = tuple(fact.name for fact in fields(Assumptions))


class AssumptionsGiven(BaseModel):
    """Numbers by name; those that are not given stay as they are."""

    model_config = ConfigDict(extra="forbid")
    assumptions: dict[str, float] = Field(min_length=1, max_length=len(_KNOWN))


@router.put("/assumptions", response_model=JobTaken, status_code=202)
def assume(asked: Caller, *, given: AssumptionsGiven, world: WorldName = None) -> Response:
    """Reckon the money page again with other assumptions. The job's result: the plan's facts."""
    snapshot = asked.snapshot(world, "money", action="write")
    if asked.principal.places is not None:
        raise ForbiddenError(
            "Assumptions are of the whole world, and you see some of its places.", resource="money", action="write"
        )
    for name, value in given.assumptions.items():
        if name not in _KNOWN:
            raise InputError(f"There is no assumption '{name}'.", hint=did_you_mean(name, _KNOWN) or ", ".join(_KNOWN))
        if not 0 <= value < 1e9:
            raise InputError(f"{name} cannot be {value:g}.", hint="Give a number of 0 or more.")
    if "money" not in snapshot.plans or "staffing" not in snapshot.plans:
        raise InputError("This release has no money page to reckon again.", hint="Run it with plans: money and staffing.")
    arguments = {"world": snapshot.world, "folder": str(snapshot.folder), "assumptions": given.assumptions}
    return taken(asked, "money", arguments, world=snapshot.world, after=dict(given.assumptions))
