"""What reads events, and what finds the place of each: by what the settings say a row is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from busyness.domain.errors import SettingsError
from busyness.domain.measures import Measure
from busyness.domain.place import Place
from busyness.sources.chunks.chunk import Chunks
from busyness.tables.verbs import EventSource, Locator
from busyness.workflows.register import where_areas
from busyness.workflows.settings import RunSettings


def event_source(settings: RunSettings, raw: Chunks, *, measure: Measure, salt: str, now: datetime) -> EventSource:
    """This will return the reader of what the settings say a row of the file is."""
    from busyness.sources.events._base import EventLayout

    events, counts = settings.events, settings.counts
    layout = EventLayout(events.columns, counts.timezone or "UTC", counts.day_first, measure.kinds, now)
    if events.rows == "trips":
        from busyness.sources.events.trips import Trips

        return Trips(raw, layout)
    if events.rows == "pings":
        from busyness.sources.events.pings import Pings

        return Pings(raw, layout, salt=salt)
    if events.rows == "sensors":
        from busyness.sources.events.sensor_register import read_register
        from busyness.sources.events.sensors import SensorReadings

        if events.register_file is None:
            raise SettingsError(
                "Sensors need a register that says which store each one counts for.", hint="Give it with --register FILE."
            )
        register = read_register(events.register_file, timezone=layout.timezone)
        return SensorReadings(raw, layout, register=register)
    if events.rows == "sales":
        from busyness.sources.events.sales import Sales

        return Sales(raw, layout)
    if events.rows == "app":
        from busyness.sources.events.app import AppEvents

        return AppEvents(raw, layout, salt=salt, consent=events.consent)
    from busyness.sources.events.points import Points

    return Points(raw, layout, salt=salt)


def locator(settings: RunSettings, register: Sequence[Place]) -> Locator:
    """This will return what finds the place of an event: areas, hexagons, the nearest store, or its own word for it."""
    space, timezone = settings.space, settings.counts.timezone or "UTC"
    ways = {"--areas": space.areas, "--hexagons": space.hexagons, "--within": space.within}
    chosen = [way for way, value in ways.items() if value is not None]
    if len(chosen) > 1:
        raise SettingsError(f"{' and '.join(chosen)} say in two ways what a place is.", hint="Use one of them.")
    if space.parents is not None and space.hexagons is None:
        raise SettingsError("--parents are those of hexagons.", hint="Give the hexagons' own resolution with --hexagons.")
    if space.areas is not None:
        from busyness.sources.areas import read_areas

        areas = read_areas(space.areas, id=space.area_id, name=space.area_name, timezone=timezone)
        return where_areas(areas, space.where)
    if space.hexagons is not None:
        from busyness.geo.hexagons import Hexagons

        return Hexagons(space.hexagons, timezone=timezone, parent=space.parents)
    if space.within is not None:
        from busyness.geo.nearest import Stores

        if not register:
            raise SettingsError("--within needs the positions of the places.", hint="Give them with --places.")
        return Stores(register, within=space.within)
    from busyness.geo.named import Named

    return Named(register, timezone=timezone)
