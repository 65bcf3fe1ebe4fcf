"""Slots that were counted as nothing, or not at all, when people must have come: sensors stuck at zero, and dead ones."""

from __future__ import annotations

from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

from busyness.sources.events.sensor_index import HOURS, hour_of_week
from busyness.sources.events.sensor_watch import SensorWatch

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
_WEEKS = 4  # a week's rhythm is known after this many
_MOSTLY, _NEARLY_ALWAYS = 0.5, 0.9
_EDGE = 0.02  # the first and last few visitors of a day say nothing
_HOUR = 3_600_000_000
_LONG = 60 * _HOUR  # zeros for so long are more than two days on which a place was shut
_COARSE = 6 * _HOUR  # readings as long as this do not show at which time of day a sensor failed


class DoubtfulSlots:
    """Asks what was remembered. Slots are their starts in microseconds, UTC."""

    def __init__(self, watch: SensorWatch) -> None:
        self._watch = watch
        self._step = watch.form.step
        self._per_hour = max(_HOUR // self._step, 1)
        self._present = _by_series(watch.present.all(), watch.index.series)
        self._zeros = _by_series(watch.zeros.all(), watch.index.series)
        self._unknown = _by_series(watch.unknown.all(), watch.index.series)

    def heard(self, sensor: int) -> bool:
        """Whether the sensor ever gave a reading."""
        return len(self._present[2 * sensor][0]) > 0

    def silent(self, sensor: int) -> Ints:
        """This will return the slots in which a sensor gave no reading though it usually does at that time of the week.

        With less than four weeks, only a sensor that nearly always gives readings is missed.
        """
        start, end = self._present[2 * sensor]
        born, gone = self._watch.index.life(sensor)
        born = max(born, self._watch.first) if self._watch.index.installed(sensor) else int(start[0])
        gone = min(gone, self._watch.last)
        slots = _laid(np.append(born, end), np.append(start, gone), self._step)
        weeks = (gone - born) / (HOURS * _HOUR)
        listed = self._watch.listed[2 * sensor]
        if weeks >= _WEEKS:
            usual = listed >= _MOSTLY * weeks * self._per_hour
            return np.asarray(slots[usual[self._hours(sensor, slots)]])
        always = listed.sum() >= _NEARLY_ALWAYS * (gone - born) / self._step
        return slots if always else slots[:0]

    def elsewhere(self, sensor: int, slots: Ints, *, busy: int | None = None) -> NDArray[np.bool_]:
        """This will say in which slots another sensor of the same place gave a reading.

        ``busy`` (0 entries, 1 exits): one that is believed, and not in the midst of hours of zeros.
        """
        index = self._watch.index
        place = index.place(np.full(len(slots), sensor), slots)
        found = np.zeros(len(slots), bool)
        for other in index.beside(sensor):
            there = inside(slots, *self._present[2 * other])
            if busy is not None:
                there &= ~inside(slots, *self._zeros[2 * other + busy])
                there &= ~inside(slots, *self._unknown[2 * other + busy])
            found |= there & (index.place(np.full(len(slots), other), slots) == place)
        return found & (place >= 0)

    def at_zero(self, series: int) -> list[Ints]:
        """This will return the slots of each run of zeros that cannot be believed.

        A door is held against the other doors of its place: zeros count as stuck when another door was busy and this
        one usually is. An only door is held against its own past, and then only where it fell silent in the first half
        of a day's visitors, came back in the second, or went to zero for days: else the place may have been shut, or
        not yet open.
        """
        sensor, kind = divmod(series, 2)
        start, end = self._zeros[series]
        many = (end - start + self._step // 2) // self._step
        slots, run = _laid(start, end, self._step), np.repeat(np.arange(len(start)), many)
        alone = not self._watch.index.beside(sensor)
        usual = self._usual(series, slots, run, pooled=not alone)
        found = []
        edges = np.append(0, np.cumsum(many))
        for number in np.flatnonzero(np.bincount(run, usual, len(start)) >= self._enough):
            within = slice(edges[number], edges[number + 1])
            if alone:
                expected = usual[within] if self._broke_off(series, int(start[number]), int(end[number])) else usual[:0]
            else:
                expected = np.where(self.elsewhere(sensor, slots[within], busy=kind), usual[within], 0.0)
            if expected.sum() >= self._enough:
                busy = np.flatnonzero(expected)
                found.append(slots[within][busy[0] : busy[-1] + 1])
        return found

    @property
    def _enough(self) -> float:
        """So many people, usually, that none at all is no chance (twice what Poisson would ask for)."""
        return -2 * log(self._watch.rules.chance)

    def _hours(self, sensor: int, slots: Ints) -> Ints:
        return hour_of_week(self._watch.index.local(np.full(len(slots), sensor), slots))

    def _usual(self, series: int, slots: Ints, run: Ints, *, pooled: bool) -> Floats:
        """What the series usually counts in each slot, its own run left aside; 0 where that is not known.

        ``pooled``: where the past is short, any day of the week at that hour will do.
        """
        hours = self._hours(series // 2, slots)
        watch = self._watch
        tables = tuple(table[series] for table in (watch.total, watch.valued, watch.busy))
        usual, known = self._mean(tables, hours, run, past=_WEEKS - 1)
        if not pooled:
            return np.where(known, usual, 0.0)
        by_day = tuple(table.reshape(7, 24).sum(axis=0) for table in tables)
        daily, known_daily = self._mean(by_day, hours % 24, run, past=1)
        return np.where(known, usual, np.where(known_daily, daily, 0.0))

    def _mean(self, tables: tuple[Floats, ...], hours: Ints, run: Ints, *, past: int) -> tuple[Floats, NDArray[np.bool_]]:
        """The mean count by hour, 0 where it is mostly zero, and whether ``past`` repeats of the hour are known."""
        total, valued, busy = (table[hours] for table in tables)
        cell = run * HOURS + hours
        valued = np.maximum(valued - np.bincount(cell, minlength=1)[cell], 0)
        mean = np.where(busy >= _MOSTLY * valued, total / np.maximum(valued, 1), 0.0)
        return mean, valued >= past * self._per_hour

    def _broke_off(self, series: int, since: int, until: int) -> bool:
        before, after = inside(np.array([since - 1, until]), *self._present[series - series % 2])
        if until - since >= _LONG:
            return bool(before)
        if self._step >= _COARSE:
            return False
        passed_before, passed_after = self._passed(series, since), self._passed(series, until)
        fell = before and _EDGE <= passed_before <= _MOSTLY
        rose = after and _MOSTLY <= passed_after <= 1 - _EDGE
        return bool(fell or rose)

    def _passed(self, series: int, at: int) -> float:
        """The share of a day's usual visitors who have come by that time of the day; 0 where nobody usually comes."""
        watch = self._watch
        local = watch.index.local(np.array([series // 2]), np.array([at]))
        mean = (watch.total[series] / np.maximum(watch.valued[series], 1)).reshape(7, 24)
        weekday, hour = divmod(int(hour_of_week(local)[0]), 24)
        day = mean[weekday]
        came = day[:hour].sum() + day[hour] * (int(local[0]) % _HOUR) / _HOUR
        return float(came / day.sum()) if day.sum() else 0.0


def inside(slots: Ints, start: Ints, end: Ints) -> NDArray[np.bool_]:
    """This will say which instants lie in one of the spans, which are sorted and do not touch."""
    if not len(start):
        return np.zeros(len(slots), bool)
    at = np.searchsorted(start, slots, side="right") - 1
    return (at >= 0) & (slots < end[np.maximum(at, 0)])


def _laid(start: Ints, end: Ints, step: int) -> Ints:
    """The slots between each start and end."""
    many = np.maximum((end - start + step // 2) // step, 0)
    first = np.cumsum(many) - many
    return np.asarray(np.repeat(start - first * step, many) + np.arange(many.sum()) * step)


def _by_series(spans: tuple[Ints, Ints, Ints], series: int) -> list[tuple[Ints, Ints]]:
    which, start, end = spans
    edges = np.searchsorted(which, np.arange(series + 1))
    return [(start[a:b], end[a:b]) for a, b in pairwise(edges)]
