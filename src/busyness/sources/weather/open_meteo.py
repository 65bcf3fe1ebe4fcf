"""Open-Meteo's answers, JSON and CSV: blocks of times and variables with their units → rows of weather.

Its times have one offset from UTC throughout an answer, also over a change of the clocks. A rain or a gust at 10:00 is
that of the hour before; the variables named ``…_previous_day2`` are what had been forecast two days before their time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.weather.measures import meaning
from busyness.sources.weather.weather_table import END, NAME, START, STATION, UNIT
from busyness.tables import columns as c

_PREVIOUS = re.compile(r"^(.*)_previous_day(\d+)$")
_ISO = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


@dataclass(frozen=True, slots=True)
class Spot:
    """A location of an answer, and the seconds its times are ahead of UTC."""

    station: str
    latitude: float
    longitude: float
    offset: int


@dataclass(frozen=True, slots=True)
class Block:
    """One block: ``time`` (ISO text, or Unix seconds as Int64), and numbers by variable with the unit of each."""

    spot: Spot
    step: timedelta
    time: pl.Series
    variables: dict[str, tuple[str, pl.Series]]


def block_rows(block: Block, file: str) -> pl.DataFrame:
    """This will return a row for each value: station, position, ``start`` and ``end`` (aware UTC), name, unit, value.

    ``known_at`` is set only where a variable's name says how long before its time it was forecast.
    """
    times = _utc(block, file)
    parts = [_rows(block, times, raw, unit, values) for raw, (unit, values) in block.variables.items()]
    return pl.concat([part for part in parts if part.height] or parts)


def _rows(block: Block, times: pl.Series, raw: str, unit: str, values: pl.Series) -> pl.DataFrame:
    spot = block.spot
    earlier = _PREVIOUS.match(raw)
    name = earlier.group(1) if earlier else raw
    found = meaning(name)
    hourly = block.step < timedelta(days=1)
    before = hourly and found is not None and (found.measure.amount or found.measure.name == "gust")
    start = times - block.step if before else times
    lead = timedelta(days=int(earlier.group(2))) if earlier else None
    known = start - lead if lead is not None else pl.Series([None] * len(times), dtype=start.dtype)
    return pl.DataFrame(
        {
            c.LATITUDE: pl.Series([spot.latitude] * len(times), dtype=pl.Float64),
            c.LONGITUDE: pl.Series([spot.longitude] * len(times), dtype=pl.Float64),
            START: start,
            END: start + block.step,
            c.VALUE: values,
            c.KNOWN_AT: known,
        }
    ).select(
        pl.lit(spot.station).alias(STATION),
        c.LATITUDE,
        c.LONGITUDE,
        START,
        END,
        pl.lit(name).alias(NAME),
        pl.lit(unit).alias(UNIT),
        c.VALUE,
        c.KNOWN_AT,
    )


def _utc(block: Block, file: str) -> pl.Series:
    if block.time.dtype.is_integer():
        return pl.select(pl.from_epoch(block.time, "s").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")).to_series()
    read = [pl.Series(block.time).str.to_datetime(form, time_unit="us", strict=False) for form in _ISO]
    wall = pl.select(pl.coalesce(read)).to_series()
    if wall.null_count():
        odd = block.time.filter(wall.is_null())[0]
        raise InputError(f"{file}: '{odd}' is no time.", hint="Use the file as Open-Meteo answered it.")
    return (wall - timedelta(seconds=block.spot.offset)).dt.replace_time_zone("UTC")
