"""Weather as one long table, and the way there from what a file says in its own names and units."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from busyness.domain.errors import InputError
from busyness.sources.weather.measures import meaning, to_ours
from busyness.tables import columns as c

STATION, START, END, NAME, UNIT = "station", "start", "end", "name", "unit"
_DAY = pl.duration(days=1)


@dataclass(frozen=True, slots=True)
class WeatherTable:
    """Weather of stations: observed, or every vintage of a forecast.

    ``frame`` has ``station`` (String), ``latitude`` and ``longitude`` (Float64, null where unknown), ``start`` and
    ``end`` (Datetime us, half-open), ``name``, ``value`` (Float64) and ``known_at`` (Datetime us): the end of what an
    observation is about, or when a forecast was issued. Where ``local``, ``start`` and ``end`` are wall-clock times,
    else aware UTC times; ``known_at`` has a zone of its own, or none.
    """

    frame: pl.DataFrame
    forecast: bool
    local: bool
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The measures that have values, in alphabetical order."""
        return tuple(self.frame[NAME].unique().sort().to_list())


def weather_table(rows: pl.DataFrame, file: str, *, forecast: bool, local: bool) -> WeatherTable:
    """This will bring rows under a file's own names and units to ours.

    ``rows`` are a ``WeatherTable.frame`` with one column more, ``unit``. Names that the vocabulary does not know are
    kept, with their values as they are. A value that weather cannot have (-9999, 999.9) is missing, and counted.

    Raises:
        InputError: a unit that is not known, or no value at all.

    """
    daily = (pl.col(END) - pl.col(START) >= _DAY).alias("daily")
    kinds = rows.select(NAME, UNIT, daily).unique().sort(NAME, UNIT, "daily")
    plan, notes = _plan(kinds, file)
    joined = rows.with_columns(daily).join(plan, on=[NAME, UNIT, "daily"], how="left", maintain_order="left")
    value = pl.col(c.VALUE) * pl.col("factor") + pl.col("offset")
    joined = joined.with_columns(value.alias(c.VALUE))
    possible = pl.col(c.VALUE).is_finite() & pl.col(c.VALUE).is_between(pl.col("low"), pl.col("high"))
    wrong = joined.filter(pl.col(c.VALUE).is_not_null() & ~possible)["ours"].value_counts(sort=True)
    for name, count in wrong.iter_rows():
        notes.append(f"Values of '{name}' that weather cannot have, such as -9999, are taken as missing: {count:,}.")
    kept = joined.filter(possible).select(
        STATION, c.LATITUDE, c.LONGITUDE, START, END, pl.col("ours").alias(NAME), c.VALUE, c.KNOWN_AT
    )
    if not kept.height:
        raise InputError(f"{file} has no weather value that can be used.", hint="Is it the right file?")
    kept = kept.unique([STATION, START, END, NAME, c.KNOWN_AT], keep="first", maintain_order=True)
    return WeatherTable(kept, forecast, local, tuple(notes))


def _plan(kinds: pl.DataFrame, file: str) -> tuple[pl.DataFrame, list[str]]:
    """Our name, the conversion and the bounds of each name and unit in a file; and what is said of them."""
    plan, notes = [], []
    for raw, unit, daily in kinds.iter_rows():
        found = meaning(raw)
        if found is None:
            plan.append((raw, unit, daily, raw, 1.0, 0.0, -1e30, 1e30))
            continue
        measure, name = found.measure, found.name(daily=daily)
        stated = unit or found.unit
        conversion = to_ours(stated, measure)
        if conversion is None:
            hint = f"Name a unit of '{measure.name}', such as {measure.unit}."
            raise InputError(f"{file}: '{stated}' is no unit of '{raw}' that is known.", hint=hint)
        if not stated:
            notes.append(f"'{raw}' says no unit; it is read as {name} in {measure.unit}.")
        elif conversion != (1.0, 0.0):
            notes.append(f"'{raw}' came in {stated} and is kept as {name} in {measure.unit}.")
        plan.append((raw, unit, daily, name, *conversion, measure.low, measure.high))
    numbers = dict.fromkeys(("factor", "offset", "low", "high"), pl.Float64)
    schema = {NAME: pl.String, UNIT: pl.String, "daily": pl.Boolean, "ours": pl.String, **numbers}
    return pl.DataFrame(plan, schema=schema, orient="row"), notes
