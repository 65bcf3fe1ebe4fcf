"""Today at a glance: now against the forecast, what comes next, alerts, and what is proposed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, json_answer, meta_of
from busyness.interfaces.api.asked import Asked, Caller, Name, WorldName
from busyness.interfaces.api.routes.intraday import ProposalSaid, proposal_said
from busyness.interfaces.api.routes.me import language_of
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.tables import columns as c
from busyness.workflows.service.alert_words import said
from busyness.workflows.service.alerts import alerts_of
from busyness.workflows.service.ask_now import PlaceNow, ask_now
from busyness.workflows.service.ask_signals import ask_signals
from busyness.workflows.service.snapshot import Snapshot

router = APIRouter(prefix="/v1", tags=["forecast"], route_class=StrictRoute)
_POSTED_DAYS = 8


class SlotSaid(BaseModel):
    """One slot: what came, what was expected, and the band that holds 80 %."""

    time: str = Field(description="its start, local time")
    observed: float | None
    expected: float | None
    low: float | None
    high: float | None
    suppressed: bool
    said_by: Literal["champion", "challenger"] = Field(description="which model expected it")


class PlaceStands(BaseModel):
    """How a place stands now."""

    place: str
    name: str
    timezone: str
    now: SlotSaid
    seen: SlotSaid | None = Field(description="the newest slot that was observed")
    status: Literal["above", "below", "within", "closed", "late", "unknown"]
    run: int = Field(description="how many slots in a row lay outside the band")
    missing: int = Field(description="open slots that have ended without a count")
    next_peaks: list[dict[str, Any]]


class AlertSaid(BaseModel):
    """Something to look at."""

    level: Literal["info", "warning", "serious"]
    code: str
    place: str | None
    params: dict[str, Any]
    text: str


class Now(BaseModel):
    """The Today page in one answer."""

    meta: Meta
    places: list[PlaceStands]
    alerts: list[AlertSaid]
    proposals: list[ProposalSaid]


@router.get("/now", response_model=Now)
def now(
    asked: Caller,
    *,
    place: Annotated[list[Name], Query(max_length=1000, description="none: all that you see")] = [],  # noqa: B006
    lang: Annotated[Literal["en", "es"] | None, Query(description="of the alerts; none: yours")] = None,
    world: WorldName = None,
) -> Response:
    """How every place stands now, what comes next there, what to look at, and what is proposed."""
    snapshot = asked.snapshot(world, "forecast")
    names = asked.places(snapshot, place, resource="forecast")
    time = asked.service.holder.now(snapshot.world)
    holder, posted = asked.service.holder, _posted(asked, snapshot)
    standing = ask_now(snapshot, time, places=names, posted=posted)
    refusal = holder.refusals.get(snapshot.world)
    drift = ask_signals(snapshot, time, posted=posted, releases=holder.releases(snapshot.world))
    language = lang or language_of(asked)
    alerts = alerts_of(snapshot, standing, now=time, refusal=refusal, drift=drift)
    may = "intraday:read" in asked.principal.permissions
    state = asked.service.state
    open_ones = state.proposals.list(snapshot.world, places=asked.scope(), open_at=asked.service.now()).items if may else ()
    return json_answer(
        {
            "meta": meta_of(asked, snapshot),
            "places": [_stands(one) for one in standing],
            "alerts": [{**asdict(alert), "text": said(alert, language)} for alert in alerts],
            "proposals": [proposal_said(one) for one in open_ones],
        }
    )


def _posted(asked: Asked, snapshot: Snapshot) -> pl.DataFrame:
    time = asked.service.holder.now(snapshot.world)
    kept = asked.service.state.observations.newest(
        snapshot.world, start=time - timedelta(days=_POSTED_DAYS), end=time + timedelta(days=1)
    )
    newest = kept.sort(c.KNOWN_AT, maintain_order=True).unique([c.PLACE, c.TIME], keep="last", maintain_order=True)
    return newest.select(c.PLACE, c.TIME, pl.col(c.AMOUNT).alias(c.DEMAND))


def _stands(one: PlaceNow) -> dict[str, Any]:
    return {
        "place": one.place.id,
        "name": one.place.label,
        "timezone": one.place.timezone,
        "now": asdict(one.now),
        "seen": asdict(one.seen) if one.seen else None,
        "status": one.status,
        "run": one.run,
        "missing": one.missing,
        "next_peaks": [dict(peak) for peak in one.next_peaks],
    }
