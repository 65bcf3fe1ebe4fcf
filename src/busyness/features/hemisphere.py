"""Which half of the Earth a place lies in: by its latitude, else by the city its time zone is named after."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

from busyness.domain.place import Place


def southern(place: Place) -> bool:
    """This will say whether a place lies south of the equator; a place of which nothing tells counts as northern.

    >>> southern(Place("1", timezone="Australia/Melbourne")), southern(Place("2", latitude=52.4, timezone="America/Lima"))
    (True, False)
    """
    if place.latitude is not None:
        return place.latitude < 0
    return _southern_zones().get(place.timezone, False)


@cache
def _southern_zones() -> Mapping[str, bool]:
    """Every time zone with a city, by the coordinates in the time zone database; older names follow their new ones."""
    folder = resources.files("tzdata") / "zoneinfo"
    south: dict[str, bool] = {}
    for line in (folder / "zone.tab").read_text(encoding="utf-8").splitlines():
        fields = line.split("\t")
        if not line.startswith("#") and len(fields) > 2:
            south[fields[2]] = fields[1].startswith("-")
    for line in (folder / "tzdata.zi").read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == "L" and words[1] in south:
            south.setdefault(words[2], south[words[1]])
    return south
