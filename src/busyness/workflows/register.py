"""The places that a table names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.domain.place import Place
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
        known = {other for place in places for other in place.attributes}
        if name not in known:
            raise SettingsError(f"The places have no column '{name}'.", hint=did_you_mean(name, known))
        kept = [place for place in kept if str(place.attributes.get(name)) == value]
        if not kept:
            values = sorted({str(place.attributes.get(name)) for place in places})
            raise SettingsError(
                f"No place has {name} = {value}; there are {', '.join(values[:10])}.", hint=did_you_mean(value, values)
            )
    return kept
