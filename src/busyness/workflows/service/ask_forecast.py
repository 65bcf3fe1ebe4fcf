"""What comes: slot by slot, by day or by week, at the levels somebody asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.domain.quantiles import checked_levels, column, interpolate_levels
from busyness.domain.slots import Times
from busyness.registry.lots import CHAMPION
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.tables.panel import local_label
from busyness.workflows.service.by_lot import SAID_BY, arm_names, said_by
from busyness.workflows.service.slot_times import SlotTimes
from busyness.workflows.service.snapshot import Snapshot

Every = Literal["slot", "1d", "7d"]
Floats = NDArray[np.float32]

LEVELS = (0.1, 0.5, 0.9)
"""What is told where no level is asked for."""

OVERRIDE, BOTH = "override", "both"
_DRAWS = 400


@dataclass(frozen=True)
class Override:
    """What a person says instead, from ``start`` to ``end`` (aware): a ``value`` per slot, or a ``factor`` on the mean."""

    start: datetime
    end: datetime
    value: float | None = None
    factor: float | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.factor is None):
            raise InputError("An override is a value or a factor, one of them.")


@dataclass(frozen=True)
class ForecastQuery:
    """Which places (None: all), from ``start`` to before ``end`` (aware; None: no limit), levels, and how to add up.

    ``1d`` are the local days of the span, ``7d`` seven of them at a time from its first; the last may be shorter.
    Raises ``InputError`` for a level outside (0, 1), another ``every``, or a time without a zone.
    """

    places: tuple[str, ...] | None = None
    start: datetime | None = None
    end: datetime | None = None
    levels: tuple[float, ...] = LEVELS
    every: Every = "slot"

    def __post_init__(self) -> None:
        object.__setattr__(self, "levels", checked_levels(self.levels))
        if self.every not in get_args(Every):
            raise InputError(f"'{self.every}' is not a period to sum over.", hint="Use slot, 1d or 7d.")
        for time in (self.start, self.end):
            if time is not None and time.tzinfo is None:
                raise InputError(
                    f"{time.isoformat()} has no time zone.", hint="Write the offset, such as 2020-09-11T08:00:00-05:00."
                )


@dataclass(frozen=True, eq=False)
class PlaceForecast:
    """One place's answer: arrays ``[times]``, ``quantiles`` ``[times, levels]``, in demand per slot or period.

    ``times`` are starts, UTC; ``labels`` the same as local ISO text with offset. ``open`` says whether the place is open
    in the slot, or in any of the period. ``slots`` counts those of each time. ``override`` is NaN where nobody said
    otherwise. ``said_by``: who said each time while a trial's lot decides, ``champion``, ``challenger``, or ``both`` where a
    period has days of each; None: the champion says everything.
    """

    place: Place
    times: Times
    labels: Sequence[str]
    open: NDArray[np.bool_]
    mean: Floats
    quantiles: Floats
    slots: NDArray[np.int64]
    override: Floats
    said_by: Sequence[str] | None = None


@dataclass(frozen=True)
class ForecastAnswer:
    """The places' answers in the order they were asked for, and the levels of their quantiles."""

    levels: tuple[float, ...]
    every: Every
    places: tuple[PlaceForecast, ...] = field(repr=False)

    def to_polars(self) -> pl.DataFrame:
        """This will return ``place, time`` (UTC)``, local_time, open, mean, q10 …, slots, override, said_by``."""
        marks = [column(level) for level in self.levels]
        frames = [
            pl.DataFrame(
                {
                    c.PLACE: pl.repeat(one.place.id, len(one.times), dtype=pl.String, eager=True),
                    c.TIME: utc_series(one.times),
                    "local_time": pl.Series(one.labels, dtype=pl.String),
                    c.OPEN: one.open,
                    c.MEAN: one.mean,
                    **{name: one.quantiles[:, k] for k, name in enumerate(marks)},
                    "slots": one.slots,
                    OVERRIDE: pl.Series(one.override).fill_nan(None),
                    SAID_BY: pl.repeat(CHAMPION, len(one.times), eager=True) if one.said_by is None else one.said_by,
                }
            )
            for one in self.places
        ]
        return pl.concat(frames)


def ask_forecast(
    snapshot: Snapshot, query: ForecastQuery, *, overrides: Mapping[str, Sequence[Override]] | None = None
) -> ForecastAnswer:
    """This will answer from the arrays in memory; ``overrides`` are those in force, by place, oldest first.

    Sums are those of joint paths: hourly quantiles do not add up. Means are sums of means. Where somebody said otherwise
    for some slots of a period, its ``override`` is the sum of what they said there and of the mean elsewhere.

    Raises:
        UnknownPlaceError: a place is not in the forecast.
        InputError: sums of distinct people were asked for, or a span outside the forecast.

    """
    if query.every != "slot":
        refuse_sums(snapshot)
    names = snapshot.forecast.ids if query.places is None else query.places
    if not names:
        raise InputError("No place was asked for.", hint="Name at least one place.")
    said = overrides or {}
    return ForecastAnswer(
        query.levels, query.every, tuple(_of_place(snapshot, name, query=query, said=said.get(name, ())) for name in names)
    )


def refuse_sums(snapshot: Snapshot) -> None:
    """This will raise where slots share what they count, and therefore have no sum."""
    if not snapshot.adds_up and not snapshot.forecast.slots.length.daily:
        raise InputError(
            f"The {snapshot.noun} of several slots cannot be added up: whoever is there in two of them would count twice.",
            hint="Ask slot by slot (every=slot).",
        )


def _of_place(snapshot: Snapshot, name: str, *, query: ForecastQuery, said: Sequence[Override]) -> PlaceForecast:
    row, place = snapshot.place(name)
    forecast, times = snapshot.forecast, snapshot.times[place.timezone]
    span = times.between(*(None if time is None else as_utc(time) for time in (query.start, query.end)))
    if span.start == span.stop:
        first, last = times.labels[0], local_label(times.starts[-1:] + forecast.slots.length.step, place.timezone)[0]
        raise InputError(f"The forecast of {place.label} covers {first} to {last}.", hint="Ask for a time inside it.")
    mean, opened = forecast.mean[row, span], forecast.open[row, span]
    override = overridden(mean, times.starts[span], said)
    theirs = said_by(snapshot, row, span)
    if query.every == "slot":
        marks = interpolate_levels(forecast.levels, forecast.quantiles[row, span], query.levels)
        count = np.ones(len(mean), np.int64)
        names = None if theirs is None else arm_names(theirs)
        return PlaceForecast(place, times.starts[span], times.labels[span], opened, mean, marks, count, override, names)
    begin = _periods(times, span, days=1 if query.every == "1d" else 7)
    paths = forecast.paths(_DRAWS, rows=slice(row, row + 1))[:, 0, span]
    marks = np.quantile(np.add.reduceat(paths, begin, axis=1), query.levels, axis=0).T.astype(np.float32)
    instead = np.add.reduceat(np.where(np.isnan(override), mean, override), begin)
    touched = np.logical_or.reduceat(~np.isnan(override), begin)
    return PlaceForecast(
        place,
        times.starts[span][begin],
        [times.labels[span][k] for k in begin],
        np.logical_or.reduceat(opened, begin),
        np.add.reduceat(mean, begin),
        marks,
        np.diff([*begin, len(mean)]),
        np.where(touched, instead, np.float32(np.nan)),
        None if theirs is None else _of_periods(theirs, begin),
    )


def _of_periods(theirs: NDArray[np.bool_], begin: NDArray[np.int64]) -> list[str]:
    some, every = np.logical_or.reduceat(theirs, begin), np.logical_and.reduceat(theirs, begin)
    mixed = (some & ~every).tolist()
    return [BOTH if both else name for both, name in zip(mixed, arm_names(every), strict=True)]


def overridden(mean: Floats, starts: Times, said: Sequence[Override]) -> Floats:
    """This will return what people say instead of each slot's mean, NaN where nobody does; a later word wins."""
    instead = np.full(len(mean), np.nan, np.float32)
    for one in said:
        within = (starts >= as_utc(one.start)) & (starts < as_utc(one.end))
        instead[within] = mean[within] * one.factor if one.factor is not None else one.value
    return instead


def _periods(times: SlotTimes, span: slice, *, days: int) -> NDArray[np.int64]:
    """The first slot of each period of the span, counted from its start."""
    day = times.wall[span].astype("datetime64[D]").astype(np.int64)
    period = (day - day[0]) // days
    return np.flatnonzero(np.diff(period, prepend=-1))


def as_utc(time: datetime) -> np.datetime64:
    """This will return an aware time as numpy's, in UTC."""
    return np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")
