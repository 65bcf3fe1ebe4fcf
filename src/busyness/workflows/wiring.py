"""The only file that picks implementations: names in settings and artifacts → classes.

A new model is one file in ``models`` and one line in ``MEMBERS``. Other packages add theirs through the entry point
group ``busyness.forecasters``: a callable with the signature of ``Make``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from importlib.metadata import entry_points
from typing import Any

from busyness.domain.errors import ArtifactError, SettingsError, did_you_mean
from busyness.domain.measures import Measure
from busyness.domain.place import Place
from busyness.domain.stopwatch import Stopwatch
from busyness.domain.threads import free_threads
from busyness.sources.chunks.chunk import Chunks
from busyness.tables.parts import Parts
from busyness.tables.verbs import EventSource, FeatureBuilder, Forecaster, Locator, MedianForecaster
from busyness.workflows.register import where_areas
from busyness.workflows.settings import ModelSettings, RunSettings

Make = Callable[["ModelSettings", int, Stopwatch], MedianForecaster]
"""(settings, threads, stopwatch) → a member that has not been fitted."""


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


def builder(threads: int) -> FeatureBuilder:
    """This will return the feature builder of all models."""
    from busyness.features.builder import DirectFeatures

    return DirectFeatures(threads=threads)


def _boosted(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.boosted import boosted_settings
    from busyness.models.trees import TreeForecaster

    chosen = boosted_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return TreeForecaster(builder(threads), chosen, kind="boosted", watch=watch)


def _forest(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.forest import forest_settings
    from busyness.models.trees import TreeForecaster

    chosen = forest_settings(seed=settings.seed, threads=threads, fast=settings.fast)
    return TreeForecaster(builder(threads), chosen, kind="forest", watch=watch)


def _seasonal(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.seasonal import SeasonalForecaster

    del settings, watch
    return SeasonalForecaster(builder(threads))


def _average(settings: ModelSettings, threads: int, watch: Stopwatch) -> MedianForecaster:
    from busyness.models.average import AverageForecaster

    return AverageForecaster([make(settings, threads, watch) for make in (_boosted, _forest, _seasonal)])


MEMBERS: Mapping[str, Make] = {"boosted": _boosted, "forest": _forest, "seasonal": _seasonal, "average": _average}


def forecaster(settings: ModelSettings, *, watch: Stopwatch, version: str = "") -> Forecaster:
    """This will return the forecaster that the settings name, calibrated, not fitted yet."""
    from busyness.models.calibrated import CalibratedForecaster

    threads = free_threads(settings.threads)
    member = _member(settings.model)(settings, threads, watch)
    return CalibratedForecaster(member, levels=settings.levels, watch=watch, version=version)


def restored(parts: Parts, *, threads: int | None = None, watch: Stopwatch | None = None, version: str = "") -> Forecaster:
    """This will return the fitted forecaster that an artifact's parts hold."""
    from busyness.models.calibrated import CalibratedForecaster

    facts = dict(parts.facts.get("member") or {})
    member = restored_member(parts.inner("member", str(facts.pop("kind", "")), facts), free_threads(threads))
    return CalibratedForecaster.from_parts(parts, member, version=version, watch=watch)


def restored_member(parts: Parts, threads: int) -> MedianForecaster:
    """This will return the fitted member of that kind."""
    from busyness.features.builder import DirectFeatures
    from busyness.models.average import AverageForecaster
    from busyness.models.seasonal import SeasonalForecaster
    from busyness.models.trees import TreeForecaster, TreeSettings

    facts: Mapping[str, Any] = parts.facts
    if parts.kind == "average":
        inner = [dict(member) for member in facts["members"]]
        members = [parts.inner(f"m{k}", str(fact.pop("kind")), fact) for k, fact in enumerate(inner)]
        return AverageForecaster([restored_member(member, threads) for member in members], facts["weights"])
    if parts.kind == "seasonal":
        return SeasonalForecaster(DirectFeatures.from_facts(facts["features"], threads=threads))
    if parts.kind in {"boosted", "forest"}:
        features = DirectFeatures.from_facts(facts["features"], threads=threads)
        return TreeForecaster(features, TreeSettings(threads=threads), kind=parts.kind).restored(parts)
    for found in entry_points(group="busyness.forecasters"):
        if found.name == parts.kind:
            restore = getattr(found.load(), "restored", None)
            if restore is not None:
                member: MedianForecaster = restore(parts, threads)
                return member
    raise ArtifactError(
        f"The artifact holds a model of the kind '{parts.kind}', which is not known here.",
        file="manifest.json",
        hint="Install the package that provides it, or train again.",
    )


def _member(name: str) -> Make:
    if name in MEMBERS:
        return MEMBERS[name]
    others = {found.name: found for found in entry_points(group="busyness.forecasters")}
    if name in others:
        make: Make = others[name].load()
        return make
    known = [*MEMBERS, *others]
    raise SettingsError(f"There is no model '{name}'; known are {', '.join(known)}.", hint=did_you_mean(name, known))
