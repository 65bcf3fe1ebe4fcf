"""New counts: posted by sensors and programs, checked row by row like a file, the same call twice changing nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header
from pydantic import AwareDatetime, BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.asked import Asked, Caller, WorldName
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.state.observations import Post
from busyness.workflows.service.posted_counts import check_size, checked_counts, rows_of_csv

router = APIRouter(prefix="/v1/observations", tags=["observations"], route_class=StrictRoute)
_ROW = {
    "type": "object",
    "description": "place (id), time (the slot's start; without an offset: the place's wall clock), demand (0 or more)",
    "example": {"place": "S1", "time": "2024-06-03T08:00:00-05:00", "demand": 31},
}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {"items": {"type": "array", "items": _ROW}},
                    "required": ["items"],
                    "additionalProperties": False,
                }
            },
            "text/csv": {"schema": {"type": "string", "description": "with the header place,time,demand"}},
        },
    }
}


class RejectedSaid(BaseModel):
    """A row that could not be taken."""

    row: int = Field(description="1 is the first")
    reason: str
    hint: str


class Revised(BaseModel):
    """A slot that had another value before."""

    place: str
    time: AwareDatetime
    before: float
    after: float


class Taken(BaseModel):
    """What became of the rows."""

    accepted: int
    unchanged: int = Field(description="known already, with the same value")
    revised: list[Revised]
    rejected: list[RejectedSaid]
    repeated: bool = Field(description="this is the answer of the first time this Idempotency-Key came")


@router.post("", response_model=Taken, openapi_extra=_BODY)
async def post(
    asked: Caller,
    *,
    idempotency_key: Annotated[str | None, Header(max_length=200, pattern=r"^[!-~]+$")] = None,
    world: WorldName = None,
) -> Response:
    """Post new counts. Rows that cannot be used are rejected one by one; the others are kept."""
    body = await asked.request.body()
    kind = asked.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return await run_in_threadpool(_taken, asked, body, kind=kind, key=idempotency_key, world=world)


def _taken(asked: Asked, body: bytes, *, kind: str, key: str | None, world: str | None) -> Response:
    snapshot = asked.snapshot(world, "observations", action="write")
    rows = _rows(body, kind)
    for place in {str(row.get("place")) for row in rows}:
        if place in snapshot.rows:
            asked.may("observations", "write", world=snapshot.world, place=place)
    counts, rejected = checked_counts(snapshot, rows, now=asked.service.holder.now(snapshot.world))
    post = Post(
        world=snapshot.world,
        source=asked.principal.id,
        by=asked.principal.id,
        counts=counts,
        rejected=tuple(asdict(row) for row in rejected),
        idempotency_key=key,
    )
    state = asked.service.state
    with state.transaction():
        reply = state.observations.post(post, now=asked.service.now())
        after = {"accepted": reply.accepted, "unchanged": reply.unchanged, "rejected": len(reply.rejected)}
        if not reply.repeated:
            asked.done("observations.post", "observations", world=snapshot.world, after=after)
    return json_answer(asdict(reply))


def _rows(body: bytes, kind: str) -> Sequence[Mapping[str, Any]]:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(422, "The body is not UTF-8 text.", field="body", hint="Send it as UTF-8.") from None
    if kind == "text/csv":
        return rows_of_csv(text)
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem(422, "The body is not JSON.", field="body", hint='Send {"items": […]}.') from None
    items = said.get("items") if isinstance(said, dict) and set(said) == {"items"} else None
    if isinstance(said, dict) and "items" not in said:
        raise Problem(422, "'items' is missing.", field="body.items", hint='Send {"items": [{"place": …}, …]}.')
    if not isinstance(items, list) or not all(isinstance(row, dict) for row in items):
        raise Problem(422, "The body holds no list of rows.", field="body.items", hint='Send {"items": [{"place": …}, …]}.')
    check_size(len(items))
    return items
