"""When a forecast was issued: said by the person, by a column, or by the file's name (``forecast_2025-01-31T06.json``)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

ISSUED_COLUMNS = (
    "known_at", "issued", "issued_at", "issue_time", "forecast_time", "forecast_issued", "run", "run_time", "init_time",
)  # fmt: skip
"""Columns of a plain table that say it, in lower case."""

_NAMED = re.compile(
    r"forecast\D*(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:[T_ -]?(?P<hour>\d{2})[:h-]?(?P<minute>\d{2})?Z?)?(?!\d)",
    re.IGNORECASE,
)


def issued_by_name(file: str) -> datetime | None:
    """This will return the issue time in a file's name, UTC; nothing where the name says none.

    A date without an hour counts from the end of that day on, so that nothing is known too early.

    >>> issued_by_name("forecast_2025-01-31T06.json").isoformat()
    '2025-01-31T06:00:00+00:00'
    """
    found = _NAMED.search(Path(file).name)
    if not found:
        return None
    part = {name: int(text) for name, text in found.groupdict().items() if text}
    dated = "hour" not in part
    try:
        at = datetime(part["year"], part["month"], part["day"], part.get("hour", 0), part.get("minute", 0), tzinfo=UTC)
    except ValueError:
        return None
    return at + timedelta(days=1) if dated else at
