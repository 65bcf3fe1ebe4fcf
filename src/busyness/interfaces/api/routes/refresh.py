"""A new forecast with the counts that were posted, by a job."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from busyness.domain.errors import ForbiddenError
from busyness.interfaces.api.asked import Caller
from busyness.interfaces.api.routes.jobs import JobTaken, taken
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.refreshing import refresh_arguments

router = APIRouter(prefix="/v1/worlds", tags=["worlds"], route_class=StrictRoute)
World = Annotated[str, Path(max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$")]


@router.post("/{world}/refresh", response_model=JobTaken, status_code=202)
def refresh(asked: Caller, world: World) -> Response:
    """Forecast again from where the posted counts end. The job's result is the release, which then answers."""
    snapshot = asked.snapshot(world, "observations", action="write")
    if asked.principal.places is not None:
        raise ForbiddenError(
            "A forecast is made for all places of a world.", resource="observations", action="write", hint="Ask operations."
        )
    arguments = refresh_arguments(asked.service.state, asked.service.holder, snapshot.world)
    return taken(asked, "refresh", arguments, world=snapshot.world, after={"counts": len(arguments["demand"])})
