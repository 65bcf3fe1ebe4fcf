"""From a file of counts to a panel: read, grid, and join what is known ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from busyness.domain.errors import InputError, SettingsError
from busyness.domain.place import Place
from busyness.domain.slots import MINUTES_PER_DAY, SlotLength
from busyness.preparation.days import in_days
from busyness.preparation.grid import build_panel
from busyness.preparation.grid_rules import GridRules
from busyness.preparation.impute import impute
from busyness.preparation.inferred_hours import infer_hours, never_counted
from busyness.preparation.last_days import last_days
from busyness.preparation.outlier_rule import OutlierRule
from busyness.preparation.outliers import flag_outliers
from busyness.preparation.posted import slots_behind, with_posted
from busyness.sources.capacity import read_capacity
from busyness.sources.chunks.open import open_chunks
from busyness.sources.chunks.sql_url import is_sql_url
from busyness.sources.files.counts import CountsLayout, CountsSource, read_counts
from busyness.sources.opening_hours import read_opening_hours
from busyness.sources.posted_counts import read_posted_counts
from busyness.tables import columns as c
from busyness.tables.events import Events, no_rejections
from busyness.tables.panel import Panel, SealedPanel, wall_times
from busyness.workflows.count_events import count_events
from busyness.workflows.outlines import Rings
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.register import read_register
from busyness.workflows.settings import CalendarSettings, CountsSettings, PreparationSettings, RunSettings
from busyness.workflows.surroundings import with_supply, with_surroundings

_SHORT_DAYS = 21
_SILENT_DAYS = 14
_SAID = 6


@dataclass(frozen=True, repr=False)
class Ingested:
    """A panel, the rows that did not make it, and what was assumed on the way.

    ``noun`` is the word for one unit of demand, ``adds_up`` whether slots may be added up. ``outlines`` are the rings of
    places by id; ``notices`` what everybody who sees the forecast must know, by the report's word for it;
    ``health`` is what was found about sensors.
    """

    panel: Panel
    horizon: int
    rejected: pl.DataFrame
    reasons: dict[str, int]
    notes: tuple[str, ...]
    rows: int
    noun: str = "visitors"
    adds_up: bool = True
    outlines: Mapping[str, Rings] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    health: pl.DataFrame | None = None

    def __repr__(self) -> str:
        return f"Ingested({self.panel!r}, horizon={self.horizon}, rows={self.rows:,}, rejected={self.rejected.height:,})"


def ingest(settings: RunSettings, source: CountsSource | None = None, *, progress: Progress | None = None) -> Ingested:
    """This will read what the settings name (or ``source``, a frame) into a panel with room for the horizon."""
    if source is None and not settings.counts.file:
        raise InputError("No file of counts was named.", hint="Give one, for example visits.csv.")
    _refuse_unused(settings)
    register = read_register(settings)
    read = _from_counts if settings.events.rows == "counts" else _from_events
    progress = progress or Silent()
    found = read(settings, register, source=source, progress=progress)
    if settings.counts.posted is not None:
        found = _with_posted(found, settings, lambda longer: read(longer, register, source=source, progress=progress))
    panel, said = _until_closing(found.panel, found.horizon)
    notes = [*found.notes, *said]
    panel, around = with_surroundings(panel, settings)
    notes += [*around, *_warnings(panel)]
    perfect = ("perfect_weather",) if settings.weather.perfect_weather and settings.weather.weather else ()
    return replace(found, panel=panel, notes=tuple(dict.fromkeys(notes)), notices=(*found.notices, *perfect))


def _with_posted(found: Ingested, settings: RunSettings, read: Callable[[RunSettings], Ingested]) -> Ingested:
    """What was read with what was posted to the service; it is read again with more room where that lies behind it."""
    assert settings.counts.posted is not None
    posted = read_posted_counts(settings.counts.posted)
    more = slots_behind(found.panel, posted)
    if more:
        model = settings.model.model_copy(update={"horizon": found.horizon + more})
        found = replace(read(settings.model_copy(update={"model": model})), horizon=found.horizon)
    panel, notes = with_posted(found.panel, posted, until=settings.counts.until)
    return replace(found, panel=panel, notes=(*found.notes, *notes))


def _from_counts(
    settings: RunSettings, register: dict[str, Place], *, source: CountsSource | None, progress: Progress
) -> Ingested:
    counts, calendar = settings.counts, settings.calendar
    del progress  # one file at once
    if source is None:
        source = _table(counts.file) if is_sql_url(counts.file) else Path(counts.file)
    events = read_counts(source, _layout(counts, register))
    length = SlotLength.parse(counts.every) if counts.every else None
    horizon = settings.model.horizon or _one_week(length, events)
    room = horizon + (length or SlotLength(events.slot_minutes or 60)).per_day
    gridded = build_panel(events, _rules(counts, calendar, register, length=length, future=room, events=events))
    panel, served = with_supply(_until_day(gridded.panel, counts.until), settings)
    notes = (*events.notes, *gridded.notes, *served)
    return Ingested(panel, horizon, events.rejected, events.reasons(), notes, events.frame.height)


def _refuse_unused(settings: RunSettings) -> None:
    """Nothing that somebody asked for is passed over in silence."""
    if settings.events.rows != "counts":
        return
    blocks = ((settings.events, ("count", "columns", "register_file")),
              (settings.space, ("areas", "hexagons", "parents", "within", "at_least", "top")))  # fmt: skip
    for block, names in blocks:
        for name in names:
            if getattr(block, name) not in (None, "", {}):
                option = name.removesuffix("_file").replace("_", "-")
                hint = "Say what a row is, such as --rows trips."
                raise SettingsError(f"--{option} is for events, and a row of this file is taken as a count.", hint=hint)


def _table(url: str) -> pl.DataFrame:
    return pl.concat([chunk.frame for chunk in open_chunks(url)], how="vertical_relaxed")


def _until_day(panel: Panel, day: date | None) -> Panel:
    """The panel as it was known at the end of a local day."""
    if day is None:
        return panel
    wall = wall_times(panel.places[:1], panel.slots)[0, : panel.history]
    history = int((wall.astype("datetime64[D]") <= np.datetime64(day)).sum())
    if not history:
        raise InputError(f"All counts lie after {day}, the end of the history.", hint="Choose a later --until.")
    ended = panel.shortened(history, panel.slots.count - panel.history)
    later = np.arange(ended.slots.count) >= history
    return replace(ended, demand=np.where(later, np.float32(np.nan), ended.demand))


def _from_events(
    settings: RunSettings, register: dict[str, Place], *, source: CountsSource | None, progress: Progress
) -> Ingested:
    length = SlotLength.parse(settings.counts.every or "1h")
    horizon = settings.model.horizon or max(7 * MINUTES_PER_DAY // length.minutes, 1)
    by_hour = length.daily and settings.events.supply is not None  # vehicles run out at some hours, not evenly over a day
    finer = SlotLength(60) if by_hour else length
    counted = count_events(
        settings,
        register,
        length=finer,
        future=(horizon + length.per_day) * (length.minutes // finer.minutes),
        source=source,
        progress=progress,
    )
    panel, served = with_supply(counted.gridded.panel, settings)
    panel, found = _with_capacity(in_days(panel) if by_hour else panel, settings.calendar), counted.tally
    return Ingested(
        panel,
        horizon,
        found.left_out(),
        counted.reasons,
        (*counted.gridded.notes, *served),
        found.read,
        noun=counted.measure.noun,
        adds_up=counted.measure.adds_up,
        outlines=counted.outlines,
        health=counted.health,
        notices=("served_demand",) if settings.events.rows == "trips" and settings.events.supply is None else (),
    )


def _with_capacity(panel: Panel, calendar: CalendarSettings) -> Panel:
    served = read_capacity(calendar.capacity) if calendar.capacity else {}
    return replace(panel, places=tuple(replace(p, capacity=served.get(p.id, p.capacity)) for p in panel.places))


def write_health(found: Ingested, folder: Path) -> None:
    """This will write ``sensor_health.csv``, where the rows came from sensors: resets, stuck and dead ones."""
    if found.health is not None:
        found.health.write_csv(folder / "sensor_health.csv")


def from_panel(panel: Panel, settings: RunSettings) -> Ingested:
    """This will take a panel as it is, with room for the horizon."""
    horizon = settings.model.horizon or panel.slots.length.per_week
    room = panel.slots.count - panel.history
    if room < horizon:
        raise InputError(
            f"The panel has {room} future slots; {horizon} are to be forecast.", hint="Read it with that horizon."
        )
    return Ingested(panel, horizon, no_rejections(), {}, (), int(panel.observed.sum()))


def preparer(settings: PreparationSettings) -> Callable[[SealedPanel], SealedPanel]:
    """This will return what is done to a sealed panel before a model sees it.

    Opening hours that nobody gave are inferred; outliers are flagged and gaps filled if asked. All of it inside the seal.
    """
    rule = OutlierRule(settings.outliers, settings.threshold)

    def prepare(panel: SealedPanel) -> SealedPanel:
        panel = infer_hours(panel)
        if settings.last_days is not None:
            panel = last_days(panel, settings.last_days)
        if settings.outliers != "none":
            panel = panel.flagged(flag_outliers(panel, rule))
        if settings.impute != "none":
            panel = impute(panel, settings.impute)
        return panel

    return prepare


def _layout(counts: CountsSettings, register: dict[str, Place]) -> CountsLayout:
    known = frozenset(register) or None
    chosen: dict[str, Any] = counts.model_dump(include={"time", "place", "demand", "timezone", "duplicates", "day_first"})
    return CountsLayout(**chosen, known_places=known)


def _rules(
    counts: CountsSettings,
    calendar: CalendarSettings,
    register: dict[str, Place],
    *,
    length: SlotLength | None,
    future: int,
    events: Events,
) -> GridRules:
    zoned = _zoned(events)
    return GridRules(
        every=length,
        future=future,
        timezone="UTC" if zoned or not counts.timezone else counts.timezone,
        places={**zoned, **register},
        opening_hours=read_opening_hours(calendar.opening_hours) if calendar.opening_hours else {},
        only=counts.only,
        exclude=counts.exclude,
        capacity=read_capacity(calendar.capacity) if calendar.capacity else {},
    )


def _zoned(events: Events) -> dict[str, Place]:
    """The places whose zone came as a column of the file."""
    if c.TIMEZONE not in events.frame.columns:
        return {}
    zones = events.frame.group_by(c.PLACE).agg(pl.col(c.TIMEZONE).drop_nulls().first()).drop_nulls()
    return {place: Place(place, timezone=name) for place, name in zones.iter_rows()}


def _one_week(length: SlotLength | None, events: Events) -> int:
    minutes = length.minutes if length else events.slot_minutes or 60
    return max(7 * MINUTES_PER_DAY // minutes, 1)


def _until_closing(panel: Panel, horizon: int) -> tuple[Panel, tuple[str, ...]]:
    """The panel with room for the horizon; where nothing is open any more on the last day, its history ends at midnight."""
    closed = never_counted(panel.sealed())
    notes: tuple[str, ...] = ()
    if closed.any():
        some = int(closed.any(axis=1).sum())
        notes = (
            f"No opening hours were given for {some:,} places; hours of the week in which they are never counted are taken "
            "as closed (--opening-hours says otherwise).",
        )
    wall = wall_times(panel.places, panel.slots)[:, panel.history]
    minutes = (wall - wall.astype("datetime64[D]")).astype("timedelta64[m]").astype(int)
    left = (MINUTES_PER_DAY - minutes) % MINUTES_PER_DAY // panel.slots.length.minutes
    rest = slice(panel.history, panel.history + int(left[0]))
    over = bool((left == left[0]).all()) and not (panel.open & ~closed)[:, rest].any()
    return panel.shortened(panel.history + (int(left[0]) if over else 0), horizon), notes


def _time(days: float) -> str:
    return f"{days:.0f} days" if days >= 1.5 else f"{24 * days:.0f} hours"


def _warnings(panel: Panel) -> list[str]:
    """What a person must know before trusting a forecast from these data: too little of them, or a place gone silent."""
    seen = panel.observed[:, : panel.history]
    first, last = np.flatnonzero(seen.any(axis=0))[[0, -1]] if seen.any() else (0, 0)
    days = int(last - first + 1) / panel.slots.length.per_day
    said = []
    if days < _SHORT_DAYS:
        said.append(
            f"There are only {_time(days)} of data, too little to tell one week from another: take the forecast as a "
            "rough guess. The model compares with the last eight weeks; a year tells it the seasons."
        )
    ends = np.where(seen.any(axis=1), seen.shape[1] - seen[:, ::-1].argmax(axis=1), 0)
    for place, end in zip(panel.places, ends, strict=True):
        if (panel.history - end) / panel.slots.length.per_day > _SILENT_DAYS and place.closed is None:
            day = str(wall_times([place], panel.slots)[0, max(int(end) - 1, 0)])[:10]
            said.append(
                f"{place.label} has had no count since {day}: its forecast rests on old data. Leave it out with "
                f"--exclude {place.id}, or give the day it closed in --places."
            )
    more = len(said) - _SAID
    rest = f"Places with no count since over {_SILENT_DAYS} days that are not named here: {more}."
    return said if more <= 0 else [*said[:_SAID], rest]
