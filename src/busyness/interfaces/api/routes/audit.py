"""The audit log: who did what, what was refused, and whether the log is as it was written."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Annotated, Any, Literal

import polars as pl
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.responses import Response

from busyness.interfaces.api.answers import Page, TableAnswer, frame_answer, items_answer, json_answer
from busyness.interfaces.api.asked import Caller, Name
from busyness.interfaces.api.instants import Instant
from busyness.interfaces.api.negotiate import Form
from busyness.interfaces.api.openapi import IN_THREE_FORMS
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.state.audit import AuditFilter
from busyness.state.deed import AuditEntry

router = APIRouter(prefix="/v1/audit", tags=["audit"], route_class=StrictRoute)
_TIMES = pl.Datetime("us", "UTC")


class Chain(BaseModel):
    """Whether every row is as it was written; ``broken`` is the number of the first that is not."""

    rows: int
    redacted: int
    head: str
    broken: int | None
    why: str | None


class Wanted:
    """Which rows are asked for."""

    def __init__(
        self,
        *,
        principal: Annotated[Name | None, Query()] = None,
        action: Annotated[Name | None, Query(description="user.create, forecast.read, …")] = None,
        outcome: Annotated[Literal["done", "refused", "failed"] | None, Query()] = None,
        world: Annotated[Name | None, Query()] = None,
        place: Annotated[Name | None, Query()] = None,
        since: Annotated[Instant | None, Query()] = None,
        until: Annotated[Instant | None, Query(description="before this")] = None,
    ) -> None:
        self.filter = AuditFilter(
            principal=principal, action=action, outcome=outcome, world=world, place=place, since=since, until=until
        )


@router.get("", response_model=TableAnswer, responses=IN_THREE_FORMS)
def audit(asked: Caller, *, form: Form, paging: Page, wanted: Annotated[Wanted, Depends()]) -> Response:
    """The log's rows, the newest first."""
    asked.may("audit")
    page = asked.service.state.audit.list(wanted.filter, limit=paging.limit, cursor=paging.cursor)
    rows = [asdict(entry) for entry in page.items]
    return (
        items_answer(rows, page.next)
        if form == "json"
        else frame_answer(_table(rows), meta=None, form=form, after=page.next)
    )


@router.get("/chain", response_model=Chain)
def chain(asked: Caller) -> Response:
    """Whether the log is as it was written, row by row."""
    asked.may("audit")
    return json_answer(asdict(asked.service.state.audit.verify()))


def _table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Before and after as JSON text."""
    names = [field.name for field in fields(AuditEntry)]
    schema: dict[str, Any] = {**dict.fromkeys(names, pl.String), "at": _TIMES, "number": pl.Int64}
    plain = [
        {name: value if value is None or name in {"at", "number"} else _text(value) for name, value in row.items()}
        for row in rows
    ]
    return pl.DataFrame(plain, schema=schema)


def _text(value: object) -> str:
    return value if isinstance(value, str) else bytes(json_answer(value).body).decode()
