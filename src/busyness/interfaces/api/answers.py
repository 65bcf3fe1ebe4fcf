"""How what a workflow found becomes an answer: rows with what they were made from, in JSON, CSV or Arrow, page by page."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import numpy as np
import polars as pl
from fastapi import Depends, Query
from numpy.typing import NDArray
from pydantic import BaseModel, Field
from pydantic_core import to_json
from starlette.responses import Response

from busyness.interfaces.api.asked import Asked
from busyness.interfaces.api.negotiate import MEDIA_TYPES, WRITERS, Format
from busyness.interfaces.api.problems import Problem
from busyness.workflows.service.snapshot import Snapshot

DECIMALS = 4


class Meta(BaseModel):
    """What an answer was made from."""

    world: str
    release: str
    model_version: str
    made_at: datetime = Field(description="when the forecast was made")
    origin: datetime = Field(description="the start of the first forecast slot")
    unit: str = Field(description="what is counted, per slot")
    noun: str = Field(description="the word for what is counted")
    slot: str = Field(description="how long a slot is: 15min, 1h, 1d")
    timezone: str = Field(description="of the world's first place; each place has its own")
    clock: datetime = Field(description="what time it is in this world, to the slot or the hour")
    trial: str | None = Field(None, description="the trial whose lot decides who says what; null: this release says it all")
    challenger: str | None = Field(None, description="the release that says what is marked 'challenger'")
    challenger_version: str | None = Field(None, description="the version of its model")


class TableAnswer(BaseModel):
    """A page of rows; ``next`` is the cursor of the next page, null at the end."""

    meta: Meta | None
    items: list[dict[str, Any]]
    next: str | None


class Paging:
    """Which page is asked for. A cursor belongs to one state of what is served: after a swap it is answered 409."""

    def __init__(
        self,
        limit: Annotated[int, Query(ge=1, le=1000, description="rows of one answer")] = 1000,
        cursor: Annotated[str | None, Query(max_length=200, description="'next' of the page before")] = None,
    ) -> None:
        self.limit, self.cursor = limit, cursor

    def begin(self, mark: str) -> int:
        """This will return the row that the page begins with, if the cursor is of this state (``mark``)."""
        if self.cursor is None:
            return 0
        try:
            found = re.fullmatch(r"(\d{1,9})\.(\w*)", base64.urlsafe_b64decode(self.cursor.encode()).decode("ascii"))
        except (binascii.Error, ValueError):
            found = None
        if found is None:
            raise Problem(409, "This cursor is not of this list.", field="query.cursor", hint="Begin without one.")
        if found[2] != mark:
            raise Problem(
                409, "A newer forecast answers since that page.", field="query.cursor", hint="Begin again without a cursor."
            )
        return int(found[1])

    def after(self, row: int, mark: str) -> str:
        """This will return the cursor of the page that begins with ``row``."""
        return base64.urlsafe_b64encode(f"{row}.{mark}".encode()).decode()


Page = Annotated[Paging, Depends()]


def meta_of(asked: Asked, snapshot: Snapshot) -> dict[str, Any]:
    """This will return what an answer of this snapshot was made from."""
    said, lot = snapshot.forecast, snapshot.lot
    zone = said.places[0].timezone
    return {
        "world": snapshot.world,
        "release": snapshot.release,
        "model_version": snapshot.model_version,
        "made_at": snapshot.made_at,
        "origin": snapshot.times[zone].starts[0].item().replace(tzinfo=UTC),
        "unit": f"{snapshot.noun} per {said.slots.length}",
        "noun": snapshot.noun,
        "slot": str(said.slots.length),
        "timezone": zone,
        "clock": _slot_start(asked.service.holder.now(snapshot.world), min(said.slots.length.minutes, 60)),
        "trial": lot.trial if lot else None,
        "challenger": lot.challenger.release if lot else None,
        "challenger_version": lot.challenger.model_version if lot else None,
    }


def json_answer(content: object, status: int = 200) -> Response:
    """This will send JSON: times as ISO text, what is not a number as null."""
    return Response(to_json(content, inf_nan_mode="null"), status, media_type=MEDIA_TYPES["json"])


def table_answer(
    frame: pl.DataFrame, *, meta: Mapping[str, Any] | None, form: Format, paging: Paging, mark: str
) -> Response:
    """This will send one page of a table; the other forms carry the meta and the next cursor in headers."""
    begin = paging.begin(mark)
    page = rounded(frame.slice(begin, paging.limit))
    after = paging.after(begin + paging.limit, mark) if frame.height > begin + paging.limit else None
    return frame_answer(page, meta=meta, form=form, after=after)


def frame_answer(page: pl.DataFrame, *, meta: Mapping[str, Any] | None, form: Format, after: str | None = None) -> Response:
    """This will send rows that are a page already."""
    if form == "json":
        return json_answer({"meta": meta, "items": page.to_dicts(), "next": after})
    told = {name: value for name, value in (meta or {}).items() if value is not None}
    headers = {f"busyness-{name.replace('_', '-')}": _header(value) for name, value in told.items()}
    if after:
        headers["busyness-next"] = after
    return Response(WRITERS[form](page), headers=headers, media_type=MEDIA_TYPES[form])


def rounded(frame: pl.DataFrame) -> pl.DataFrame:
    """This will round what is not whole to four decimals, so that every form of an answer says the same; NaN is null."""
    floats = [name for name, kind in frame.schema.items() if kind.is_float()]
    return frame.with_columns(pl.col(floats).cast(pl.Float64).fill_nan(None).round(DECIMALS))


def numbers(values: NDArray[np.float32]) -> list[float]:
    """This will return values as JSON tells them, to four decimals."""
    told: list[float] = np.round(values.astype(np.float64), DECIMALS).tolist()
    return told


def items_answer(items: Sequence[Mapping[str, Any]], after: str | None = None, **more: object) -> Response:
    """This will send records that no forecast stands behind."""
    return json_answer({"meta": None, "items": items, "next": after, **more})


def _slot_start(now: datetime, minutes: int) -> datetime:
    since = now - datetime(1970, 1, 1, tzinfo=UTC)
    return now - since % timedelta(minutes=minutes)


def _header(value: object) -> str:
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return text.encode("ascii", "replace").decode()
