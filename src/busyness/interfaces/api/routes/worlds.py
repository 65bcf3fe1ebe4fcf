"""Which worlds there are for the caller."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import json_answer, meta_of
from busyness.interfaces.api.asked import Caller
from busyness.interfaces.api.routes.me import language_of
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(prefix="/v1", tags=["worlds"], route_class=StrictRoute)


class World(BaseModel):
    """One world; what follows ``ready`` is null while it has no forecast."""

    name: str
    title: str
    ready: bool
    simulated: bool | None = Field(description="no real visits or people are behind its data")
    clock: AwareDatetime
    noun: str | None
    unit: str | None
    slot_minutes: int | None
    origin: AwareDatetime | None
    end: AwareDatetime | None
    timezone: str | None
    release: str | None
    model_version: str | None
    made_at: AwareDatetime | None
    places: int | None
    plans: list[str]


class Worlds(BaseModel):
    """The worlds in the service's order."""

    items: list[World]


@router.get("/worlds", response_model=Worlds)
def worlds(asked: Caller) -> Response:
    """The worlds that you see, and which forecast answers in each."""
    holder, language = asked.service.holder, language_of(asked)
    items = []
    for name in holder.names:
        if not asked.principal.sees_world(name):
            continue
        snapshot = asked.service.held(name)
        item = {**dict.fromkeys(World.model_fields), "name": name, "title": holder.settings[name].titled(language)}
        item |= {"ready": snapshot is not None, "clock": holder.now(name), "plans": []}
        if snapshot is not None:
            meta, said = meta_of(asked, snapshot), snapshot.forecast
            item |= {key: meta[key] for key in meta.keys() & item.keys()}
            item |= {
                "simulated": snapshot.simulated,
                "slot_minutes": said.slots.length.minutes,
                "end": meta["origin"] + (said.slots.end - said.slots.start).item(),
                "places": len(asked.principal.places_among(said.ids)),
                "plans": sorted(kind for kind in snapshot.plans if f"{kind}:read" in asked.principal.permissions),
            }
        items.append(item)
    return json_answer({"items": items})
