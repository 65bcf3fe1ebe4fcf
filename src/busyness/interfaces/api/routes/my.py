"""One's own: shifts, a calendar of them, swaps, and notices."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Page, items_answer, json_answer
from busyness.interfaces.api.asked import Asked, Caller
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import Number
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.signing_in import own_address
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.reports.calendars import calendars
from busyness.state.notices import Notice
from busyness.state.rosters import PublishedShift
from busyness.tables import columns as c

router = APIRouter(prefix="/v1/my", tags=["my"], route_class=StrictRoute)
BEHIND, AHEAD = timedelta(days=14), timedelta(days=90)


class MyShift(BaseModel):
    """One of my shifts."""

    world: str
    place: str
    place_name: str = Field(description="how people call it; the id where nothing is known of it")
    start: AwareDatetime
    end: AwareDatetime
    detail: dict[str, Any]


class MyShifts(BaseModel):
    """My published shifts, from two weeks ago on."""

    meta: None
    items: list[MyShift]
    next: None


class NoticeSaid(BaseModel):
    """Something I am told; ``text`` names the sentence, ``details`` fill its gaps."""

    id: int
    text: str
    details: dict[str, Any]
    world: str | None
    place: str | None
    at: AwareDatetime
    read_at: AwareDatetime | None


class NoticesSaid(BaseModel):
    """A page of notices, the newest first."""

    meta: None
    items: list[NoticeSaid]
    next: str | None


class CalendarLink(BaseModel):
    """A secret address for a phone's calendar; an earlier one ends."""

    url: str


@router.get("/shifts", response_model=MyShifts)
def shifts(asked: Caller) -> Response:
    """My published shifts."""
    person = own_person(asked, "my_shifts")
    found = own_shifts(asked.service, person)
    return items_answer([_shift(asked.service, one) for one in found if asked.principal.sees_world(one.world)])


@router.post("/calendar-link", response_model=CalendarLink, status_code=201)
def calendar_link(asked: Caller) -> Response:
    """A secret address of my shifts for a phone's calendar."""
    own_person(asked, "my_shifts", write=True)
    state = asked.service.state
    with state.transaction():
        token = state.calendar_links.create(asked.principal.id, now=asked.service.now())
        asked.done("calendar.link", "calendar_links")
    own = own_address(asked.request, asked.service)
    return json_answer({"url": f"{own}/v1/my/shifts.ics?token={token}"}, 201)


@router.get("/shifts.ics", responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}})
def calendar(request: Request, *, token: Annotated[str, Query(max_length=200)]) -> Response:
    """Somebody's shifts as a calendar, by the secret of their link."""
    service: Service = request.app.state.service
    owner = service.state.calendar_links.verify(token)
    if owner is None or owner.person is None:
        request.app.state.gatekeeper.stranger(request.client.host if request.client else "")
        raise Problem(
            404, "This calendar link has ended.", field="query.token", hint="Make a new one on the page My shifts."
        )
    found = own_shifts(service, owner.person)
    files = calendars(_table(found, owner.name), timezone="UTC", made=service.now(), language=owner.language)
    content = (
        files.get(owner.person) or b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//busyness//roster//EN\r\nEND:VCALENDAR\r\n"
    )
    return Response(content, media_type="text/calendar; charset=utf-8")


@router.get("/notices", response_model=NoticesSaid)
def notices(asked: Caller, *, paging: Page, unread: Annotated[bool, Query()] = False) -> Response:
    """What I am told."""
    own_person(asked, "my_notices")
    reader = asked.service.state.people.get(asked.principal.id)
    page = asked.service.state.notices.of(reader, unread=unread, limit=paging.limit, cursor=paging.cursor)
    return items_answer([_notice(one) for one in page.items], page.next)


@router.post("/notices/{number}/read", response_model=NoticeSaid)
def read(asked: Caller, number: Number) -> Response:
    """I have read it."""
    own_person(asked, "my_notices", write=True)
    state = asked.service.state
    reader = state.people.get(asked.principal.id)
    with state.transaction():
        kept = state.notices.read(number, reader=reader, now=asked.service.now())
        asked.done("notice.read", f"notices/{number}")
    return json_answer(_notice(kept))


def own_person(asked: Asked, resource: str, *, write: bool = False) -> str:
    """This will return who asks, by the rosters' id, if they are somebody there and may."""
    person = asked.principal.person
    asked.may(resource, "write" if write else "read", person=person)
    return str(person)


def own_shifts(service: Service, person: str) -> tuple[PublishedShift, ...]:
    """This will return somebody's published shifts around each world's own time: in some it stands."""
    found: list[PublishedShift] = []
    for world in service.holder.names:
        now = service.holder.now(world)
        found += service.state.rosters.of_person(person, start=now - BEHIND, end=now + AHEAD, worlds=[world])
    return tuple(sorted(found, key=lambda one: one.shift.start))


def _shift(service: Service, one: PublishedShift) -> dict[str, Any]:
    shift, snapshot = one.shift, service.held(one.world)
    known = snapshot is not None and one.place in snapshot.rows
    return {
        "world": one.world,
        "place": one.place,
        "place_name": snapshot.place(one.place)[1].label if snapshot and known else one.place,
        "start": shift.start,
        "end": shift.end,
        "detail": dict(shift.detail),
    }


def _notice(kept: Notice) -> dict[str, Any]:
    return {name: getattr(kept, name) for name in NoticeSaid.model_fields}


def _table(found: tuple[PublishedShift, ...], name: str) -> pl.DataFrame:
    """Shifts as the calendar's writer takes them, all in UTC, which every calendar shows by its own clock."""
    rows = [
        {
            c.PLACE: one.place,
            c.TIME: one.shift.start,
            "person": one.shift.person,
            "name": name,
            "start": one.shift.start.astimezone(UTC).replace(tzinfo=None),
            "end": one.shift.end.astimezone(UTC).replace(tzinfo=None),
            "break": str(one.shift.detail.get("break", "")),
            "role": str(one.shift.detail.get("role", "")),
        }
        for one in found
    ]
    moments = {c.TIME: pl.Datetime("us", "UTC"), "start": pl.Datetime("us"), "end": pl.Datetime("us")}
    texts = dict.fromkeys((c.PLACE, "person", "name", "break", "role"), pl.String)
    return pl.DataFrame(rows, schema={**texts, **moments})
