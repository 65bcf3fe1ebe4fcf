"""The files that polygons come in: GeoJSON, GeoParquet, and tables with the outline as well-known text."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely
from shapely import Geometry

from busyness.domain.errors import InputError
from busyness.sources.files.content import read_bytes
from busyness.sources.small_table import read_small_table

FEATURE_ID = "feature_id"
"""The property that holds the ids which GeoJSON writes beside the properties."""

_DEGREES = {"4326", "CRS84", "WGS 84", "4269", "4258"}  # NAD 83 and ETRS 89 lie within two metres of WGS 84
_WGS_84 = "Write it in degrees of longitude and latitude (WGS 84, EPSG:4326): any map program can convert it."
_CONVERT = "Save it as GeoJSON or GeoParquet: any map program can convert it."
_COLLECTION = "Write a FeatureCollection with one feature for each area."
_ALIEN = (
    (b"PK", "a ZIP archive"),
    (b"SQLite format 3", "a GeoPackage"),
    (b"\x00\x00\x27\x0a", "a shapefile"),
    (b"<", "an XML file (KML or GML)"),
)


@dataclass(frozen=True, slots=True)
class AreaFile:
    """What a file says of its areas: every property as text (blank: ``""``), one a row, and the outlines as written."""

    file: str
    properties: Mapping[str, Sequence[str]]
    written: Sequence[Any]
    parse: Callable[[Any], Geometry]

    def geometries(self, labels: Sequence[str]) -> Iterator[Geometry | None]:
        """This will yield the outlines, or raise an ``InputError`` with row and label of the first that is damaged."""
        for row, (label, outline) in enumerate(zip(labels, self.written, strict=True), 1):
            try:
                with np.errstate(invalid="ignore"):  # a corner that is no number is refused later, by name
                    parsed = None if outline is None else self.parse(outline)
            except (shapely.errors.ShapelyError, TypeError, ValueError) as fault:
                reason = str(fault).partition(": ")[2] or str(fault)
                raise InputError(
                    f"{self.file}: the outline of area {row} ('{label}') is damaged: {reason.rstrip('.')}.",
                    hint="Export the file again, or mend this outline: a ring ends where it begins.",
                ) from None
            yield parsed


def read_area_file(path: Path) -> AreaFile:
    """This will read a file of polygons, gzipped or not; what it is, its first bytes tell.

    Raises: ``InputError`` where it is missing, damaged, of another format or in another coordinate system.
    """
    if path.is_dir():
        raise InputError(f"{path} is a folder, not a file of areas.", hint="Name one file in it.")
    content = read_bytes(path)
    start = content[:64].removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"PAR1"):
        return _parquet(content, path.name)
    if start[:1] in {b"{", b"["}:
        return _geojson(content, path.name)
    for magic, what in _ALIEN:
        if content.startswith(magic):
            raise InputError(f"{path.name} is {what}, which is not read here.", hint=_CONVERT)
    if path.name.lower().removesuffix(".gz").endswith("json"):
        raise InputError(f"{path.name} is no GeoJSON.", hint="Was it a login page or a text? Download the file itself.")
    return _table(path)


def _geojson(content: bytes, file: str) -> AreaFile:
    try:
        whole = json.loads(content)
    except json.JSONDecodeError as fault:
        raise InputError(
            f"{file} is damaged or cut short at line {fault.lineno}, character {fault.colno}.", hint="Download it again."
        ) from None
    except (UnicodeDecodeError, RecursionError):
        raise InputError(f"{file} is damaged.", hint="Download it again.") from None
    features = _features(whole, file)
    rows = [feature.get("properties") or {} for feature in features]
    if any(feature.get("id") is not None for feature in features):
        rows = [{**row, FEATURE_ID: feature.get("id")} for row, feature in zip(rows, features, strict=True)]
    names = dict.fromkeys(name for row in rows for name in row)
    properties = {name: [_text(row.get(name)) for row in rows] for name in names}
    outlines = [feature.get("geometry") for feature in features]
    return AreaFile(file, properties, outlines, lambda outline: shapely.from_geojson(json.dumps(outline)))


def _features(whole: object, file: str) -> list[dict[str, Any]]:
    said = whole if isinstance(whole, dict) else {}
    kind = said.get("type")
    if kind == "Topology":
        raise InputError(f"{file} is TopoJSON, which is not read here.", hint=_CONVERT)
    if kind != "FeatureCollection":
        single = kind == "Feature" or "coordinates" in said
        raise InputError(f"{file} is {f'a single {kind}' if single else 'no collection of areas'}.", hint=_COLLECTION)
    _refuse_other_crs(said.get("crs"), file)
    features = said.get("features")
    if not isinstance(features, list) or not features:
        raise InputError(f"{file} has no areas.", hint=_COLLECTION)
    for row, feature in enumerate(features, 1):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            raise InputError(f"{file}: entry {row} is no feature.", hint=_COLLECTION)
    return features


def _parquet(content: bytes, file: str) -> AreaFile:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
        said = pl.read_parquet_metadata(io.BytesIO(content)).get("geo")
        geo = json.loads(said) if said else {}
    except (pl.exceptions.PolarsError, ValueError, OSError):
        raise InputError(f"{file} is a damaged Parquet file.", hint="Export it again.") from None
    binary = [name for name, dtype in frame.schema.items() if dtype == pl.Binary]
    column = geo.get("primary_column") or next((name for name in ("geometry", "geom", *binary) if name in binary), None)
    about = geo.get("columns", {}).get(column, {})
    if column not in binary or about.get("encoding", "WKB") != "WKB":
        raise InputError(f"{file} has no column of outlines as WKB.", hint="Write it as GeoParquet with the encoding WKB.")
    if about.get("crs"):
        _refuse_other_crs(about["crs"], file)
    flat = [name for name, dtype in frame.schema.items() if name != column and not dtype.is_nested() and dtype != pl.Binary]
    properties = {name: [_text(value) for value in frame[name].to_list()] for name in flat}
    return AreaFile(file, properties, frame[column].to_list(), shapely.from_wkb)


def _table(path: Path) -> AreaFile:
    table = read_small_table(path, {})
    texts = {name: table.text(name).fill_null("").to_list() for name in table.columns}
    outline = next((name for name, cells in texts.items() if _is_outline(next(filter(None, cells), ""))), None)
    if outline is None:
        raise InputError(
            f"{path.name} has no column of outlines.", hint="Write them as well-known text: POLYGON ((-87.6 41.8, …))."
        )
    properties = {name: cells for name, cells in texts.items() if name != outline}
    return AreaFile(path.name, properties, [cell or None for cell in texts[outline]], shapely.from_wkt)


def _is_outline(cell: str) -> bool:
    head = cell.upper().lstrip()
    return head.startswith(("POLYGON", "MULTIPOLYGON", "POINT", "MULTIPOINT")) and "(" in head


def _refuse_other_crs(crs: object, file: str) -> None:
    """Either ``{"properties": {"name": "urn:ogc:def:crs:EPSG::3435"}}`` (GeoJSON) or PROJJSON; none: degrees."""
    if not crs:
        return
    said: dict[str, Any] = crs if isinstance(crs, dict) else {"name": crs}
    inner = said.get("properties") or said.get("id") or {}
    named = str(inner.get("name") or inner.get("code") or said.get("name") or "of its own")
    if named.rpartition(":")[2] not in _DEGREES:
        raise InputError(f"{file} is in the coordinate system {named}, not in degrees.", hint=_WGS_84)


def _text(value: object) -> str:
    """A property as text; a whole number that came as a fraction loses it; nested values are left out."""
    if value is None or isinstance(value, dict | list) or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
