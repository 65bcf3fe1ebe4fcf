"""New counts that were posted, checked like a file: what is good, and what is rejected, row by row, with a reason."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from busyness.domain.errors import InputError, UnknownPlaceError, did_you_mean
from busyness.domain.local_time import to_local, to_utc
from busyness.state.observations import Count
from busyness.tables import columns as c
from busyness.workflows.service.snapshot import Snapshot

COLUMNS = (c.PLACE, c.TIME, c.DEMAND)
MOST_ROWS = 20_000
MOST = 1e9
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?")


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that could not be taken: its number (1 is the first), why, and what to do."""

    row: int
    reason: str
    hint: str


class _Unfit(Exception):  # noqa: N818  # it never leaves this file
    def __init__(self, reason: str, hint: str) -> None:
        self.reason, self.hint = reason, hint


def checked_counts(
    snapshot: Snapshot, rows: Iterable[Mapping[str, Any]], *, now: datetime
) -> tuple[tuple[Count, ...], tuple[RejectedRow, ...]]:
    """This will sort rows of ``place, time, demand`` into counts and rejected ones.

    A time without an offset is the place's own wall clock; ``now`` is the world's time, and nothing later is taken.
    """
    good: dict[tuple[str, datetime], Count] = {}
    rejected = []
    for number, row in enumerate(rows, 1):
        try:
            count = _count(snapshot, row, now=now)
            if good.setdefault((count.place, count.time), count).value != count.value:
                raise _Unfit("This place and time came before with another value.", "Send each slot once.")
        except _Unfit as fault:
            rejected.append(RejectedRow(number, fault.reason, fault.hint))
    return tuple(good.values()), tuple(rejected)


def rows_of_csv(text: str) -> list[dict[str, str | None]]:
    """This will read ``place,time,demand`` as a person's program writes it.

    Raises:
        InputError: a column is missing, or there are too many rows.

    """
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise InputError(f"The table has no column '{missing[0]}'.", hint=f"Its columns are {', '.join(COLUMNS)}.")
        rows = [dict(row) for row in reader]
    except csv.Error as fault:
        raise InputError(f"The table cannot be read: {fault}.", hint="Send CSV with commas and a header.") from None
    check_size(len(rows))
    return rows


def check_size(rows: int) -> None:
    """This will refuse more rows than one call may hold, by an ``InputError``."""
    if rows > MOST_ROWS:
        raise InputError(f"{rows:,} rows are too many for one call.", hint=f"Send at most {MOST_ROWS:,}.")


def _count(snapshot: Snapshot, row: Mapping[str, Any], *, now: datetime) -> Count:
    named = str(row.get(c.PLACE) or "").strip()
    try:
        _, place = snapshot.place(named)
    except UnknownPlaceError:
        hint = did_you_mean(named, snapshot.forecast.ids[:1000]) or "GET /v1/places lists the places."
        raise _Unfit(f"There is no place '{named[:80]}'." if named else "The place is missing.", hint) from None
    for name in (c.TIME, c.DEMAND):
        if row.get(name) is None or not str(row[name]).strip():
            raise _Unfit(f"The {name} is missing.", f"A row has {', '.join(COLUMNS)}.")
    time = _start(snapshot, row.get(c.TIME), timezone=place.timezone)
    if time > now:
        raise _Unfit("The slot has not begun yet.", "Send it when it is over.")
    return Count(named, time, _amount(row.get(c.DEMAND)), now)


def _start(snapshot: Snapshot, given: object, *, timezone: str) -> datetime:
    """The start of the slot that is meant, UTC; a time between two starts is not guessed at."""
    length = snapshot.forecast.slots.length
    text = str(given or "").strip()
    try:
        if not _ISO.fullmatch(text):
            raise ValueError(text)
        said = datetime.fromisoformat(text)
        wall = np.datetime64(said.replace(tzinfo=None), "s")
        utc = to_utc(np.array([wall]), timezone)[0] if said.tzinfo is None else _utc(said)
    except (ValueError, OverflowError):
        raise _Unfit(f"'{text[:80]}' is not a time.", "Write it as 2020-09-11T08:00:00-05:00.") from None
    local = to_local(np.array([utc]), timezone)[0]
    seconds = int((local - local.astype("datetime64[D]")) / np.timedelta64(1, "s"))
    since = int((utc - snapshot.forecast.slots.start) / np.timedelta64(1, "s"))
    if (seconds if length.daily else since) % (length.minutes * 60):
        raise _Unfit(f"No slot of {length} begins at {text[:40]}.", "Send the start of a slot.")
    found: datetime = utc.astype("datetime64[s]").item()
    return found.replace(tzinfo=UTC)


def _utc(said: datetime) -> np.datetime64:
    return np.datetime64(said.astimezone(UTC).replace(tzinfo=None), "s")


def _amount(given: object) -> float:
    try:
        value = float(given) if isinstance(given, (int, float, str)) and not isinstance(given, bool) else math.nan
    except (ValueError, OverflowError):
        value = math.nan
    if not 0 <= value <= MOST:
        raise _Unfit(f"'{str(given)[:40]}' is not a count.", f"Send a number from 0 to {MOST:,.0f}.")
    return value
