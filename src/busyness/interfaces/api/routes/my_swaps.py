"""My swaps: whom I can ask, what I asked for, and what I am asked."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.domain.errors import did_you_mean
from busyness.interfaces.api.answers import Page, items_answer, json_answer
from busyness.interfaces.api.asked import Asked, Caller, WorldName
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import Number
from busyness.interfaces.api.routes.my import AHEAD, BEHIND, own_person, own_shifts
from busyness.interfaces.api.routes.swaps import SwapSaid, SwapsSaid, swap_said
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import MaybeSentence, Word
from busyness.state.swaps import NewSwap
from busyness.workflows.service.colleagues import Colleague, colleagues_of
from busyness.workflows.service.rosters import own_shift, tell_of_swap

router = APIRouter(prefix="/v1/my", tags=["my"], route_class=StrictRoute)


class SwapGiven(BaseModel):
    """A shift of mine that I want to give, to somebody or to whoever takes it, perhaps for one of theirs."""

    model_config = ConfigDict(extra="forbid")
    start: Instant
    end: Instant
    colleague: Word | None = None
    in_return_start: Instant | None = None
    in_return_end: Instant | None = None
    message: MaybeSentence = ""


class SwapAnswer(BaseModel):
    """What I say to a swap: to another's (accept, refuse), or to my own (withdraw)."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["accept", "refuse", "withdraw"]


class ColleagueSaid(BaseModel):
    """Somebody who works where I work."""

    world: str
    place: str
    person: str = Field(description="what a swap calls them by")
    name: str


class ColleaguesSaid(BaseModel):
    """Whom I can ask to take a shift."""

    meta: None
    items: list[ColleagueSaid]
    next: None


@router.get("/colleagues", response_model=ColleaguesSaid)
def colleagues(asked: Caller) -> Response:
    """Who else works where I have shifts: names only, of those places only."""
    person = own_person(asked, "my_shifts")
    found = [
        {"world": name, "place": one.place, "person": one.person, "name": one.name}
        for name in asked.service.holder.names
        if asked.principal.sees_world(name)
        for one in _colleagues(asked.service, person, name)
    ]
    return items_answer(found)


@router.get("/swaps", response_model=SwapsSaid)
def my_swaps(asked: Caller, *, paging: Page) -> Response:
    """The swaps that I asked for, or am asked for, by name or with whoever works at my places."""
    person = own_person(asked, "my_shifts")
    mine = sorted({(one.world, one.place) for one in own_shifts(asked.service, person)})
    state = asked.service.state
    page = state.swaps.of_person(person, works_at=mine, limit=paging.limit, cursor=paging.cursor)
    return items_answer([swap_said(one) for one in page.items], page.next)


@router.post("/swaps", response_model=SwapSaid, status_code=201)
def ask_swap(asked: Caller, *, given: SwapGiven, world: WorldName = None) -> Response:
    """Ask to give one of my shifts away, or to swap it."""
    person = own_person(asked, "my_shifts", write=True)
    name = asked.world(world)
    state = asked.service.state
    held = own_shift(state, person, world=name, start=given.start, end=given.end)
    if given.colleague is not None:
        _check_colleague(asked, person, given.colleague, world=name, place=held.place)
    with state.transaction():
        new = NewSwap(world=name, place=held.place, person=person, **given.model_dump())
        kept = state.swaps.ask(new, now=asked.service.now())
        tell_of_swap(state, kept, now=asked.service.now())
        asked.done("swap.ask", f"swaps/{kept.id}", world=name, place=held.place, after={"person": person})
    return json_answer(swap_said(kept), 201)


@router.post("/swaps/{number}", response_model=SwapSaid)
def answer_swap(asked: Caller, number: Number, *, given: SwapAnswer) -> Response:
    """Take a colleague's shift, or not; or take back what I asked for. A manager decides afterwards."""
    person = own_person(asked, "my_shifts", write=True)
    state = asked.service.state
    held = state.swaps.get(number)
    if given.answer == "withdraw":
        asked.may("my_shifts", "write", person=held.person)
    elif held.colleague not in {None, person}:
        asked.may("my_shifts", "write", person=held.colleague)
    elif held.colleague is None and (held.world, held.place) not in {
        (one.world, one.place) for one in own_shifts(asked.service, person)
    }:
        asked.may("my_shifts", "write", person=held.person)  # asked of whoever works there, which they do not
    if given.answer == "refuse" and held.colleague is None:
        raise Problem(409, "Nobody asked you by name.", field="body.answer", hint="Leave it to the others.")
    with state.transaction():
        if given.answer == "withdraw":
            kept = state.swaps.withdraw(number, now=asked.service.now())
        elif given.answer == "accept":
            kept = state.swaps.accept(number, colleague=person, now=asked.service.now())
        else:
            kept = state.swaps.refuse(number, colleague=person, now=asked.service.now())
        tell_of_swap(state, kept, now=asked.service.now())
        asked.done(f"swap.{given.answer}", f"swaps/{number}", world=kept.world, place=kept.place, after={"person": person})
    return json_answer(swap_said(kept))


def _colleagues(service: Service, person: str, world: str) -> tuple[Colleague, ...]:
    """None where the world has nothing to answer with."""
    snapshot = service.held(world)
    if snapshot is None:
        return ()
    now = service.holder.now(world)
    return colleagues_of(service.state, person, snapshot=snapshot, start=now - BEHIND, end=now + AHEAD)


def _check_colleague(asked: Asked, person: str, named: str, *, world: str, place: str) -> None:
    there = [one.person for one in _colleagues(asked.service, person, world) if one.place == place]
    if named not in there:
        hint = did_you_mean(named, there) or "GET /v1/my/colleagues names them."
        raise Problem(422, f"'{named}' does not work with you at '{place}'.", field="body.colleague", hint=hint)
