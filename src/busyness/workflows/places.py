"""What places there are: described, checked, and drawn on a map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import shapely

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.geo.areas import Areas
from busyness.geo.positions import Reference, faults
from busyness.reports.places_page import PlacesMaterial, render_places_page
from busyness.sources.areas import read_areas
from busyness.sources.chunks.sql_url import is_sql_url
from busyness.tables import columns as c
from busyness.tables.events import Reason
from busyness.workflows.count_events import count_events
from busyness.workflows.outlines import Rings, outlines_of
from busyness.workflows.output import results
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.register import read_register, where_areas
from busyness.workflows.settings import RunSettings

_POLYGONS = (".geojson", ".geojson.gz", ".geoparquet", ".json", ".json.gz")
_A_CROWD = 4  # places from which on the others tell that one lies far away
_KM2_PER_DEGREE2 = 111.195**2


@dataclass(frozen=True)
class PlacesFound:
    """One row a place, outlines by place, and what was found, as sentences."""

    table: pl.DataFrame
    outlines: Mapping[str, Rings]
    findings: tuple[str, ...]
    shaded: str = ""
    unit: str = ""

    def write(self, out: Path, *, title: str, language: str) -> list[Path]:
        """This will write ``places.html`` and ``places.csv``."""
        material = PlacesMaterial(
            title=title, places=self.table, language=language, outlines=self.outlines, findings=self.findings,
            shaded=self.shaded, unit=self.unit,
        )  # fmt: skip
        with results(out) as stage:
            self.table.write_csv(stage / "places.csv")
            (stage / "places.html").write_text(render_places_page(material), "utf-8")
        return [out / "places.csv", out / "places.html"]


def find_places(settings: RunSettings, *, progress: Progress | None = None) -> PlacesFound:
    """This will describe the places of a table, of polygons, or of a file of events (``rows`` says which)."""
    progress = progress or Silent()
    progress.step("Reading")
    if settings.events.rows != "counts":
        return _of_events(settings, progress)
    if is_sql_url(settings.counts.file):
        raise InputError("Places are read from a file; of a database come events.", hint="Say what a row is with --rows.")
    file = Path(settings.counts.file)
    if file.name.lower().endswith(_POLYGONS) or _is_geoparquet(file):
        space = settings.space
        areas = read_areas(file, id=space.area_id, name=space.area_name, timezone=settings.counts.timezone or "UTC")
        areas = where_areas(areas, space.where)
        size = _square_kilometres(areas)
        return PlacesFound(
            _table(areas.all, {"area_km2": size}), outlines_of(areas, areas.all), (*areas.notes, *areas.findings)
        )
    listed = settings.model_copy(update={"counts": settings.counts.model_copy(update={"places": file})})
    places = tuple(read_register(listed).values())
    return PlacesFound(_table(places, {}), {}, (*_without_position(places), *_doubtful(places)))


def _of_events(settings: RunSettings, progress: Progress) -> PlacesFound:
    """The places in which events were counted, shaded by how many there were, or by how many there are at a time."""
    length = SlotLength.parse(settings.counts.every or "1h")
    found = count_events(settings, read_register(settings), length=length, future=0, progress=progress)
    panel = found.gridded.panel
    seen = np.isfinite(panel.demand)
    total = np.where(seen, panel.demand, 0).sum(axis=1)
    mean = total / np.maximum(seen.sum(axis=1), 1)
    counted = {"counted": total.round(1)} if found.measure.adds_up else {"usual": mean.round(2)}
    rejected = tuple(f"Left out: {count:,} rows, {reason}." for reason, count in found.reasons.items())
    table = _table(panel.places, counted)
    return PlacesFound(
        table, found.outlines, (*found.gridded.notes, *rejected), next(iter(counted)), unit=found.measure.noun
    )


def _table(places: tuple[Place, ...], numbers: Mapping[str, Any]) -> pl.DataFrame:
    attributes = sorted({name for place in places for name in place.attributes})
    columns: dict[str, Any] = {
        c.PLACE: [place.id for place in places],
        "name": [place.name or None for place in places],
        c.LATITUDE: [place.latitude for place in places],
        c.LONGITUDE: [place.longitude for place in places],
        "parent": [place.parent or None for place in places],
        **numbers,
        **{name: [place.attributes.get(name) for place in places] for name in attributes},
    }
    table = pl.DataFrame(columns, strict=False)
    empty = [name for name in ("name", "parent") if table[name].null_count() == table.height]
    return table.drop(empty)


def _without_position(places: tuple[Place, ...]) -> tuple[str, ...]:
    lost = [place.label for place in places if place.latitude is None]
    return (f"Places without a position, not on the map: {len(lost):,}, such as {lost[0]}.",) if lost else ()


def _doubtful(places: tuple[Place, ...]) -> tuple[str, ...]:
    """Positions that cannot be right, beside those of the others: at 0, 0, swapped, far away."""
    there = [place for place in places if place.latitude is not None]
    positions = _table(tuple(there), {}).select(pl.col(c.LATITUDE, c.LONGITUDE).cast(pl.Float64))
    latitude, longitude = positions.get_columns()
    reasons = faults(latitude, longitude, Reference.of(latitude, longitude))
    return tuple(
        f"{place.label}: {reason} ({place.latitude:.4f}, {place.longitude:.4f}); check its row."
        for place, reason in zip(there, reasons.to_list(), strict=True)
        if reason is not None and (len(there) >= _A_CROWD or reason == Reason.NULL_ISLAND)
    )


def _square_kilometres(areas: Areas) -> list[float]:
    """Areas on a sphere flattened at each one's own latitude: good to a percent for anything smaller than a country."""
    flat = shapely.area(areas.polygons) * _KM2_PER_DEGREE2
    narrowed = np.cos(np.radians([area.latitude or 0.0 for area in areas.all]))
    return [round(float(size), 3) for size in flat * narrowed]


def _is_geoparquet(file: Path) -> bool:
    if file.suffix.lower() not in {".parquet", ".pq"} or not file.is_file():
        return False
    return "geo" in pl.read_parquet_metadata(file)
