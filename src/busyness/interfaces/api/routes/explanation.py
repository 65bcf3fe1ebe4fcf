"""Why a slot's forecast is what it is: by how much each family of features moved it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, json_answer, meta_of
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.routes.me import language_of
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.explain import Share
from busyness.workflows.service.by_lot import who_said
from busyness.workflows.service.live_explanation import explain_slot

router = APIRouter(prefix="/v1/explanation", tags=["forecast"], route_class=StrictRoute)


class FamilySaid(BaseModel):
    """A family of features, and by how much it moved the forecast."""

    family: str
    contribution: float
    words: str


class FeatureSaid(BaseModel):
    """One of the foremost features."""

    feature: str
    contribution: float
    value: float | None = Field(description="what it was; null: not known")


class ExplanationSaid(BaseModel):
    """Why; the families add up to the forecast."""

    meta: Meta
    place: str
    time: AwareDatetime = Field(description="the slot's start")
    forecast: float = Field(description="the median")
    families: list[FamilySaid]
    features: list[FeatureSaid]
    words: str = Field(description="all of it in a sentence")


@router.get("", response_model=ExplanationSaid)
def explanation(
    asked: Caller,
    *,
    place: Name,
    time: Annotated[Instant, Query(description="a time in the slot")],
    lang: Annotated[Literal["en", "es"] | None, Query(description="of the words; none: yours")] = None,
    world: WorldName = None,
) -> Response:
    """What moved the forecast of one slot, and by how much."""
    snapshot = asked.snapshot(world, "explanation")
    asked.places(snapshot, [place], resource="explanation")
    snapshot = who_said(snapshot, place, time)
    found = explain_slot(snapshot, place, time, language=lang or language_of(asked))
    return json_answer(
        {
            "meta": meta_of(asked, snapshot),
            "place": found.place,
            "time": found.time,
            "forecast": found.forecast,
            "families": [_family(share) for share in found.families],
            "features": [_feature(share) for share in found.features],
            "words": found.sentence,
        }
    )


def _family(share: Share) -> dict[str, object]:
    return {"family": share.name, "contribution": round(share.amount, 4), "words": share.said}


def _feature(share: Share) -> dict[str, object]:
    return {"feature": share.name, "contribution": round(share.amount, 4), "value": share.value}
