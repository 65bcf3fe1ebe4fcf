"""What comes: the question that is asked most, and that the door mostly answers from memory."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, Paging, frame_answer, json_answer, meta_of, numbers, rounded
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.routes.overrides import in_force
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.ask_forecast import LEVELS, Every, ForecastQuery, PlaceForecast, ask_forecast

router = APIRouter(prefix="/v1", tags=["forecast"], route_class=StrictRoute)
Level = Annotated[float, Field(gt=0, lt=1)]


class ForecastMeta(Meta):
    """What a forecast's answer was made from."""

    levels: list[float]
    every: str


class PlaceSays(BaseModel):
    """One place's forecast: lists as long as ``times``."""

    place: str
    name: str
    timezone: str
    times: list[AwareDatetime] = Field(description="starts of slots or periods, local time with its offset")
    open: list[bool]
    mean: list[float]
    quantiles: dict[str, list[float]] = Field(description="by level")
    override: list[float | None] = Field(description="what a person says instead, null where nobody does")
    said_by: list[Literal["champion", "challenger", "both"]] | None = Field(
        description="in a trial, which model says each time (both: a period with days of each); null: the champion says all"
    )


class ForecastSays(BaseModel):
    """The forecasts of the places, in the order they were asked for."""

    meta: ForecastMeta
    places: list[PlaceSays]
    next: str | None


class Span:
    """Which slots, which levels, and how to add up."""

    def __init__(
        self,
        *,
        start: Annotated[Instant | None, Query(description="none: from the first slot")] = None,
        end: Annotated[Instant | None, Query(description="before this; none: to the last slot")] = None,
        levels: Annotated[
            str,
            Query(max_length=200, pattern=r"^0?\.\d{1,4}(,0?\.\d{1,4})*$", description="0.1,0.5,0.9"),
        ] = ",".join(map(str, LEVELS)),
        every: Annotated[Every, Query(description="slot by slot, or sums of local days or weeks")] = "slot",
    ) -> None:
        self.start, self.end, self.every = start, end, every
        self.levels = tuple(float(level) for level in levels.split(","))

    def of(self, places: tuple[str, ...]) -> ForecastQuery:
        """This will make the question about these places."""
        return ForecastQuery(places, self.start, self.end, self.levels, self.every)


@router.get("/forecast", response_model=ForecastSays, responses=IN_THREE_FORMS)
def forecast(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    span: Annotated[Span, Depends()],
    place: Annotated[list[Name], Query(max_length=1000, description="none: all that you see")] = [],  # noqa: B006
    world: WorldName = None,
) -> Response:
    """What comes at the places: mean, quantiles, and what people say instead."""
    snapshot = asked.snapshot(world, "forecast")
    names = asked.places(snapshot, place, resource="forecast")
    asked.remember(snapshot)
    begin = paging.begin(snapshot.etag)
    page, after = _page(names, begin, paging=paging, mark=snapshot.etag)
    said = ask_forecast(snapshot, span.of(page), overrides=in_force(asked, snapshot, page)) if page else None
    meta = {**meta_of(asked, snapshot), "levels": list(span.levels), "every": span.every}
    if form != "json":
        frame = said.to_polars() if said else ask_forecast(snapshot, span.of(snapshot.forecast.ids[:1])).to_polars().clear()
        return frame_answer(rounded(frame), meta=meta, form=form, after=after)
    levels = [f"{level:g}" for level in (said.levels if said else ())]
    return json_answer(
        {"meta": meta, "places": [_one(place, levels) for place in said.places] if said else [], "next": after}
    )


def _page(names: tuple[str, ...], begin: int, *, paging: Paging, mark: str) -> tuple[tuple[str, ...], str | None]:
    end = begin + paging.limit
    return names[begin:end], paging.after(end, mark) if len(names) > end else None


def _one(said: PlaceForecast, levels: list[str]) -> dict[str, Any]:
    return {
        "place": said.place.id,
        "name": said.place.label,
        "timezone": said.place.timezone,
        "times": list(said.labels),
        "open": said.open.tolist(),
        "mean": numbers(said.mean),
        "quantiles": {level: numbers(said.quantiles[:, k]) for k, level in enumerate(levels)},
        "override": numbers(said.override),
        "said_by": said.said_by,
    }
