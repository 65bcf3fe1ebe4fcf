"""What forecasters said beside what came, as arrays that metrics can eat, with the groups of their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.backtesting.predictions import ANSWERED, OPEN, Naming, ordered
from busyness.domain.errors import InputError
from busyness.domain.local_time import to_local
from busyness.domain.slots import MINUTES_PER_DAY
from busyness.metrics.peaks import daily_peaks
from busyness.tables import columns as c

TOLERANCE = 1
"""A predicted busiest slot hits when it lies at most so many slots from the busiest one."""

_SHORTEST_DAY = 23 * 60  # minutes; the day on which the clocks go forward
_DAY = 86_400  # seconds

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """One forecaster's answers to the rows that are scored: arrays ``[rows]``, in demand per slot.

    ``median`` is judged by absolute errors, ``mean`` by squared errors and bias; ``quantiles`` is ``[rows, levels]``.
    ``scale`` is the place's scale of the MASE. ``hit`` stands for a day, on the row of its busiest slot: 1 if the
    predicted busiest slot lies within one slot of it, 0 if not; NaN on all other rows. ``observed`` is NaN where the
    forecaster (a baseline) is not scored.
    """

    observed: Array
    median: Array
    mean: Array
    scale: Array
    hit: Array
    quantiles: Array
    levels: tuple[float, ...] = ()

    def take(self, rows: Array | slice) -> Answers:
        """This will return these rows."""
        median = self.median[rows]
        mean = median if self.mean is self.median else self.mean[rows]
        return Answers(
            self.observed[rows], median, mean, self.scale[rows], self.hit[rows], self.quantiles[rows], self.levels
        )


@dataclass(frozen=True, slots=True)
class Groups:
    """Numbers the group of every row, and names the groups."""

    number: Array
    names: tuple[Any, ...]

    def rows(self) -> Iterator[tuple[Any, Array | slice]]:
        """This will yield the name and the rows of every group that has any."""
        count = np.bincount(self.number, minlength=len(self.names))
        ends = np.cumsum(count)
        begins = ends - count
        in_order = bool((self.number[1:] >= self.number[:-1]).all())
        kind = np.uint16 if len(self.names) <= np.iinfo(np.uint16).max else np.int64  # sixteen bits sort ten times faster
        order = None if in_order else np.argsort(self.number.astype(kind), kind="stable")
        for name, begin, end in zip(self.names, begins.tolist(), ends.tolist(), strict=True):
            if end > begin:
                yield name, slice(begin, end) if order is None else order[begin:end]


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """Everybody's answers to the same rows: those that were observed and that the forecast answered.

    ``by_horizon`` and ``by_origin`` have no groups where the frame names no origins. ``left_out`` counts the rows that
    a baseline could not answer.
    """

    forecast: Answers
    baselines: Mapping[str, Answers]
    by_place: Groups
    by_horizon: Groups
    by_origin: Groups
    unanswered: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Keys:
    """Of every row of the ordered frame: place number, time and origin (seconds, UTC), day number and slot number."""

    place: Array
    time: Array
    origin: Array
    day: Array
    slot: Array
    daily: bool


@dataclass(frozen=True, slots=True)
class _Key:
    """The answer key: what came in every row of the ordered frame, and which ``rows`` are scored."""

    observed: Array
    opened: Array
    rows: Array
    scale: Array
    keys: _Keys

    def answers(self, median: Array, *, mean: Array, marks: Array | None = None, levels: tuple[float, ...] = ()) -> Answers:
        """This will mark one forecaster's answers to all rows, and keep those to the rows that are scored."""
        truth = np.where(np.isnan(median), np.float32(np.nan), self.observed)
        peaks = daily_peaks(truth, median, self.keys.day, slot=self.keys.slot, opened=self.opened)
        hit = np.full(len(truth), np.nan, np.float32)
        hit[peaks.row] = peaks.distance <= TOLERANCE
        kept = median[self.rows]
        quantiles = np.empty((len(kept), 0), np.float32) if marks is None else marks
        means = kept if mean is median else mean[self.rows]
        return Answers(truth[self.rows], kept, means, self.scale, hit[self.rows], quantiles, levels)


def answer_sheet(
    frame: pl.DataFrame,
    *,
    timezones: Mapping[str, str] | str,
    slot_minutes: int | None,
    scales: Mapping[str, float] | None,
) -> AnswerSheet:
    """This will check a frame of predictions and lay it out for scoring; ``scores.score`` says what it holds."""
    naming = Naming.of(frame.columns)
    ready = ordered(frame, naming)
    kind = ready.schema[c.PLACE]
    assert isinstance(kind, pl.Enum)
    places = tuple(kind.categories.to_list())
    keys = _keys(ready, _zones(places, timezones), slot_minutes)
    answered, came = ready[ANSWERED].to_numpy(), ready[c.OBSERVED].to_numpy()
    observed = np.where(answered, came, np.float32(np.nan))
    rows = np.flatnonzero(~np.isnan(observed))
    place, baselines = keys.place[rows], _baselines(ready, naming)
    scale = _scale_of_places(places, scales, baselines.get(c.SEASONAL_NAIVE), observed=observed, place=keys.place)
    key = _Key(observed, ready[OPEN].to_numpy(), rows, scale[place], keys)
    marks = [ready[name].to_numpy()[rows] for name in naming.quantiles.values()]
    median = ready[naming.median].to_numpy()
    forecast = key.answers(
        median,
        mean=median if naming.mean == naming.median else ready[naming.mean].to_numpy(),
        marks=np.stack(marks, axis=-1) if marks else None,
        levels=tuple(naming.quantiles),
    )
    marked = {name: key.answers(values, mean=values) for name, values in baselines.items()}
    by_origin, by_horizon = _origins(keys, rows) if c.ORIGIN in frame.columns else (_NO_GROUPS, _NO_GROUPS)
    return AnswerSheet(
        forecast=forecast,
        baselines=marked,
        by_place=Groups(place, places),
        by_horizon=by_horizon,
        by_origin=by_origin,
        unanswered=int((~answered & ~np.isnan(came)).sum()),
        left_out={name: int(np.isnan(answers.observed).sum()) for name, answers in marked.items()},
    )


_NO_GROUPS = Groups(np.empty(0, np.int64), ())


def _zones(places: tuple[str, ...], timezones: Mapping[str, str] | str) -> tuple[str, ...]:
    if isinstance(timezones, str):
        return (timezones,) * len(places)
    for place in places:
        if place not in timezones:
            raise InputError(f"Place '{place}' has no time zone.", hint="Give one for every place, or one for all.")
    return tuple(timezones[place] for place in places)


def _keys(ready: pl.DataFrame, zones: tuple[str, ...], slot_minutes: int | None) -> _Keys:
    """This will number the places, days and slots of the ordered rows, or raise ``InputError`` for a row given twice."""
    place = ready[c.PLACE].to_physical().to_numpy().astype(np.int32)
    time, origin = ready[c.TIME].to_numpy(), ready[c.ORIGIN].to_numpy()
    together = (place[1:] == place[:-1]) & (origin[1:] == origin[:-1])
    step = np.diff(time)[together]
    least = int(step.min()) if step.size else MINUTES_PER_DAY * 60
    if least == 0:
        twice = int(np.flatnonzero(together & (np.diff(time) == 0))[0])
        raise InputError(
            f"Place '{ready[c.PLACE][twice]}' has two predictions for {_utc_text(time[twice])} from one origin.",
            hint="Predictions made at different times need a column 'origin'.",
        )
    minutes = slot_minutes or max(least // 60, 1)
    local_day = np.empty(len(time), np.int64)
    zone_of = np.array([sorted(set(zones)).index(zone) for zone in zones], np.int32)[place] if zones else place
    for number, zone in enumerate(sorted(set(zones))):
        rows = slice(None) if len(set(zones)) == 1 else zone_of == number
        local_day[rows] = to_local(time[rows].astype("datetime64[s]"), zone).astype(np.int64) // _DAY
    changes = ~together | (local_day[1:] != local_day[:-1])
    day = np.concatenate([np.zeros(min(len(time), 1), np.int64), np.cumsum(changes)])
    return _Keys(place, time, origin, day, time // (minutes * 60), minutes >= _SHORTEST_DAY)


def _origins(keys: _Keys, rows: Array) -> tuple[Groups, Groups]:
    """This will group the scored rows by origin (UTC text) and by day ahead, 1 for the first 24 hours."""
    ahead = keys.time[rows] - keys.origin[rows]
    if ahead.size and ahead.min() < 0:
        raise InputError(
            "Some predictions are for slots before their origin.", hint="The origin is the first slot forecast."
        )
    # a daily slot is a local day: the clocks may have put it an hour nearer or farther
    day = (ahead + _DAY // 2) // _DAY if keys.daily else ahead // _DAY
    origin = keys.origin[rows]
    run = np.flatnonzero(np.diff(origin, prepend=origin[:1] - 1))  # runs of one origin are far fewer than rows
    origins, number_of_run = np.unique(origin[run], return_inverse=True)
    number = np.repeat(number_of_run, np.diff(run, append=len(origin)))
    return (
        Groups(number, tuple(_utc_text(origin) for origin in origins)),
        Groups(day, tuple(range(1, int(day.max()) + 2)) if day.size else ()),
    )


def _baselines(ready: pl.DataFrame, naming: Naming) -> dict[str, Array]:
    """This will return the baselines that are there; where one has no answer, it takes the other's."""
    given = {name: ready[name].to_numpy() for name in naming.baselines}
    if len(given) < 2:
        return given
    naive, mean = given[c.SEASONAL_NAIVE], given[c.SEASONAL_MEAN]
    return {
        c.SEASONAL_NAIVE: np.where(np.isnan(naive), mean, naive),
        c.SEASONAL_MEAN: np.where(np.isnan(mean), naive, mean),
    }


def _scale_of_places(
    places: tuple[str, ...], scales: Mapping[str, float] | None, naive: Array | None, *, observed: Array, place: Array
) -> NDArray[np.float64]:
    """This will return each place's scale: as given, else the mean absolute error of the naive on its own rows."""
    if scales is not None:
        return np.array([scales.get(name, np.nan) for name in places], np.float64)
    if naive is None:
        return np.full(len(places), np.nan)
    error = np.abs(naive - observed)
    known = ~np.isnan(error)
    total = np.bincount(place[known], error[known], minlength=len(places))
    count = np.bincount(place[known], minlength=len(places))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _utc_text(seconds: int | np.integer[Any]) -> str:
    return f"{np.datetime64(int(seconds), 's')}Z"
