"""The places of a world: all, by a part of the name, the nearest to a point; one of them, and its shape on a map."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, TableAnswer, json_answer, meta_of, rounded, table_answer
from busyness.interfaces.api.asked import Caller, WorldName
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.ask_places import Near, ask_places, shape_of

router = APIRouter(prefix="/v1/places", tags=["places"], route_class=StrictRoute)
PlaceId = Annotated[str, Path(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/]+$", description="a place's id")]


class PlaceAnswer(BaseModel):
    """One place."""

    meta: Meta
    item: dict[str, Any]


class Feature(BaseModel):
    """A GeoJSON feature; geometry is null where nothing is known of the place's position."""

    type: str
    id: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class Around:
    """A point, and how many of the nearest places are wanted."""

    def __init__(
        self,
        *,
        latitude: Annotated[float | None, Query(ge=-90, le=90, description="degrees, with longitude")] = None,
        longitude: Annotated[float | None, Query(ge=-180, le=180, description="degrees, with latitude")] = None,
        nearest: Annotated[int, Query(ge=1, le=1000, description="how many, with a point")] = 5,
    ) -> None:
        self.point = (latitude, longitude, nearest)

    def near(self) -> Near | None:
        """This will return the point, if one was given; raises ``Problem`` 422 for half a point."""
        latitude, longitude, nearest = self.point
        if latitude is None and longitude is None:
            return None
        if latitude is None or longitude is None:
            missing = "latitude" if latitude is None else "longitude"
            raise Problem(422, f"'{missing}' is missing.", field=f"query.{missing}", hint="Give both or none.")
        return Near(latitude, longitude, nearest)


@router.get("", response_model=TableAnswer, responses=IN_THREE_FORMS)
def places(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    around: Annotated[Around, Depends()],
    world: WorldName = None,
    search: Annotated[str, Query(max_length=200, description="a part of a name or id")] = "",
) -> Response:
    """The places that you see."""
    snapshot = asked.snapshot(world, "places")
    asked.remember(snapshot)
    found = ask_places(snapshot, only=asked.principal.places, search=search, near=around.near())
    return table_answer(found, meta=meta_of(asked, snapshot), form=form, paging=paging, mark=snapshot.etag)


@router.get("/{place}", response_model=PlaceAnswer)
def place(asked: Caller, place: PlaceId, *, world: WorldName = None) -> Response:
    """One place."""
    snapshot = asked.snapshot(world, "places")
    asked.places(snapshot, [place], resource="places")
    asked.remember(snapshot)
    row = rounded(ask_places(snapshot, only={place})).to_dicts()[0]
    return json_answer({"meta": meta_of(asked, snapshot), "item": row})


@router.get("/{place}/shape", response_model=Feature)
def shape(asked: Caller, place: PlaceId, *, world: WorldName = None) -> Response:
    """A place's outline, or the point where it lies, as GeoJSON."""
    snapshot = asked.snapshot(world, "places")
    asked.places(snapshot, [place], resource="places")
    asked.remember(snapshot)
    return json_answer(shape_of(snapshot, place))
