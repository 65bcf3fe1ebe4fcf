"""Which form an answer takes: JSON, CSV or an Arrow stream, by ``Accept`` or by ``?format=``."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Annotated, Literal

import polars as pl
from fastapi import Depends, Header, Query

from busyness.interfaces.api.problems import Problem

Format = Literal["json", "csv", "arrow"]
MEDIA_TYPES: dict[Format, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "arrow": "application/vnd.apache.arrow.stream",
}


def by_accept(accept: str, offered: tuple[Format, ...] = ("json", "csv", "arrow")) -> Format | None:
    """This will return the offered form that an ``Accept`` header likes best, or None where it likes none of them.

    >>> by_accept("text/csv, application/json;q=0.5"), by_accept("*/*"), by_accept("image/png")
    ('csv', 'json', None)
    """
    liked: dict[Format, tuple[float, int]] = {}
    for part in accept.lower().split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((_quality(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
        for form in offered:
            media = MEDIA_TYPES[form].partition(";")[0]
            exact = 2 if kind == media else 1 if kind == media.partition("/")[0] + "/*" else 0 if kind in {"*/*", ""} else -1
            if exact >= 0 and exact >= liked.get(form, (0.0, -1))[1]:
                liked[form] = (quality, exact)
    return max((form for form in offered if liked.get(form, (0.0, 0))[0] > 0), key=lambda form: liked[form][0], default=None)


def chosen_form(
    form: Annotated[Format | None, Query(alias="format", description="the form of the answer; it wins over Accept")] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "*/*",
) -> Format:
    """This will return the form of a table that the request asks for.

    Raises:
        Problem: 406, when none of the three will do.

    """
    found = form or by_accept(accept)
    if found is None:
        raise Problem(
            406,
            "This table cannot be sent in the form asked for.",
            field="header.accept",
            hint=f"Accept one of {', '.join(kind.partition(';')[0] for kind in MEDIA_TYPES.values())}.",
        )
    return found


Form = Annotated[Format, Depends(chosen_form)]


def as_csv(frame: pl.DataFrame) -> bytes:
    """This will write a table as CSV; lists and structures as JSON text."""
    nested = [name for name, kind in frame.schema.items() if kind.is_nested()]
    plain = frame.with_columns(
        pl.Series(name, [None if row is None else _json(row) for row in frame[name]], pl.String) for name in nested
    )
    return plain.write_csv(datetime_format="%Y-%m-%dT%H:%M:%S%.f%:z" if _zoned(frame) else None).encode()


def as_arrow(frame: pl.DataFrame) -> bytes:
    """This will write a table as an Arrow IPC stream."""
    into = io.BytesIO()
    frame.write_ipc_stream(into, compat_level=pl.CompatLevel.oldest())
    return into.getvalue()


WRITERS: dict[str, Callable[[pl.DataFrame], bytes]] = {"csv": as_csv, "arrow": as_arrow}


def _json(value: object) -> str:
    return pl.Series([value]).to_frame("v").write_ndjson().strip()[5:-1]


def _zoned(frame: pl.DataFrame) -> bool:
    return any(isinstance(kind, pl.Datetime) and kind.time_zone for kind in frame.schema.values())


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
