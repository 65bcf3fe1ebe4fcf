"""Weather files of any known form → tables, observed and forecast apart; the form is told from the content."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import polars as pl

from busyness.domain.errors import InputError, NoUsableRowsError
from busyness.sources.files.content import read_bytes
from busyness.sources.places import read_places
from busyness.sources.small_table import read_small_table
from busyness.sources.weather.ghcn_daily import BY_YEAR, is_by_station, station_rows, year_rows
from busyness.sources.weather.global_hourly import is_global_hourly, report_rows
from busyness.sources.weather.issued import issued_by_name
from busyness.sources.weather.layout import WeatherLayout
from busyness.sources.weather.open_meteo import Block, block_rows
from busyness.sources.weather.open_meteo_csv import csv_blocks
from busyness.sources.weather.open_meteo_json import json_blocks
from busyness.sources.weather.plain import plain_rows
from busyness.sources.weather.weather_table import END, STATION, WeatherTable, weather_table
from busyness.tables import columns as c

_YEAR_ROW = re.compile(rb'^"?[A-Z]{2}[A-Z0-9_-]{9}"?,"?\d{8}"?,"?[A-Z][A-Z0-9]{3}"?,')
_HEAD = 4096
_NAME_SAYS = "A forecast: the file's name says when it was issued (UTC; a date alone: at the end of that day)."


def read_weather(files: Sequence[str | Path], layout: WeatherLayout | None = None) -> tuple[WeatherTable, ...]:
    """This will read weather files: Open-Meteo (JSON, CSV), NOAA (daily summaries, hourly reports), or any plain table.

    Values are forecasts where the issue time is known (``layout.issued``, a column such as ``issued``, the date in a
    name like ``forecast_2025-01-31T06.json``), and every file of them is a vintage of its own. All others were observed:
    known when what they are about is over. Returns one table for each kind and clock among the files.

    Raises:
        InputError: a file cannot be read, has no weather, or there is no file.

    """
    layout = layout or WeatherLayout()
    if not files:
        raise InputError("No weather file was named.", hint="Name at least one, such as weather.csv.")
    kinds: dict[tuple[bool, bool, bool], dict[str, WeatherTable]] = {}
    for path in map(Path, files):
        for table in _read(path, layout):
            zoned = getattr(table.frame.schema[c.KNOWN_AT], "time_zone", None) is not None
            kinds.setdefault((table.forecast, table.local, zoned), {})[str(path)] = table
    return tuple(_together(same) for _, same in sorted(kinds.items()))


def _read(path: Path, layout: WeatherLayout) -> list[WeatherTable]:
    rows, notes, local = _rows(path, layout)
    if not rows.height:
        raise NoUsableRowsError(path.name)
    if layout.stations is not None:
        rows = _positioned(rows, layout.stations)
    dated = rows[c.KNOWN_AT].is_not_null()  # rows that say themselves when they were forecast
    rest, forecast, said = _known(rows.filter(~dated), path, layout)
    parts = [(rows.filter(dated), True, notes), (rest, forecast, [said] if dated.any() else [*notes, said])]
    tables = []
    for some, ahead, noted in parts:
        if some.height:
            table = weather_table(some, path.name, forecast=ahead, local=local)
            tables.append(WeatherTable(table.frame, ahead, local, (*noted, *table.notes)))
    return tables


def _known(rows: pl.DataFrame, path: Path, layout: WeatherLayout) -> tuple[pl.DataFrame, bool, str]:
    """Rows with ``known_at`` from what is said of the whole file; whether that is a forecast; and the sentence on it."""
    issued = layout.issued or issued_by_name(path.name)
    if issued is None:
        said = "The values are taken as observed: known when their time is over, so that only the past has them."
        return rows.with_columns(pl.col(END).alias(c.KNOWN_AT)), False, said
    at = issued.replace(tzinfo=UTC) if issued.tzinfo is None else issued.astimezone(UTC)
    known = pl.lit(at, pl.Datetime("us", "UTC")).alias(c.KNOWN_AT)
    said = f"The forecast was issued at {at:%Y-%m-%d %H:%M} UTC, as was said." if layout.issued else _NAME_SAYS
    return rows.with_columns(known), True, said


def _rows(path: Path, layout: WeatherLayout) -> tuple[pl.DataFrame, list[str], bool]:
    """A file's rows under its own names and units, what was assumed, and whether its times are local."""
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    if suffix in (".json", ".csv", ".txt", ""):
        content = read_bytes(path)
        head = content[:_HEAD].lstrip(b"\xef\xbb\xbf").lstrip()
        if head[:1] in (b"{", b"[") and suffix == ".json":
            return _of_blocks(json_blocks(content, path.name), path.name)
        if b"utc_offset_seconds" in head.split(b"\n", 1)[0]:
            return _of_blocks(csv_blocks(content, path.name), path.name)
        if _YEAR_ROW.match(head) or head.upper().replace(b'"', b"").startswith(b"ID,DATE,ELEMENT,"):
            return *year_rows(_by_year(content, bool(_YEAR_ROW.match(head)))), True
    table = read_small_table(path, {})
    if is_global_hourly(table.columns):
        return *report_rows(table), False
    if "HourlyDryBulbTemperature" in table.columns:
        hint = "Take the station's global-hourly file instead."
        raise InputError(f"{path.name} is NOAA's local climatological data, which is not read.", hint=hint)
    if is_by_station(table.columns):
        return *station_rows(table), True
    return plain_rows(table, layout)


def _of_blocks(blocks: list[Block], file: str) -> tuple[pl.DataFrame, list[str], bool]:
    return pl.concat([block_rows(block, file) for block in blocks]).drop_nulls(c.VALUE), [], False


def _by_year(content: bytes, headless: bool) -> pl.DataFrame:
    frame = pl.read_csv(io.BytesIO(content), has_header=not headless, infer_schema=False)
    frame.columns = list(BY_YEAR[: frame.width])
    return frame


def _positioned(rows: pl.DataFrame, register: Path) -> pl.DataFrame:
    listed = [(place.id, place.latitude, place.longitude) for place in read_places(register)]
    known = pl.DataFrame(listed, schema={STATION: pl.String, "lat": pl.Float64, "lon": pl.Float64}, orient="row")
    joined = rows.join(known, on=STATION, how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("lat", c.LATITUDE).alias(c.LATITUDE), pl.coalesce("lon", c.LONGITUDE).alias(c.LONGITUDE)
    ).select(rows.columns)


def _together(tables: dict[str, WeatherTable]) -> WeatherTable:
    """The tables of several files as one; what is said of many files is said once."""
    saying: dict[str, list[str]] = {}
    for file, table in tables.items():
        for note in table.notes:
            saying.setdefault(note, []).append(Path(file).name)
    notes = [
        f"{files[0]}{f' and {len(files) - 1:,} more' if len(files) > 1 else ''}: {note}" for note, files in saying.items()
    ]
    first = next(iter(tables.values()))
    return WeatherTable(pl.concat([table.frame for table in tables.values()]), first.forecast, first.local, tuple(notes))
