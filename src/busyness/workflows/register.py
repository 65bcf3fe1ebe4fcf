"""The places that a table names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.sources.places import read_places
from busyness.workflows.settings import RunSettings


def read_register(settings: RunSettings) -> dict[str, Place]:
    """This will return the places that a table names, by id: all, or those that ``where`` leaves."""
    counts, where = settings.counts, settings.space.where
    if counts.places is None:
        if where and settings.space.areas is None:
            raise SettingsError("--where needs a table of places.", hint="Give it with --places.")
        return {}
    repeated: Literal["refuse", "last"] = "refuse" if settings.events.rows == "counts" else "last"
    places = read_places(counts.places, timezone=counts.timezone or "UTC", repeated=repeated)
    return {place.id: place for place in where_attributes(places, where)}


def where_attributes(places: Sequence[Place], where: Mapping[str, str]) -> list[Place]:
    """This will return the places whose attributes have these values, or raise ``SettingsError`` where none has."""
    kept = list(places)
    for name, value in where.items():
        known = {other for place in places for other in _facts(place)}
        if name not in known:
            listed = f"; they have {', '.join(sorted(known))}"
            raise SettingsError(f"The places have no column '{name}'{listed}.", hint=did_you_mean(name, known))
        kept = [place for place in kept if _facts(place).get(name) == value]
        if not kept:
            values = sorted({_facts(place)[name] for place in places if name in _facts(place)})
            raise SettingsError(
                f"No place has {name} = {value}; there are {', '.join(values[:10])}.", hint=did_you_mean(value, values)
            )
    return kept


def where_areas(areas: Areas, where: Mapping[str, str]) -> Areas:
    """This will return the areas whose properties have these values, or raise ``SettingsError`` where none has."""
    if not where:
        return areas
    kept = {place.id for place in where_attributes(areas.all, where)}
    rows = [row for row, area in enumerate(areas.all) if area.id in kept]
    return Areas([areas.all[row] for row in rows], [areas.polygons[row] for row in rows], notes=areas.notes)


def _facts(place: Place) -> dict[str, str]:
    """What a table says of a place, as it was written: 6, not 6.0."""
    own = {"place": place.id, "name": place.name, "parent": place.parent}
    facts = {name: f"{value:.15g}" if isinstance(value, float) else value for name, value in place.attributes.items()}
    return {name: value for name, value in {**own, **facts}.items() if value}
