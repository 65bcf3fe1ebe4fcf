"""Proposals of the day: accepted or refused with a tap, and what came of them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Meta, Page, json_answer, meta_of
from busyness.interfaces.api.asked import Asked, Caller, Name, WorldName
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import Number
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import MaybeSentence, Real, Whole
from busyness.state.proposals import Proposal

router = APIRouter(prefix="/v1/intraday", tags=["intraday"], route_class=StrictRoute)


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


@router.post("/{number}", response_model=ProposalSaid)
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


@router.post("/{number}/outcome", response_model=ProposalSaid)
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


def _held(asked: Asked, number: int, world: str | None) -> Proposal:
    name = asked.world(world)
    asked.may("intraday", "write", world=name)
    held = asked.service.state.proposals.get(number)
    if held.world != name:
        raise Problem(404, f"There is no proposal '{number}' in this world.", field="path.number")
    asked.may("intraday", "write", world=name, place=held.place)
    return held
