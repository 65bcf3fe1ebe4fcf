"""The page of places: where they are, what is known of them, and what is odd about them. One file, no network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.domain.place import Place
from busyness.reports.map import MapMaterial, Ring, drawn_map
from busyness.reports.pages import templates
from busyness.reports.palette import DARK, LIGHT
from busyness.reports.summary import how_many
from busyness.reports.words import Words, words_of
from busyness.tables import columns as c

_NAME = "name"


@dataclass(frozen=True)
class PlacesMaterial:
    """``places`` has ``place`` and, where known, ``name, latitude, longitude, area_km2, parent`` and attributes.

    ``outlines`` are rings of ``(longitude, latitude)`` by place. ``findings`` are sentences: overlaps, gaps, repaired
    polygons. ``shaded`` names the column of numbers that shades the map (empty: none) and ``unit`` says what it counts.
    Raises ``ColumnMissingError`` and ``InputError`` (another language) as the report's material does.
    """

    title: str
    places: pl.DataFrame
    language: str = "en"
    outlines: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    findings: Sequence[str] = ()
    shaded: str = ""
    unit: str = ""

    def __post_init__(self) -> None:
        if self.language not in {"es", "en"}:
            raise InputError(f"A page cannot be written in '{self.language}'.", hint="Use es or en.")
        for column in (c.PLACE, *([self.shaded] if self.shaded else [])):
            if column not in self.places.columns:
                raise ColumnMissingError(column, self.places.columns, role="the page of places")


@dataclass(frozen=True, slots=True)
class Head:
    """A column's name, and whether it holds numbers."""

    text: str
    number: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, and the number it is sorted by where it is one."""

    text: str
    worth: float | None


def render_places_page(material: PlacesMaterial) -> str:
    """This will return the page as one HTML document that asks the network for nothing."""
    words = words_of(material.language)
    foremost = [name for name in (_NAME, c.PLACE) if name in material.places.columns]
    columns = [*foremost, *(name for name in material.places.columns if name not in foremost)]
    numbers = {name for name in columns if material.places[name].dtype.is_numeric() and name != c.PLACE}
    return (
        templates()
        .get_template("places.html.j2")
        .render(
            words=words,
            say=words.say,
            title=material.title or words.say("places.title"),
            subtitle=_subtitle(material, words),
            palettes={"light": LIGHT, "dark": DARK},
            findings=material.findings,
            drawn=drawn_map(_map_of(material, words), words),
            heads=[Head(words.known("places.column", name), name in numbers) for name in columns],
            rows=[
                [_cell(name, row[name], words=words) for name in columns]
                for row in material.places.select(columns).iter_rows(named=True)
            ],
        )
    )


def _map_of(material: PlacesMaterial, words: Words) -> MapMaterial:
    there = set(material.places.columns)
    places, values = [], {}
    for row in material.places.iter_rows(named=True):
        place = str(row[c.PLACE])
        at = (row[c.LATITUDE], row[c.LONGITUDE]) if {c.LATITUDE, c.LONGITUDE} <= there else (None, None)
        places.append(Place(place, str(row.get(_NAME) or ""), *at))
        if material.shaded:
            values[place] = row[material.shaded]
    unit = words.unit(material.unit) if material.unit else ""
    title = words.known("places.column", material.shaded) if material.shaded else how_many(len(places), words)
    return MapMaterial(tuple(places), material.outlines, values, title, unit)


def _subtitle(material: PlacesMaterial, words: Words) -> list[str]:
    told = [how_many(material.places.height, words)]
    if "parent" in material.places.columns:
        parents = material.places["parent"].cast(pl.String).replace("", None).drop_nulls().n_unique()
        if parents:
            told.append(words.say("places.parents.one" if parents == 1 else "places.parents", count=words.number(parents)))
    if "area_km2" in material.places.columns:
        area = words.number(float(material.places["area_km2"].fill_null(0).sum()))
        told.append(words.say("places.area", area=area))
    return told


def _cell(column: str, value: object, *, words: Words) -> Cell:
    if value is None or value == "":
        return Cell("–", None)
    if isinstance(value, bool) or not isinstance(value, int | float) or column == c.PLACE:
        return Cell(str(value), None)
    decimals = 4 if column in {c.LATITUDE, c.LONGITUDE} else None
    return Cell(words.number(value, decimals), float(value))
