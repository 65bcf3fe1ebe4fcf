"""What came in the last weeks, and what had been said of it."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, frame_answer, json_answer, meta_of, numbers, rounded
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.ask_history import PlaceHistory, ask_history, history_table

router = APIRouter(prefix="/v1", tags=["forecast"], route_class=StrictRoute)


class PlacePast(BaseModel):
    """One place's past: lists as long as ``times``."""

    place: str
    name: str
    timezone: str
    times: list[AwareDatetime]
    demand: list[float | None] = Field(description="null where nothing was observed, or too little to be shown")
    forecast: list[float | None] = Field(description="what had been said; null where nothing was")
    low: list[float | None] = Field(description="of the 80 % band that had been said")
    high: list[float | None]
    suppressed: list[bool] = Field(description="where a count is too small to be shown")


class History(BaseModel):
    """The past of the places."""

    meta: Meta
    places: list[PlacePast]
    next: str | None


@router.get("/history", response_model=History, responses=IN_THREE_FORMS)
def history(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000, description="none: all that you see")] = [],  # noqa: B006
    start: Annotated[Instant | None, Query()] = None,
    end: Annotated[Instant | None, Query(description="before this")] = None,
    world: WorldName = None,
) -> Response:
    """What came at the places in the last weeks, beside what had been said of it."""
    snapshot = asked.snapshot(world, "history")
    names = asked.places(snapshot, place, resource="history")
    asked.remember(snapshot)
    begin = paging.begin(snapshot.etag)
    page = names[begin : begin + paging.limit]
    after = paging.after(begin + paging.limit, snapshot.etag) if len(names) > begin + paging.limit else None
    found = ask_history(snapshot, page, start=start, end=end)
    meta = meta_of(asked, snapshot)
    if form == "json":
        return json_answer({"meta": meta, "places": [_one(one) for one in found], "next": after})
    table = history_table(found) if found else pl.DataFrame()
    return frame_answer(rounded(table), meta=meta, form=form, after=after)


def _one(past: PlaceHistory) -> dict[str, Any]:
    return {
        "place": past.place.id,
        "name": past.place.label,
        "timezone": past.place.timezone,
        "times": list(past.labels),
        **{name: numbers(getattr(past, name)) for name in ("demand", "forecast", "low", "high")},
        "suppressed": past.suppressed.tolist(),
    }
