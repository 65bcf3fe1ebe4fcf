"""API keys: made, rotated, ended. A key's text is shown once, in the answer that makes it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Page, items_answer, json_answer
from busyness.interfaces.api.asked import Caller
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.record_ids import RecordId
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import Real, Word
from busyness.state.keys import Key

router = APIRouter(prefix="/v1/keys", tags=["keys"], route_class=StrictRoute)


class KeyGiven(BaseModel):
    """For whom a key is."""

    model_config = ConfigDict(extra="forbid")
    principal: Word = Field(description="the user's id")
    label: str = Field("", max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="what it is for")
    expires_at: Instant | None = None


class Rotation(BaseModel):
    """How long the old key still works."""

    model_config = ConfigDict(extra="forbid")
    grace_hours: Real = Field(24, ge=0, le=24 * 90)


class KeySaid(BaseModel):
    """What is known of a key: all but its secret."""

    id: str
    principal: str
    label: str
    created_at: AwareDatetime
    expires_at: AwareDatetime | None
    revoked_at: AwareDatetime | None
    last_used_at: AwareDatetime | None
    replaced_by: str | None


class KeyMade(KeySaid):
    """A new key, with its text for the only time."""

    key: str


class Keys(BaseModel):
    """A page of keys."""

    meta: None
    items: list[KeySaid]
    next: str | None


@router.get("", response_model=Keys)
def keys(asked: Caller, *, paging: Page, principal: Annotated[Word | None, Query()] = None) -> Response:
    """The keys, by id; the ended ones too."""
    asked.may("keys")
    page = asked.service.state.keys.list(principal=principal, limit=paging.limit, cursor=paging.cursor)
    return items_answer([asdict(key) for key in page.items], page.next)


@router.post("", response_model=KeyMade, status_code=201)
def create(asked: Caller, given: KeyGiven) -> Response:
    """A new key for a user."""
    asked.may("keys", "write")
    state = asked.service.state
    with state.transaction():
        made, text = state.keys.create(
            given.principal, now=asked.service.now(), label=given.label, expires_at=given.expires_at
        )
        asked.done("key.create", f"keys/{made.id}", after=_said(made))
    return json_answer({**asdict(made), "key": text}, 201)


@router.post("/{key}/rotate", response_model=KeyMade, status_code=201)
def rotate(asked: Caller, key: RecordId, *, given: Rotation) -> Response:
    """A new key in the place of another, which still works for the time of grace."""
    asked.may("keys", "write")
    state = asked.service.state
    with state.transaction():
        made, text = state.keys.rotate(key, now=asked.service.now(), grace=timedelta(hours=given.grace_hours))
        asked.done("key.rotate", f"keys/{key}", after=_said(made))
    asked.request.app.state.gatekeeper.forget()
    return json_answer({**asdict(made), "key": text}, 201)


@router.delete("/{key}", response_model=KeySaid)
def revoke(asked: Caller, key: RecordId) -> Response:
    """A key ends at once."""
    asked.may("keys", "write")
    state = asked.service.state
    with state.transaction():
        ended = state.keys.revoke(key, now=asked.service.now())
        asked.done("key.revoke", f"keys/{key}", after=_said(ended))
    asked.request.app.state.gatekeeper.forget()
    return json_answer(asdict(ended))


def _said(key: Key) -> dict[str, Any]:
    return {"principal": key.principal, "label": key.label, "expires_at": str(key.expires_at) if key.expires_at else None}
