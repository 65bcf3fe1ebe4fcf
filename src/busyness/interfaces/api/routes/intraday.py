"""Proposals of the day: offered, accepted or refused with a tap, what came of them, and the answers as a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, TableAnswer, frame_answer, json_answer, meta_of, rounded
from busyness.interfaces.api.asked import Asked, Caller, Name, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import Number
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import MaybeSentence, MaybeWord, Real, Whole, Word
from busyness.state.proposals import ACCEPTED, OFFERED, NewProposal, Proposal

router = APIRouter(prefix="/v1/intraday", tags=["intraday"], route_class=StrictRoute)


_LOG: Mapping[str, pl.DataType | type[pl.DataType]] = {
    "cluster": pl.String,
    "time": pl.Datetime("us", "UTC"),
    "turn": pl.Int64,
    "accepted": pl.Boolean,
    "by": pl.String,
    "travel_minutes": pl.Float64,
    "place": pl.String,
    "kind": pl.String,
    "reason": pl.String,
    "answered_at": pl.Datetime("us", "UTC"),
}
"""What ``busyness plan intraday-log --answers`` reads, and more."""


class Offer(BaseModel):
    """One move of one step, as ``busyness plan intraday`` writes it into offers.json."""

    model_config = ConfigDict(extra="forbid")
    place: Word = Field(description="where somebody arrives, or leaves for home")
    kind: Literal["move", "call", "send"]
    time: Instant = Field(description="start of the step")
    turn: Whole = Field(0, ge=0, le=100, description="of the decisions in one step, from 0")
    cluster: MaybeWord = Field("", description="the places whose people are exchanged, as the plan calls them")
    leaves: MaybeWord = Field("", alias="from", description="the place that gives somebody")
    to: MaybeWord = ""
    reason: MaybeSentence = ""
    gain: Real | None = Field(None, ge=-1e12, le=1e12, description="what it should save")
    currency: MaybeWord = ""
    ends_at: Instant | None = Field(None, description="no answer is taken from then on")


class Offers(BaseModel):
    """What is offered."""

    model_config = ConfigDict(extra="forbid")
    items: list[Offer] = Field(max_length=100)


class Answer(BaseModel):
    """Yes or no, and why."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["accept", "refuse"]
    reason: MaybeSentence = ""


class Outcome(BaseModel):
    """What came of a proposal."""

    model_config = ConfigDict(extra="forbid")
    cost: Real | None = Field(None, ge=-1e12, le=1e12, description="what it cost (saved: below zero)")
    people: Whole | None = Field(None, ge=0, le=10_000, description="how many people it concerned")
    travel_minutes: Real | None = Field(None, ge=0, le=1440, description="minutes it took who went")
    note: MaybeSentence = ""


class ProposalSaid(BaseModel):
    """A proposal, the answer to it, and what came of it."""

    id: int
    place: str
    kind: str
    content: dict[str, Any]
    offered_at: AwareDatetime
    ends_at: AwareDatetime | None
    status: Literal["offered", "accepted", "refused"]
    answered_by: str | None
    answered_at: AwareDatetime | None
    reason: str
    outcome: dict[str, Any] | None
    outcome_at: AwareDatetime | None


class OffersSaid(BaseModel):
    """The proposals, as they stand."""

    items: list[ProposalSaid]


class ProposalsSaid(BaseModel):
    """A page of proposals, the newest first."""

    meta: Meta
    items: list[ProposalSaid]
    next: str | None


@router.get("", response_model=ProposalsSaid)
def proposals(
    asked: Caller,
    *,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000)] = [],  # noqa: B006
    only_open: Annotated[bool, Query(alias="open", description="only those that can be answered now")] = False,
    world: WorldName = None,
) -> Response:
    """What is and was proposed."""
    snapshot = asked.snapshot(world, "intraday")
    names = asked.places(snapshot, place, resource="intraday") if place else asked.scope()
    page = asked.service.state.proposals.list(
        snapshot.world,
        places=names,
        open_at=asked.service.now() if only_open else None,
        limit=paging.limit,
        cursor=paging.cursor,
    )
    items = [proposal_said(one) for one in page.items]
    return json_answer({"meta": meta_of(asked, snapshot), "items": items, "next": page.next})


@router.post("", response_model=OffersSaid, status_code=201)
def offers(asked: Caller, *, given: Offers, world: WorldName = None) -> Response:
    """Offer what a plan proposes. What was offered before is told as it stands: the same call twice changes nothing."""
    snapshot = asked.snapshot(world, "intraday", action="write")
    if given.items:
        asked.places(snapshot, [one.place for one in given.items], resource="intraday", action="write")
    state, now = asked.service.state, asked.service.now()
    kept = []
    with state.transaction():
        for one in given.items:
            proposal = state.proposals.offer(_new(one, snapshot.world), now=now)
            if proposal.offered_at == now and proposal.status == OFFERED:
                _check_open(one, asked.service.holder.now(snapshot.world))
                after = {"kind": proposal.kind, "reference": proposal.reference}
                asked.done("intraday.offer", f"intraday/{proposal.id}", world=snapshot.world, place=one.place, after=after)
            kept.append(proposal)
    return json_answer({"items": [proposal_said(one) for one in kept]}, 201)


@router.get("/log", response_model=TableAnswer, responses=IN_THREE_FORMS)
def log(
    asked: Caller,
    *,
    form: Form,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000)] = [],  # noqa: B006
    world: WorldName = None,
) -> Response:
    """The answers to what was offered, the newest first, as the log of the day's decisions takes them (--answers).

    Proposals that nobody has answered yet, or that name no step, are not among them; a page may hold fewer rows than asked.
    """
    snapshot = asked.snapshot(world, "intraday")
    names = asked.places(snapshot, place, resource="intraday") if place else asked.scope()
    page = asked.service.state.proposals.list(snapshot.world, places=names, limit=paging.limit, cursor=paging.cursor)
    rows = [_logged(one) for one in page.items if one.status != OFFERED and "time" in one.content]
    frame = rounded(pl.DataFrame(rows, schema=dict(_LOG), orient="row"))
    return frame_answer(frame, meta=meta_of(asked, snapshot), form=form, after=page.next)


@router.post("/{number:int}", response_model=ProposalSaid)
def answer(asked: Caller, number: Number, *, given: Answer, world: WorldName = None) -> Response:
    """Accept a proposal, or refuse it. Of two answers at once one counts; the other is told (409)."""
    held = _held(asked, number, world)
    state = asked.service.state
    with state.transaction():
        kept = state.proposals.answer(
            number,
            accept=given.answer == "accept",
            by=asked.principal.id,
            now=asked.service.now(),
            reason=given.reason,
        )
        after = {"answer": given.answer, "reason": given.reason}
        asked.done("intraday.answer", f"intraday/{number}", world=held.world, place=held.place, after=after)
    return json_answer(proposal_said(kept))


@router.post("/{number:int}/outcome", response_model=ProposalSaid)
def outcome(asked: Caller, number: Number, *, given: Outcome, world: WorldName = None) -> Response:
    """Note what came of a proposal, of a refused one too."""
    held = _held(asked, number, world)
    state = asked.service.state
    after = given.model_dump()
    with state.transaction():
        kept = state.proposals.record(number, after, now=asked.service.now())
        asked.done("intraday.outcome", f"intraday/{number}", world=held.world, place=held.place, after=after)
    return json_answer(proposal_said(kept))


def proposal_said(kept: Proposal) -> dict[str, Any]:
    """This will return a proposal as answers tell it."""
    return {name: getattr(kept, name) for name in ProposalSaid.model_fields}


def _new(one: Offer, world: str) -> NewProposal:
    time = one.time.astimezone(UTC).isoformat()
    details = {"cluster": one.cluster, "time": time, "turn": one.turn, "from": one.leaves, "to": one.to}
    told = {"reason": one.reason, "gain": one.gain, "currency": one.currency}
    return NewProposal(
        world=world,
        place=one.place,
        reference=f"{one.cluster or one.place}|{time}|{one.turn}",
        kind=one.kind,
        content={**details, **told},
        ends_at=one.ends_at,
    )


def _check_open(one: Offer, clock: datetime) -> None:
    """Nobody could answer what has ended already."""
    if one.ends_at is not None and one.ends_at <= clock:
        ended, told = (f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for at in (one.ends_at, clock))
        raise Problem(
            422,
            f"The offer for '{one.place}' ended at {ended}, and here it is {told} already.",
            field="body.items.ends_at",
            hint="Offer what can still be answered, or leave ends_at out.",
        )


def _logged(kept: Proposal) -> dict[str, Any]:
    content, outcome = kept.content, kept.outcome or {}
    return {
        "cluster": content.get("cluster") or None,
        "time": datetime.fromisoformat(content["time"]),
        "turn": content.get("turn", 0),
        "accepted": kept.status == ACCEPTED,
        "by": kept.answered_by,
        "travel_minutes": outcome.get("travel_minutes"),
        "place": kept.place,
        "kind": kept.kind,
        "reason": kept.reason,
        "answered_at": kept.answered_at,
    }


def _held(asked: Asked, number: int, world: str | None) -> Proposal:
    name = asked.world(world)
    asked.may("intraday", "write", world=name)
    held = asked.service.state.proposals.get(number)
    if held.world != name:
        raise Problem(404, f"There is no proposal '{number}' in this world.", field="path.number")
    asked.may("intraday", "write", world=name, place=held.place)
    return held
