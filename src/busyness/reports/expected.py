"""What is expected of each place over the whole horizon: a map, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from busyness.domain.place import Place
from busyness.reports.map import Map, MapMaterial, drawn_map
from busyness.reports.material import ReportMaterial
from busyness.reports.places import ShownPlace
from busyness.reports.summary import between, forecast_days
from busyness.reports.words import capitalised, words_of
from busyness.reports.written_tables import WrittenTable
from busyness.tables import columns as c


def expected_by_place(material: ReportMaterial) -> dict[str, float]:
    """This will return each place's expected demand over the horizon; what does not add up, as the mean of its slots."""
    forecast = material.table("forecast")
    if forecast is None:
        return {}
    mean = pl.col(c.MEAN).cast(pl.Float64).fill_nan(None)
    found = forecast.group_by(pl.col(c.PLACE).cast(pl.String)).agg(mean.sum() if material.adds_up else mean.mean())
    return {place: value for place, value in found.iter_rows() if value is not None}


def expected_map(material: ReportMaterial, places: Sequence[ShownPlace]) -> Map | None:
    """This will draw the expected demand of every place that has a position; ``None`` where fewer than two have."""
    values, days = expected_by_place(material), forecast_days(material)
    if days is None:
        return None
    words = words_of(material.language)
    key, said = between("map.title" if material.adds_up else "map.title.mean", *days, words=words)
    unit = _unit(material)
    at = _positions(material)
    mapped = tuple(Place(p.id, p.label, *at.get(p.id, (None, None)), timezone=p.timezone) for p in places)
    where = sum(place.id in material.outlines or place.latitude is not None for place in mapped)
    return (
        drawn_map(
            MapMaterial(mapped, material.outlines, values, capitalised(words.say(key, unit=unit, **said)), unit), words
        )
        if where > 1
        else None
    )


def expected_table(material: ReportMaterial, places: Sequence[ShownPlace]) -> WrittenTable | None:
    """This will write what is expected of every place, the busiest first."""
    values = expected_by_place(material)
    if not values:
        return None
    words, total = words_of(material.language), sum(values.values())
    rows = []
    for place in places:
        value = values.get(place.id)
        share = () if not material.adds_up else (words.percent(value / total if value is not None and total else None, 1),)
        rows.append((place.label, words.number(value), *share))
    heads = ["table.place", "totals.expected", *(["map.share"] if material.adds_up else [])]
    return WrittenTable(capitalised(words.say("map.table", unit=_unit(material))), tuple(map(words.say, heads)), tuple(rows))


def _unit(material: ReportMaterial) -> str:
    words = words_of(material.language)
    return words.unit(material.unit) if material.adds_up else words.per_slot(material.unit, material.slot_minutes)


def _positions(material: ReportMaterial) -> dict[str, tuple[float | None, float | None]]:
    if not {c.LATITUDE, c.LONGITUDE} <= set(material.places.columns):
        return {}
    rows = material.places.select(pl.col(c.PLACE).cast(pl.String), c.LATITUDE, c.LONGITUDE)
    return {place: (latitude, longitude) for place, latitude, longitude in rows.iter_rows()}
