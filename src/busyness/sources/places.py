"""Places: their names, positions, time zones, capacities and attributes, from one small table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import polars as pl

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.local_time import zone
from busyness.domain.place import Place
from busyness.sources.small_table import LINE, SmallTable, parse_numbers, read_small_table
from busyness.tables import columns as c

_WORDS = {
    "place": c.PLACE,
    "id": c.PLACE,
    "store": c.PLACE,
    "station_id": c.PLACE,
    "station": c.PLACE,
    "name": "name",
    "latitude": c.LATITUDE,
    "lat": c.LATITUDE,
    "longitude": c.LONGITUDE,
    "lon": c.LONGITUDE,
    "lng": c.LONGITUDE,
    "long": c.LONGITUDE,
    "timezone": "timezone",
    "capacity": c.CAPACITY,
    "parent": "parent",
    "opened": "opened",
    "closed": "closed",
}


def read_places(
    path: str | Path, *, timezone: str = "UTC", repeated: Literal["refuse", "last"] = "refuse"
) -> tuple[Place, ...]:
    """This will return one ``Place`` a row, in the file's order.

    The file is CSV, Parquet, Excel or JSON lines. ``place`` (or ``id``) is required; ``name, latitude, longitude,
    timezone, capacity, parent, opened`` and ``closed`` (dates) are optional; every other column becomes an attribute: a
    number where all its cells are numbers (true is 1), else a word. ``timezone`` is that of the places whose row names
    none. Where a place is listed again after it moved, ``repeated="last"`` takes its last row.

    Raises:
        SettingsError: with file and line, where an id is missing or repeated, a position is no position on Earth, a
            capacity is not above 0 or a time zone does not exist.

    """
    table = read_small_table(path, _WORDS)
    if repeated == "last" and c.PLACE in table.columns:
        table = replace(table, frame=table.frame.unique(c.PLACE, keep="last", maintain_order=True))
    ids = table.places(c.PLACE)
    latitude = _degrees(table, c.LATITUDE, 90)
    longitude = _degrees(table, c.LONGITUDE, 180)
    alone = latitude.is_null() != longitude.is_null()
    table.refuse(pl.lit(alone), "one of latitude and longitude is missing.", hint="Write both, or leave both empty.")
    capacity = _numbers(table, c.CAPACITY)
    hint = "Write how much demand the place can serve in one slot, or leave it empty."
    table.refuse(pl.lit(capacity <= 0), "the capacity {value} is not above 0.", value=c.CAPACITY, hint=hint)
    rows = zip(
        ids.to_list(),
        _texts(table, "name"),
        latitude.to_list(),
        longitude.to_list(),
        _timezones(table, timezone),
        _texts(table, "parent"),
        capacity.to_list(),
        _dates(table, "opened"),
        _dates(table, "closed"),
        _attributes(table),
        strict=True,
    )
    return tuple(
        Place(
            id=id_,
            name=name,
            latitude=north,
            longitude=east,
            timezone=clock,
            parent=parent,
            capacity=served,
            opened=opened,
            closed=closed,
            attributes=attributes,
        )
        for id_, name, north, east, clock, parent, served, opened, closed, attributes in rows
    )


def _texts(table: SmallTable, name: str) -> list[str]:
    if name not in table.columns:
        return [""] * table.frame.height
    return table.text(name).fill_null("").to_list()


def _dates(table: SmallTable, name: str) -> list[date | None]:
    """The day a place opened, or closed for good; blank: not known."""
    if name not in table.columns:
        return [None] * table.frame.height
    text = table.text(name).str.strip_chars()
    days = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    hint = "Write a date such as 2025-01-31, or leave it empty."
    wrong = days.is_null() & text.is_not_null() & (text != "")
    table.refuse(pl.lit(wrong), f"the day it {name}, '{{value}}', is not a date.", value=name, hint=hint)
    found: list[date | None] = days.to_list()
    return found


def _numbers(table: SmallTable, name: str) -> pl.Series:
    if name not in table.columns:
        return pl.Series(name, [None] * table.frame.height, dtype=pl.Float64)
    return table.numbers(name, what=f"the {name}")


def _degrees(table: SmallTable, name: str, most: int) -> pl.Series:
    degrees = _numbers(table, name)
    table.refuse(
        pl.lit(degrees.abs() > most),
        f"the {name} {{value}} lies outside -{most} to {most}.",
        value=name,
        hint="Write decimal degrees, latitude and longitude each in its own column (are the two swapped?).",
    )
    return degrees


def _timezones(table: SmallTable, default: str) -> list[str]:
    zone(default)
    if "timezone" not in table.columns:
        return [default] * table.frame.height
    named = (
        pl.DataFrame({"name": table.text("timezone"), LINE: table.frame[LINE]})
        .drop_nulls()
        .unique("name", maintain_order=True)
    )
    for name, line in zip(named["name"].to_list(), named[LINE].to_list(), strict=True):
        try:
            zone(name)
        except InputError as error:
            raise SettingsError(error.message, file=table.file, line=line, hint=error.hint) from None
    return table.text("timezone").fill_null(default).to_list()


def _attributes(table: SmallTable) -> list[Mapping[str, float | str]]:
    """One mapping a place; a blank cell has no entry."""
    mappings: list[dict[str, float | str]] = [{} for _ in range(table.frame.height)]
    for name in table.columns:
        if name in _WORDS.values():
            continue
        values = _attribute(table, name).to_list()
        for mapping, value in zip(mappings, values, strict=True):
            if value is not None:
                mapping[name] = value
    return list(mappings)


def _attribute(table: SmallTable, name: str) -> pl.Series:
    column = table.frame[name]
    if column.dtype == pl.Boolean:
        return column.cast(pl.Float64)
    numbers = parse_numbers(table, name)
    words = (numbers.is_null() & column.is_not_null()) | numbers.is_infinite().fill_null(False)
    return table.text(name) if words.any() else numbers
