"""Events: what happened, where and when. And the rows that could not be read, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import polars as pl

from busyness.domain.errors import InputError
from busyness.tables import columns as c


class Reason(StrEnum):
    """Why a row was rejected."""

    BAD_TIME = "unparseable time"
    NO_TIME = "missing time"
    NOT_A_NUMBER = "non-numeric count"
    NEGATIVE = "negative count"
    TOO_LARGE = "impossible count"
    NO_PLACE = "missing place"
    UNKNOWN_PLACE = "unknown place"
    DUPLICATE = "duplicate"
    OUT_OF_ORDER = "time before an earlier row"
    SKIPPED_HOUR = "hour that daylight saving skips"
    REPEATED_HOUR = "hour that daylight saving repeats"
    WRONG_WIDTH = "wrong number of columns"
    NO_POSITION = "missing position"
    NOT_ON_EARTH = "impossible position"
    NULL_ISLAND = "position is 0, 0"
    SWAPPED = "latitude and longitude swapped"
    FAR_AWAY = "position far from all others"
    IN_FUTURE = "time in the future"
    TOO_OLD = "time long before all others"
    ENDS_FIRST = "ends before it starts"
    TOO_SHORT = "too short"
    TOO_LONG = "too long"
    TOO_FAR = "too far"
    NOT_OPTED_IN = "person has not opted in"
    NO_WHO = "missing person or vehicle"
    NO_ORDER = "missing order"
    UNKNOWN_SENSOR = "sensor that is not in the register"
    UNKNOWN_KIND = "unknown kind of event"
    DAMAGED = "damaged record"


REJECTED_SCHEMA = {c.LINE: pl.Int64, c.REASON: pl.String, c.PLACE: pl.String, c.TIME: pl.String, c.VALUE: pl.String}
"""``time`` and ``value`` as they were written, so that a person can find the row."""


def no_rejections() -> pl.DataFrame:
    """This will return an empty table of rejected rows."""
    return pl.DataFrame(schema=REJECTED_SCHEMA)


@dataclass(frozen=True, slots=True)
class Events:
    """Good rows, rejected rows, and what was assumed on the way.

    ``frame`` has ``time`` (``Datetime('us', 'UTC')``), ``place`` (String) or ``latitude`` and ``longitude`` (Float64),
    ``amount`` (Float64, null where a slot is listed without a value) and any of ``kind, who, order, dwell, sales, units,
    source, event_id, known_at, line``. ``notes`` are sentences for the person: every guess is stated here.
    ``slot_minutes`` is the length that the rows seem to have, if they are counts per slot; ``None`` for single events at
    any instant.
    """

    frame: pl.DataFrame
    rejected: pl.DataFrame = field(default_factory=no_rejections)
    notes: tuple[str, ...] = ()
    slot_minutes: int | None = None

    def __post_init__(self) -> None:
        missing = {c.TIME, c.PLACE, c.AMOUNT} - set(self.frame.columns)
        if c.PLACE in missing and {c.LATITUDE, c.LONGITUDE} <= set(self.frame.columns):
            missing.remove(c.PLACE)
        if missing:
            raise InputError(f"Events need the columns time, place and amount; missing: {', '.join(sorted(missing))}.")
        if self.frame.schema[c.TIME] != pl.Datetime("us", "UTC"):
            raise InputError(f"Event times are aware UTC times; these are {self.frame.schema[c.TIME]}.")

    def reasons(self) -> dict[str, int]:
        """This will count the rejected rows by reason, the commonest first."""
        counted = self.rejected.group_by(c.REASON).len().sort("len", c.REASON, descending=[True, False])
        return dict(counted.iter_rows())
