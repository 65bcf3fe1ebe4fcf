"""Whether the service lives and is ready; open to all, because whoever watches it has no key."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.responses import Response

from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(prefix="/v1/health", tags=["health"], route_class=StrictRoute)


class Live(BaseModel):
    """That the process answers."""

    live: bool


class WorldReady(BaseModel):
    """Whether one world has a forecast to answer with, or is being made (in the demo).

    ``refused``: why its newest release may not answer, if it may not.
    """

    world: str
    ready: bool
    making: bool
    refused: str | None


class Ready(BaseModel):
    """Whether every world can be asked; in the demo, whether one can while the others are being made."""

    ready: bool
    worlds: list[WorldReady]


@router.get("/live", response_model=Live)
async def live() -> Response:
    """Whether the process answers at all."""
    return json_answer({"live": True})


@router.get("/ready", response_model=Ready, responses={503: {"model": Ready, "description": "A world has no forecast"}})
async def ready(request: Request) -> Response:
    """Whether every world has a forecast to answer with; 503 while one has none.

    In the demo one world is enough while the others are being made.
    """
    service: Service = request.app.state.service
    holder = service.holder
    refusals = holder.refusals
    worlds = [
        {
            "world": name,
            "ready": service.held(name) is not None,
            "making": holder.in_the_making(name),
            "refused": refusals[name].sentence if name in refusals else None,
        }
        for name in holder.names
    ]
    every = any(world["ready"] for world in worlds) and all(world["ready"] or world["making"] for world in worlds)
    return json_answer({"ready": every, "worlds": worlds}, 200 if every else 503)
