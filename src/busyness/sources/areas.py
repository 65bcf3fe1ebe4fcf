"""Areas: the neighbourhoods or zones of a city, read from a file of polygons."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.domain.local_time import zone
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.sources.area_files import FEATURE_ID, AreaFile, read_area_file

_NAMES = (
    *("name", "community", "neighborhood", "neighbourhood", "nbhd", "suburb", "district", "borough", "zone", "ward"),
    *("label", "title", "nombre", "barrio", "distrito", "nom", "quartier", "nome", "bairro", "bezirk", "stadtteil"),
)
_IDS = ("place", "id", "place_id", "area_id", "zone_id", "numbe", "code", "geoid", "key", "id$", "num", "nr", "no$")
_COUNTERS = ("objectid", "fid", "gid", "ogc_fid", FEATURE_ID)  # numbers that a program gave the rows
_PARENT = "parent"
_WHOLE = re.compile(r"-?\d+")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)


def read_areas(
    path: str | Path,
    *,
    id: str | None = None,  # noqa: A002 - the word that a person writes for it
    name: str | None = None,
    timezone: str = "UTC",
) -> Areas:
    """This will return the areas of a GeoJSON or GeoParquet file, or of a table with outlines as well-known text.

    ``id`` and ``name`` are the properties that hold the areas' ids and names; where they are not given they are guessed,
    and the notes say which. A property ``parent`` is the area's parent; every other one becomes an attribute: a number
    where all its values are numbers, else a word. Coordinates are degrees, WGS 84.

    Raises: ``InputError`` with the file, the area's row and name: an id is missing or comes twice, an outline is missing,
        damaged, no polygon, or in another coordinate system.
    """
    zone(timezone)
    read = read_area_file(Path(path))
    name_column = _given(read, name, role="the areas' names") or _guessed(read, _NAMES, _is_name)
    id_column = _given(read, id, role="the areas' ids") or _guessed(read, _IDS, _is_id) or _guessed(read, _COUNTERS, _is_id)
    names = list(read.properties[name_column]) if name_column else [""] * len(read.written)
    ids = _ids(read, id_column or name_column)
    if id_column in (None, name_column):
        names = [""] * len(ids)
    parents = read.properties.get(_PARENT, [""] * len(ids))
    used = {id_column, name_column, _PARENT, FEATURE_ID}
    attributes = _attributes(read, [column for column in read.properties if column not in used])
    labels = [called or key for called, key in zip(names, ids, strict=True)]
    polygons = list(read.geometries(labels))
    if all(polygon is not None and "Point" in polygon.geom_type for polygon in polygons):
        hint = "Points are stores: give them as places, with latitude and longitude."
        raise InputError(f"{read.file} has points only, no outlines of areas.", hint=hint)
    areas = [
        Place(key, called, timezone=timezone, parent=parent, attributes=more)
        for key, called, parent, more in zip(ids, names, parents, attributes, strict=True)
    ]
    try:
        return Areas(areas, polygons, notes=(_note(read, id_column, name_column),))
    except InputError as fault:
        raise InputError(f"{read.file}: {fault.message}", hint=fault.hint) from None


def _given(read: AreaFile, column: str | None, *, role: str) -> str | None:
    if column is not None and column not in read.properties:
        raise ColumnMissingError(column, list(read.properties), role=role)
    return column


def _guessed(read: AreaFile, words: Sequence[str], fits: Callable[[Sequence[str]], bool]) -> str | None:
    """The column that is called by the first of the words, or has it in its name; ``$``: at its end."""
    fitting = [column for column, values in read.properties.items() if fits(values)]
    if words is not _COUNTERS:
        fitting = [column for column in fitting if column.lower() not in _COUNTERS]
    exact = [column for word in words for column in fitting if column.lower() == word]
    part = [column for word in words for column in fitting if re.search(word, column.lower())]
    return next(iter((*exact, *part)), None)


def _is_name(values: Sequence[str]) -> bool:
    return any(values) and not any(_NUMBER.fullmatch(value) for value in values)


def _is_id(values: Sequence[str]) -> bool:
    """All there, all different, and no measured numbers."""
    measured = any(_NUMBER.fullmatch(value) and not _WHOLE.fullmatch(value) for value in values)
    return all(values) and len(set(values)) == len(values) and not measured


def _ids(read: AreaFile, column: str | None) -> list[str]:
    """The ids of the rows: a column's, or the row numbers."""
    if column is None:
        return [str(row + 1) for row in range(len(read.written))]
    first: dict[str, int] = {}
    for row, key in enumerate(read.properties[column], 1):
        if not key:
            raise InputError(f"{read.file}: area {row} has no {column}.", hint=f"Give every area a {column}.")
        if key in first:
            raise InputError(
                f"{read.file}: areas {first[key]} and {row} have the same {column}, '{key}'.",
                hint="Make one multipolygon of them, or name a column that tells them apart.",
            )
        first[key] = row
    return list(first)


def _attributes(read: AreaFile, columns: Sequence[str]) -> list[dict[str, float | str]]:
    """One mapping a row; a blank value has no entry."""
    mappings: list[dict[str, float | str]] = [{} for _ in read.written]
    for column in columns:
        values = read.properties[column]
        numbers = all(_NUMBER.fullmatch(value) and math.isfinite(float(value)) for value in values if value)
        for mapping, value in zip(mappings, values, strict=True):
            if value:
                mapping[column] = float(value) if numbers else value
    return mappings


def _note(read: AreaFile, id_column: str | None, name_column: str | None) -> str:
    count = len(read.written)
    areas = f"Read {count:,} area{'' if count == 1 else 's'} from {read.file}"
    if id_column is None and name_column is None:
        return f"{areas}; they have neither ids nor names, so they are numbered in the file's order."
    if id_column in (None, name_column):
        return f"{areas}; '{name_column}' is their id."
    if name_column is None:
        return f"{areas}; '{id_column}' is their id, and they have no names."
    return f"{areas}; '{id_column}' is their id and '{name_column}' their name."
