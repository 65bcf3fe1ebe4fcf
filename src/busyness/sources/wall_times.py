"""A column of times as a person or a program wrote it: instants or dates, with a zone or by the wall clock."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from busyness.domain.errors import SettingsError
from busyness.sources.small_table import LINE, SmallTable

_PATTERN = (
    r"^(?<year>\d{4})[-/](?<month>\d{1,2})[-/](?<day>\d{1,2})"
    r"(?:[T ]+(?<hour>\d{1,2}):(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?"
    r"\s*(?:(?<zulu>Z|z|UTC)|(?<sign>[+-])(?<off_hour>\d{2}):?(?<off_minute>\d{2})?)?)?$"
)
_HINT = "Write the year first, as in 2025-12-24 or 2025-12-24 18:00."
_MICROSECONDS = pl.Datetime("us")


@dataclass(frozen=True, slots=True)
class WallTimes:
    """``at`` is Datetime us without a zone: UTC where ``aware``, else the wall clock; null where the cell was blank.

    ``dated`` says of each row that it is a date alone, and lies in ``at`` as its midnight. ``vague`` says that the
    format writes a date and its midnight alike.
    """

    at: pl.Series
    dated: pl.Series
    aware: bool
    vague: bool

    @property
    def midnights(self) -> bool:
        """Whether every time is a midnight by the wall clock, dates included."""
        return not self.aware and bool((self.at == self.at.dt.truncate("1d")).all())


def read_times(table: SmallTable, name: str, *, strict: bool = True) -> WallTimes:
    """This will read one column of times. Unless ``strict``, a cell that is no time is null, as long as another is one.

    Raises:
        SettingsError: with file and line, where a cell is no time, or some cells have a zone and others have none.

    """
    column = table.frame[name]
    never = pl.repeat(False, column.len(), eager=True)
    if isinstance(column.dtype, pl.Datetime):
        aware = column.dtype.time_zone is not None
        at = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None) if aware else column
        return WallTimes(at.cast(_MICROSECONDS), never, aware, vague=True)
    if column.dtype == pl.Date:
        return WallTimes(column.cast(_MICROSECONDS), column.is_not_null(), aware=False, vague=True)
    if column.dtype not in (pl.String, pl.Null):
        message = f"column '{name}' holds {column.dtype}, which is no time."
        raise SettingsError(message, file=table.file, line=int(table.frame[LINE][0]), hint=_HINT)
    return _parsed(table, name, strict=strict)


def _parsed(table: SmallTable, name: str, *, strict: bool) -> WallTimes:
    text = table.frame[name].cast(pl.String)
    part = text.str.extract_groups(_PATTERN).struct.unnest()
    zoned = part.select(pl.col("zulu").is_not_null() | pl.col("sign").is_not_null()).to_series()
    at = part.select(
        pl.format(
            "{}-{}-{} {}:{}:{}.{}",
            "year",
            pl.col("month").str.zfill(2),
            pl.col("day").str.zfill(2),
            pl.col("hour").fill_null("00").str.zfill(2),
            pl.col("minute").fill_null("00"),
            pl.col("second").fill_null("00"),
            pl.col("fraction").fill_null("0").str.pad_end(6, "0").str.head(6),
        ).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False)
        - pl.duration(
            minutes=pl.when(pl.col("sign") == "-").then(-1).otherwise(1)
            * (pl.col("off_hour").cast(pl.Int64) * 60 + pl.col("off_minute").fill_null("00").cast(pl.Int64)).fill_null(0)
        )
    ).to_series()
    if strict or at.is_null().all():
        table.refuse(
            pl.lit(at.is_null() & text.is_not_null()), f"'{{value}}' in column '{name}' is no time.", value=name, hint=_HINT
        )
    filled = at.is_not_null()
    aware = bool(zoned.any())
    if aware:
        hint = "Write every time with its zone (2025-12-24T18:00-05:00), or none."
        message = f"'{{value}}' in column '{name}' has no time zone, and other rows have one."
        table.refuse(pl.lit(filled & ~zoned), message, value=name, hint=hint)
    dated = filled & part["hour"].is_null()
    return WallTimes(at, dated, aware, vague=table.typed)
