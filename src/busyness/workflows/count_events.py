"""From events to a panel: read them in chunks, find the place of each, count."""

from __future__ import annotations

import math
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import SettingsError
from busyness.domain.local_time import utc_offsets
from busyness.domain.measures import Measure, measure_of
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.geo.areas import Areas
from busyness.geo.hexagons import Hexagons
from busyness.geo.named import Named
from busyness.geo.nearest import Stores
from busyness.preparation.grid import Gridded
from busyness.preparation.tallied import PlaceChoice, panel_of
from busyness.preparation.tally import OUTSIDE, SLOT, SlotClock, Tally, tally
from busyness.sources.chunks.open import open_chunks
from busyness.sources.files.counts import CountsSource
from busyness.sources.opening_hours import read_opening_hours
from busyness.tables import columns as c
from busyness.tables.events import Events
from busyness.tables.verbs import EventSource, Locator
from busyness.workflows.nothing_counted import refuse_nothing
from busyness.workflows.outlines import Rings, outlines_of
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.readers import event_source, locator

SALT = "BUSYNESS_SALT"
"""The environment's secret that ids of people are hashed with."""

_HEXAGON_EVENTS = 50  # a hexagon with fewer events over the file says nothing about any hour of the week
_SOME_WINTER = np.array(["2020-01-01"], "datetime64[s]")


@dataclass(frozen=True)
class Counted:
    """A panel of what was counted, how the counting went, what is counted, the places' outlines, the sensors' health."""

    gridded: Gridded
    tally: Tally
    measure: Measure
    outlines: Mapping[str, Rings]
    health: pl.DataFrame | None = None

    @property
    def reasons(self) -> dict[str, int]:
        """Rows that are not in the panel by reason: the rejected ones, and those outside every place."""
        outside = {OUTSIDE: self.tally.unmapped} if self.tally.unmapped else {}
        return {**self.tally.reasons, **outside}


def count_events(
    settings: RunSettings,
    register: dict[str, Place],
    *,
    length: SlotLength,
    future: int,
    source: CountsSource | None = None,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> Counted:
    """This will count the events of the settings' file (or of ``source``, a frame) by place and slot, chunk by chunk.

    Raises ``SettingsError`` where what is asked for does not fit the file, ``InputError`` where no event has a place.
    """
    events, settings = settings.events, _on_the_places_clock(settings, register)
    clock = clock or SystemClock()
    measure = measure_of(events.rows, events.count)
    if measure.less and length.daily:
        raise SettingsError("How many are inside changes by the hour, not by the day.", hint="Use --every 1h or shorter.")
    salt = os.environ.get(SALT) or secrets.token_hex(16)  # ids are only told apart while counting; none leaves this run
    chunks = open_chunks(settings.counts.file if source is None else source)  # type: ignore[arg-type]  # any table
    reader = event_source(settings, chunks, measure=measure, salt=salt, now=clock.now())
    where = locator(settings, tuple(register.values()))
    seen = _watched(reader, where, progress or Silent())
    found = tally(seen, where, measure=measure, clock=_clock(settings, length, register, where))
    refuse_nothing(found, where, places=tuple(register.values()), measure=measure, name=chunks.name)
    choice = _choice(settings, register, where, found)
    gridded = panel_of(found, where, measure=measure, choice=choice, future=future)
    health: pl.DataFrame | None = getattr(reader, "health", None)  # of sensors; complete when all chunks were read
    lie = where.findings if isinstance(where, Areas) else ()
    notes = (*found.notes, *where.notes, *lie, *_said(found, measure), *_ailments(health), *gridded.notes)
    return Counted(replace(gridded, notes=notes), found, measure, outlines_of(where, gridded.panel.places), health)


def _on_the_places_clock(settings: RunSettings, register: dict[str, Place]) -> RunSettings:
    """Times without an offset are by the clock of the places, where they have one and nobody said another."""
    zones = {place.timezone for place in register.values()}
    if settings.counts.timezone or len(zones) != 1:
        return settings
    return settings.model_copy(update={"counts": settings.counts.model_copy(update={"timezone": zones.pop()})})


def _watched(source: EventSource, where: Locator, progress: Progress) -> Iterator[Events]:
    read = 0
    for chunk in source.chunks():
        _refuse_unlocated(chunk.frame, where)
        yield chunk
        read += chunk.frame.height + chunk.rejected.height
        progress.step(f"Counting events: {read:,}")


def _refuse_unlocated(frame: pl.DataFrame, where: Locator) -> None:
    """Events that say where they were in a way that the places do not."""
    if isinstance(where, Named):
        if c.PLACE not in frame.columns:
            raise SettingsError(
                "The events have positions, and nothing says what a place is.",
                hint="Use --areas FILE, --hexagons 8, or --places FILE with --within 300.",
            )
    elif c.LATITUDE not in frame.columns:
        raise SettingsError(
            "The events name their places and have no positions, so --areas, --hexagons and --within find nothing.",
            hint="Leave these out, or name the columns of the position with --columns.",
        )


def _clock(settings: RunSettings, length: SlotLength, register: dict[str, Place], where: Locator) -> SlotClock:
    """Slots by the local clock: days by that of each store, and an hour begins on the full local hour in India too."""
    timezone = settings.counts.timezone or next((place.timezone for place in register.values()), "UTC")
    listed = register.values() if isinstance(where, (Named, Stores)) else ()
    zones = {row: place.timezone for row, place in enumerate(listed) if place.timezone != timezone}
    offset = int(utc_offsets(_SOME_WINTER, timezone)[0])
    return SlotClock(length, timezone, zones, phase=-offset % (length.minutes * 60))


def _choice(settings: RunSettings, register: dict[str, Place], where: Locator, found: Tally) -> PlaceChoice:
    space, counts, hours = settings.space, settings.counts, settings.calendar.opening_hours
    return PlaceChoice(
        at_least=_at_least(settings, found) if space.at_least is None else space.at_least,
        top=space.top,
        only=counts.only,
        exclude=counts.exclude,
        always=_always(where, register, counts.only),
        end=counts.until,
        opening_hours=read_opening_hours(hours) if hours else {},
    )


def _always(where: Locator, register: dict[str, Place], only: tuple[str, ...]) -> tuple[Place, ...]:
    """Places that are there without any events: all of a list, and the hexagons that ``only`` names."""
    if isinstance(where, Areas):
        return where.all
    if isinstance(where, Hexagons):
        cell = re.compile(f"8{where.resolution:x}[0-9a-f]{{13}}")  # how H3 writes a cell of that resolution
        return where.places([int(name, 16) for name in only if cell.fullmatch(name)])
    return tuple(register.values())


def _at_least(settings: RunSettings, found: Tally) -> float:
    """What a place must have where nobody said: hexagons two a day over the file, up to 50; all other places nothing."""
    space, counts = settings.space, found.until(settings.counts.until).counts
    if space.hexagons is None or space.top is not None or counts.is_empty():
        return 0
    slots = int(counts.select(pl.col(SLOT).max() - pl.col(SLOT).min() + 1).item())
    return min(_HEXAGON_EVENTS, math.ceil(2 * slots / found.clock.length.per_day))


def _said(found: Tally, measure: Measure) -> list[str]:
    said = [measure.warning] if measure.warning else []
    if found.unmapped:
        share = found.unmapped / max(found.read, 1)
        said.append(
            f"Events outside every place (or in one that --where leaves out): {found.unmapped:,} of {found.read:,} "
            f"({share:.2%}); they are not counted."
        )
    return said


def _ailments(health: pl.DataFrame | None) -> list[str]:
    """What ails the sensors, by kind, with one example each."""
    if health is None or health.is_empty():
        return []
    kinds = health.group_by("what", maintain_order=True).agg(pl.len(), pl.col("sentence").first())
    return [f"Sensors, {what}: {count:,}. {sentence}" for what, count, sentence in kinds.iter_rows()]
