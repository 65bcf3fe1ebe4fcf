"""Wall-clock times → UTC, and the two hours a year for which that is not simple."""

from __future__ import annotations

import numpy as np
import polars as pl

from busyness.domain.errors import InputError
from busyness.domain.local_time import to_local, to_utc, utc_offsets, zone
from busyness.domain.slots import Times
from busyness.sources.files.times import DATED, OFFSET, WALL

UTC_TIME, LATER, SKIPPED = "utc", "later", "skipped"
"""Columns: the instant (the first where it comes twice); the second where it comes twice; whether it does not exist."""
ZONE = "zone"
_DAY = np.timedelta64(86_400, "s")


def to_instants(times: pl.DataFrame, timezone: str | pl.Series) -> pl.DataFrame:
    """This will add the UTC instants to wall-clock times.

    ``times`` has ``wall, offset, dated`` (see ``times.SCHEMA``), ``timezone`` is one IANA name or one for each row
    (null or unknown: the row has no instant). Where no row carries a time of day, days are meant: the first valid
    instant of the local day, never skipped nor doubled.

    Returns ``wall, utc, later, skipped`` in the order of the rows.
    """
    daily = is_daily(times)
    if isinstance(timezone, str) and timezone == "UTC":
        wall = times[WALL].dt.replace_time_zone("UTC")
        instants = pl.DataFrame({WALL: times[WALL], UTC_TIME: wall})
        instants = instants.with_columns(pl.lit(None, wall.dtype).alias(LATER), pl.lit(False).alias(SKIPPED))
    else:
        instants = _by_zone(times[WALL], timezone)
    exact = times[DATED].fill_null(False) | daily
    if times[OFFSET].null_count() == times.height:
        written = pl.Series(UTC_TIME, [None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, times.height)
    else:
        written = _minus_offset(times)
    has_offset = written.is_not_null()
    plain = has_offset | exact
    return instants.with_columns(
        pl.coalesce(written, pl.col(UTC_TIME)).alias(UTC_TIME),
        pl.when(~plain).then(pl.col(LATER)).alias(LATER),
        (pl.col(SKIPPED).fill_null(False) & ~plain).alias(SKIPPED),
    )


def is_daily(times: pl.DataFrame) -> bool:
    """This will say whether every time is a local midnight: counts of whole days."""
    walls = times[WALL].drop_nulls()
    if not walls.len() or times[OFFSET].null_count() < times.height:
        return False
    return bool((times[DATED] | times[WALL].is_null()).all()) or bool((walls.to_physical() % 86_400_000_000 == 0).all())


def known_zones(names: pl.Series) -> tuple[pl.Series, list[str]]:
    """This will blank the names that are no time zones, and list them."""
    stripped = names.cast(pl.String).str.strip_chars()
    unknown = [name for name in stripped.unique().drop_nulls() if not _is_zone(name)]
    if not unknown:
        return stripped, []
    frame = stripped.to_frame(ZONE)
    return frame.select(pl.when(~pl.col(ZONE).is_in(unknown)).then(pl.col(ZONE))).to_series(), sorted(unknown)


def _is_zone(name: str) -> bool:
    try:
        zone(name)
    except InputError:
        return False
    return True


def _minus_offset(times: pl.DataFrame) -> pl.Series:
    shifted = times.select(pl.col(WALL) - pl.duration(seconds=pl.col(OFFSET)))
    return shifted.to_series().dt.replace_time_zone("UTC")


def _by_zone(walls: pl.Series, timezone: str | pl.Series) -> pl.DataFrame:
    """Each distinct wall-clock time of each zone is converted once."""
    if isinstance(timezone, str):
        distinct = walls.unique().drop_nulls()
        table = _convert(distinct, timezone)
        return walls.to_frame(WALL).join(table, on=WALL, how="left", maintain_order="left")
    rows = pl.DataFrame({WALL: walls, ZONE: timezone})
    pairs = rows.unique().drop_nulls()
    tables = [
        _convert(part[WALL], str(key[0])).with_columns(pl.lit(key[0]).alias(ZONE))
        for key, part in pairs.partition_by(ZONE, as_dict=True).items()
    ]
    if not tables:
        tables = [_convert(walls.head(0), "UTC").with_columns(pl.lit(None, pl.String).alias(ZONE))]
    return rows.join(pl.concat(tables), on=[WALL, ZONE], how="left", maintain_order="left").drop(ZONE)


def _convert(walls: pl.Series, timezone: str) -> pl.DataFrame:
    """``wall, utc, later, skipped`` of wall-clock times of one zone."""
    local: Times = walls.to_numpy().astype("datetime64[us]").astype("datetime64[s]")
    days, of_day = np.unique(local.astype("datetime64[D]"), return_inverse=True)
    midnights: Times = days.astype("datetime64[s]")
    before: Times = midnights - _DAY
    after: Times = midnights + 2 * _DAY
    offsets = utc_offsets(before, timezone)
    steady = (offsets == utc_offsets(after, timezone))[of_day]
    first = local - offsets[of_day].astype("timedelta64[s]")
    second, exists = first.copy(), np.ones(len(local), bool)
    if not steady.all():  # the clock changes on this day or one beside it: ask for each time
        odd = local[~steady]
        first[~steady] = to_utc(odd, timezone)
        least = np.minimum(utc_offsets(odd - _DAY, timezone), utc_offsets(odd + _DAY, timezone))
        second[~steady] = odd - least.astype("timedelta64[s]")
        exists[~steady] = to_local(first[~steady], timezone) == odd
    twice = exists & (second != first)
    twice[twice] = to_local(second[twice], timezone) == local[twice]
    rest = walls.to_physical() - pl.Series(local.astype("datetime64[us]").astype(np.int64))

    def aware(seconds: Times) -> pl.Series:
        micros = pl.Series(seconds.astype("datetime64[us]").astype(np.int64)) + rest
        return micros.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")

    frame = pl.DataFrame({WALL: walls, UTC_TIME: aware(first), LATER: aware(second), "twice": twice, SKIPPED: ~exists})
    return frame.with_columns(pl.when("twice").then(pl.col(LATER)).alias(LATER)).drop("twice")
