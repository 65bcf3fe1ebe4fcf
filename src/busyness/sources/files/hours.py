"""The second of two time columns: an hour, or a time of day → minutes after midnight."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.distinct import by_distinct

MICROS = "micros"
_MICROS_PER_HOUR = 3_600_000_000
_CLOCK = (
    r"^(\d{1,2})(?:(?::|h|\.)(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(?:hrs|horas|hs|h)?\.?\s*([ap]\.?\s*m\.?)?\s*"
    r"(?:(?:-|–|a|to)\s*\d.*)?$"
)


def read_hours(values: pl.Series) -> pl.Series:
    """This will return microseconds after midnight (Int64), null where a value is no hour from 0 to 24.

    Reads 13, 13.0, 13:00, 13h30, 1 pm, 1300, and the first of 13:00-14:00. 24 is the next midnight.
    """
    if values.dtype == pl.Time:
        return values.cast(pl.Int64) // 1_000
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.time().cast(pl.Int64) // 1_000
    texts = values.cast(pl.String, strict=False)
    return by_distinct(texts, _read).to_series()


def _read(texts: pl.Series) -> pl.DataFrame:
    clean = texts.str.strip_chars(" \t\"'").str.to_lowercase().str.replace("\u00a0|\u202f", " ")
    clean = clean.str.replace(r"^\d{4}-\d{2}-\d{2}[ t]", "")  # Excel keeps a time of day as an hour on 1899-12-31
    clean = clean.str.replace(r"^(\d{1,2})\.0+$", "${1}").str.replace(r"^(\d{1,2})(\d{2})$", "${1}:${2}")
    hour, minute, second, half = (f"group_{number}" for number in range(1, 5))
    groups = clean.str.extract_groups(_CLOCK).struct.unnest()
    groups.columns = [hour, minute, second, half]
    clock = pl.col(hour).cast(pl.Int64)
    clock = (
        pl.when(pl.col(half).str.starts_with("p") & (clock < 12))
        .then(clock + 12)
        .when(pl.col(half).str.starts_with("a") & (clock == 12))
        .then(0)
        .otherwise(clock)
    )
    minutes, seconds = (pl.col(name).cast(pl.Int64).fill_null(0) for name in (minute, second))
    micros = clock * _MICROS_PER_HOUR + minutes * 60_000_000 + seconds * 1_000_000
    fits = (minutes < 60) & (seconds < 60) & (micros <= 24 * _MICROS_PER_HOUR)
    return groups.select(pl.when(fits).then(micros).alias(MICROS))
