"""Swaps of shifts, as a manager sees and decides them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict
from starlette.responses import Response

from busyness.interfaces.api.answers import Page, items_answer, json_answer
from busyness.interfaces.api.asked import Caller, Name, WorldName
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import Number
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import MaybeSentence
from busyness.state.swaps import Swap
from busyness.workflows.service.rosters import decide_swap

router = APIRouter(prefix="/v1/swaps", tags=["staffing"], route_class=StrictRoute)
Status = Literal["asked", "accepted", "refused", "withdrawn", "approved", "declined"]


class Decision(BaseModel):
    """What the manager says."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["approve", "decline"]
    reason: MaybeSentence = ""


class SwapSaid(BaseModel):
    """A swap, and how far it is."""

    id: int
    world: str
    place: str
    person: str
    start: AwareDatetime
    end: AwareDatetime
    colleague: str | None
    in_return_start: AwareDatetime | None
    in_return_end: AwareDatetime | None
    message: str
    status: Status
    asked_at: AwareDatetime
    answered_at: AwareDatetime | None
    decided_by: str | None
    decided_at: AwareDatetime | None
    reason: str


class SwapsSaid(BaseModel):
    """A page of swaps, the newest first."""

    meta: None
    items: list[SwapSaid]
    next: str | None


@router.get("", response_model=SwapsSaid)
def swaps(
    asked: Caller,
    *,
    paging: Page,
    place: Annotated[list[Name], Query(max_length=1000)] = [],  # noqa: B006
    status: Annotated[Status | None, Query()] = None,
    world: WorldName = None,
) -> Response:
    """The swaps of the places that you see."""
    snapshot = asked.snapshot(world, "swaps")
    names = asked.places(snapshot, place, resource="swaps") if place else asked.scope()
    page = asked.service.state.swaps.list(
        snapshot.world, places=names, status=status, limit=paging.limit, cursor=paging.cursor
    )
    return items_answer([swap_said(one) for one in page.items], page.next)


@router.post("/{number}", response_model=SwapSaid)
def decide(asked: Caller, number: Number, *, given: Decision, world: WorldName = None) -> Response:
    """Approve or decline what a colleague has accepted; an approval changes the published roster."""
    name = asked.world(world)
    asked.may("swaps", "write", world=name)
    state = asked.service.state
    held = state.swaps.get(number)
    if held.world != name:
        raise Problem(404, f"There is no swap '{number}' in this world.", field="path.number")
    asked.may("swaps", "write", world=name, place=held.place)
    with state.transaction():
        kept = decide_swap(
            state,
            held,
            approve=given.answer == "approve",
            by=asked.principal.id,
            now=asked.service.now(),
            reason=given.reason,
        )
        after = {"answer": given.answer, "reason": given.reason}
        asked.done("swap.decide", f"swaps/{number}", world=name, place=held.place, after=after)
    return json_answer(swap_said(kept))


def swap_said(kept: Swap) -> dict[str, Any]:
    """This will return a swap as answers tell it."""
    return {field: getattr(kept, field) for field in SwapSaid.model_fields}
