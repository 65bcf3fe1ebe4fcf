"""Any table with a column of times and columns of weather, by names that a person gives or that the vocabulary knows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.sources.holding import until_next
from busyness.sources.small_table import SmallTable, parse_numbers
from busyness.sources.wall_times import read_times
from busyness.sources.weather.issued import ISSUED_COLUMNS
from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.measures import Meaning, meaning
from busyness.sources.weather.weather_table import END, NAME, START, STATION, UNIT
from busyness.tables import columns as c

_TIMES = ("time_utc", "datetime_utc", "timestamp_utc", "time", "datetime", "timestamp", "date_time", "valid_time", "date")
_STATIONS = ("station", "station_id", "location_id", "location", "city", "zip_code", "zip")
_LATITUDES, _LONGITUDES = ("latitude", "lat"), ("longitude", "lon", "lng", "long")
_DAY = timedelta(days=1)


def plain_rows(table: SmallTable, layout: WeatherLayout) -> tuple[pl.DataFrame, list[str], bool]:
    """This will return rows of weather, what was assumed, and whether their times are local.

    Times with a zone, and columns whose name says UTC, are UTC; others are by the wall clock of each place. A row that
    is about a date holds for the whole day; any other until the station's next one, at most the usual step.

    Raises:
        SettingsError: a column that was named is not there, no column is weather, or a cell cannot be read.

    """
    taken = _columns(table, layout)
    time = _named(table, layout.time, _TIMES, "the time")
    times = read_times(table, time)
    table.refuse(pl.lit(times.at.is_null()), f"column '{time}' is empty.", hint="Write a date or time in every row.")
    utc = times.aware or "utc" in time.lower() or "gmt" in time.lower()
    station = _one_of(table, layout.station, _STATIONS)
    stations = table.text(station).fill_null("") if station else pl.Series([""] * table.frame.height, dtype=pl.String)
    start = times.at.dt.replace_time_zone("UTC") if utc else times.at
    notes = [f"Column '{time}' is read as {'UTC' if utc else 'the wall clock of each place'}."]
    if times.midnights and not utc:
        end = start.dt.offset_by("1d")
    else:
        end, step = until_next(pl.DataFrame({STATION: stations, START: start}))
        notes.append(f"Each row holds for {step / timedelta(hours=1):g} h from its time on.")
    known = _issued(table, start)
    position = [_numbers(table, _one_of(table, "", names)) for names in (_LATITUDES, _LONGITUDES)]
    where = pl.DataFrame(
        {
            STATION: stations, c.LATITUDE: position[0], c.LONGITUDE: position[1], START: start, END: end, c.KNOWN_AT: known,
        }
    )  # fmt: skip
    parts = [
        where.select(
            STATION,
            c.LATITUDE,
            c.LONGITUDE,
            START,
            END,
            pl.lit(name).alias(NAME),
            pl.lit(_unit(name, unit, layout)).alias(UNIT),
            _measured(table, column).alias(c.VALUE),
            c.KNOWN_AT,
        )
        for name, (column, unit) in taken.items()
    ]
    return pl.concat(parts).drop_nulls(c.VALUE), notes, not utc


def _columns(table: SmallTable, layout: WeatherLayout) -> dict[str, tuple[str, str]]:
    """The columns to read, with their units, by the name to read them under."""
    for name, column in layout.columns.items():
        if column not in table.columns:
            hint = did_you_mean(column, table.columns) or f"The columns are {', '.join(table.columns[:20])}."
            raise SettingsError(f"there is no column '{column}' for {name}.", file=table.file, hint=hint)
    if layout.columns:
        said = {name: meaning(column) for name, column in layout.columns.items()}
        return {name: (column, _stated(said[name])) for name, column in layout.columns.items()}
    known = {column: meaning(column) for column in table.columns}
    taken = {column: (column, found.unit) for column, found in known.items() if found is not None}
    if not taken:
        hint = "Say which column is which, such as columns: {temperature: Temp}."
        raise SettingsError("no column has a name of weather.", file=table.file, hint=hint)
    return taken


def _stated(found: Meaning | None) -> str:
    return found.unit if found else ""


def _unit(name: str, stated: str, layout: WeatherLayout) -> str:
    """The unit that a person named, for a name of theirs or of ours, else the one that the column says."""
    found = meaning(name)
    ours = found.measure.name if found else name
    return layout.units.get(name) or layout.units.get(ours) or stated


def _measured(table: SmallTable, column: str) -> pl.Series:
    """Numbers; a trace of rain (``T``) is none, and anything else that is no number is missing."""
    if table.frame[column].dtype == pl.String:
        trace = table.frame[column].str.to_uppercase() == "T"
        return pl.select(pl.when(trace).then(0.0).otherwise(parse_numbers(table, column))).to_series()
    return parse_numbers(table, column)


def _issued(table: SmallTable, start: pl.Series) -> pl.Series:
    column = _one_of(table, "", ISSUED_COLUMNS)
    if not column:
        return pl.Series([None] * len(start), dtype=start.dtype)
    times = read_times(table, column)
    hint = "Write when the forecast was issued in every row."
    table.refuse(pl.lit(times.at.is_null()), f"column '{column}' is empty.", hint=hint)
    at = pl.select(pl.when(times.dated).then(times.at + pl.lit(_DAY)).otherwise(times.at)).to_series()
    utc = times.aware or "utc" in column.lower() or getattr(start.dtype, "time_zone", None) is not None
    return at.dt.replace_time_zone("UTC") if utc else at


def _numbers(table: SmallTable, column: str) -> pl.Series:
    if not column:
        return pl.Series([None] * table.frame.height, dtype=pl.Float64)
    return table.numbers(column, what=f"'{column}':")


def _one_of(table: SmallTable, chosen: str, names: Iterable[str]) -> str:
    """The column that was chosen, or the first of these that the table has; none: an empty text."""
    if chosen:
        table.require(chosen)
        return chosen
    by_lower = {column.lower(): column for column in table.columns}
    return next((by_lower[name] for name in names if name in by_lower), "")


def _named(table: SmallTable, chosen: str, names: Iterable[str], what: str) -> str:
    found = _one_of(table, chosen, names)
    if not found:
        raise SettingsError(f"no column is {what}.", file=table.file, hint="Name it, for example time: Time_UTC.")
    return found
