"""How good data and forecasts are: what was found in the data, accuracy over time, drift, and what the gate said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, TableAnswer, json_answer, meta_of, rounded, table_answer
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.ask_accuracy import ask_accuracy
from busyness.workflows.service.ask_drift import ask_drift

router = APIRouter(prefix="/v1/quality", tags=["quality"], route_class=StrictRoute)


class CheckSaid(BaseModel):
    """One check of the gate."""

    name: str
    verdict: Literal["passed", "warned", "refused"]
    sentence: str


class RefusalSaid(BaseModel):
    """Why the newest release may not answer."""

    release: str
    at: AwareDatetime
    sentence: str
    checks: list[CheckSaid]


class Quality(BaseModel):
    """Everything about how good things are, in one answer."""

    meta: Meta
    health: dict[str, Any]
    scores: dict[str, Any]
    accuracy: list[dict[str, Any]]
    by_day: list[dict[str, Any]]
    drift: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    checks: list[CheckSaid]
    refusal: RefusalSaid | None


@router.get("", response_model=Quality)
def quality(asked: Caller, *, world: WorldName = None) -> Response:
    """What was found in the data, how good the forecasts were day by day, drift, and what the gate said."""
    snapshot = asked.snapshot(world, "quality")
    names = asked.places(snapshot, [], resource="quality")
    refusal = asked.service.holder.refusals.get(snapshot.world)
    findings = snapshot.quality
    if findings is not None and asked.principal.places is not None and "place" in findings.columns:
        findings = findings.filter(findings["place"].is_in(list(names)))
    return json_answer(
        {
            "meta": meta_of(asked, snapshot),
            "health": snapshot.health,
            "scores": snapshot.scores,
            "accuracy": rounded(ask_accuracy(snapshot, places=names, by="all")).to_dicts(),
            "by_day": rounded(ask_accuracy(snapshot, places=names, by="day")).to_dicts(),
            "drift": rounded(ask_drift(snapshot, places=names)).to_dicts(),
            "findings": rounded(findings).to_dicts() if findings is not None else [],
            "checks": [asdict(check) for check in asked.service.holder.checks(snapshot.world)],
            "refusal": None
            if refusal is None
            else {
                "release": refusal.release,
                "at": refusal.at,
                "sentence": refusal.sentence,
                "checks": [asdict(check) for check in refusal.checks],
            },
        }
    )


@router.get("/accuracy", response_model=TableAnswer, responses=IN_THREE_FORMS)
def accuracy(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000)] = [],  # noqa: B006
    by: Annotated[Literal["day", "place", "place_day", "all"], Query()] = "day",
    world: WorldName = None,
) -> Response:
    """How good the forecasts of the last weeks were."""
    snapshot = asked.snapshot(world, "quality")
    names = asked.places(snapshot, place, resource="quality")
    asked.remember(snapshot)
    found = ask_accuracy(snapshot, places=names, by=by)
    return table_answer(found, meta=meta_of(asked, snapshot), form=form, paging=paging, mark=snapshot.etag)
