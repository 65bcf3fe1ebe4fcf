"""When places are likely to be busiest."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from busyness.interfaces.api.answers import Page, TableAnswer, meta_of, table_answer
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.instants import Day
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.ask_peaks import ask_peaks

router = APIRouter(prefix="/v1", tags=["forecast"], route_class=StrictRoute)


@router.get("/peaks", response_model=TableAnswer, responses=IN_THREE_FORMS)
def peaks(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000, description="none: all that you see")] = [],  # noqa: B006
    day: Annotated[Day | None, Query(description="a local date; none: all")] = None,
    world: WorldName = None,
) -> Response:
    """The likely peaks of each place and day, with their probability."""
    snapshot = asked.snapshot(world, "peaks")
    names = asked.places(snapshot, place, resource="peaks")
    asked.remember(snapshot)
    found = ask_peaks(snapshot, places=names, day=day)
    return table_answer(found, meta=meta_of(asked, snapshot), form=form, paging=paging, mark=snapshot.etag)
