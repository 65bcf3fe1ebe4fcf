"""The best week of each person at given rewards, by dynamic programming over days, ends of shifts and hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.catalogue import Ints
from busyness.decisions.staffing.model import Floats, RosterModel
from busyness.decisions.staffing.week_pattern import WeekPattern
from busyness.domain.slots import MINUTES_PER_DAY

_BEFORE = -np.inf


@dataclass(frozen=True, slots=True)
class _Layer:
    """Before a day, by state of the week's pattern: worth of the best past, ``[people, hours]`` after two days off or
    more (``free``), and ``[people, ends, hours]`` by the end of the last shift, worked yesterday or the day before
    (``rested``; only where the rest around a day off can matter, else ``free`` holds these too)."""

    free: list[Floats]
    worked: list[Floats]
    rested: list[Floats]


class BestWeeks:
    """Finds the best weeks; built once for a model, asked often. People whose weeks follow the same pattern go together.

    A week off is always among the weeks, so there is always a best one.
    """

    def __init__(self, model: RosterModel) -> None:
        self._model = model
        groups: dict[tuple[WeekPattern, bool], list[int]] = defaultdict(list)
        for person, someone in enumerate(model.problem.people):
            groups[model.pattern_of(person), someone.minor].append(person)
        self._groups = [(_Group(model, pattern, minor), members) for (pattern, minor), members in groups.items()]

    def find(self, people: Sequence[int], rewards: Sequence[Floats]) -> tuple[Floats, Ints]:
        """This will return each person's worth ``[people]`` and classes ``[people, days]`` (−1: off).

        ``rewards[i]`` ``[days, classes]`` are of ``people[i]``. The worth is rewards less wages and days off.
        """
        worth = np.zeros(len(people))
        classes = np.full((len(people), self._model.problem.week.days), -1, np.int64)
        place = {person: i for i, person in enumerate(people)}
        for group, members in self._groups:
            here = [person for person in members if person in place]
            if here:
                at = [place[person] for person in here]
                worth[at], classes[at] = group.find(here, np.stack([rewards[i] for i in at]))
        return worth, classes


class _Group:
    """People of one pattern of days, all adults or all minors."""

    def __init__(self, model: RosterModel, pattern: WeekPattern, minor: bool) -> None:
        self._model, self._pattern = model, pattern
        week, shifts = model.problem.week, model.shifts
        rules = model.problem.rules.of(minor=minor)
        self._day = week.per_day
        minutes = week.length.minutes
        self._rest = -(-round(rules.daily_rest_hours * 60) // minutes)
        self._long_rest = -(-round(max(rules.daily_rest_hours, rules.weekly_rest_hours) * 60) // minutes)
        used = np.flatnonzero((shifts.group == int(minor)) & model.allowed.any(axis=(0, 1)))
        pasts = [self._past_end(p) for p in range(len(model.problem.people)) if model.problem.people[p].minor == minor]
        self._ends = np.unique(np.concatenate([shifts.end[used], [past[1] for past in pasts if past], [0]]).astype(np.int64))
        self._starts, self._start_of = np.unique(shifts.start[used], return_inverse=True)
        self._classes = used
        self._paid = shifts.paid[used] // shifts.unit
        spans = shifts.end[used] - shifts.start[used]
        self._lengths = [
            (int(paid), np.flatnonzero((self._paid == paid) & (spans == span)))
            for paid, span in np.unique(np.stack([self._paid, spans], axis=1), axis=0).reshape(-1, 2).tolist()
        ]
        self._end_of = np.searchsorted(self._ends, shifts.end[used])
        self._after_work = np.searchsorted(self._ends, self._starts + self._day - self._rest, "right") - 1
        self._after_off = np.searchsorted(self._ends, self._starts + 2 * self._day - self._long_rest, "right") - 1
        self._tight = bool((self._after_off < len(self._ends) - 1).any())

    def _past_end(self, person: int) -> tuple[int, int] | None:
        """How many days before the week the last shift began (1 or 2), and its end in slots of that day."""
        last = self._model.problem.people[person].past.last_end
        if last is None:
            return None
        week = self._model.problem.week
        minute = round((last - week.moment(week.first, 0)).total_seconds() / 60)
        ago = -(minute // MINUTES_PER_DAY)
        if minute % MINUTES_PER_DAY < MINUTES_PER_DAY // 4:  # until six in the morning it was the day before's shift
            ago += 1
        ago = max(ago, 1)
        return (ago, -(-(minute + ago * MINUTES_PER_DAY) // week.length.minutes)) if ago <= 2 else None

    def find(self, people: Sequence[int], rewards: Floats) -> tuple[Floats, Ints]:
        values = rewards[:, :, self._classes]
        cost = self._model.week_cost[list(people)]
        cost = cost[:, : 1 + int(np.flatnonzero(np.isfinite(cost).any(axis=0))[-1])]
        layers = self._forward(people, values, cost.shape[1])
        last = layers[-1]
        final = np.maximum(last.free[0], last.worked[0].max(axis=1))
        if self._tight:
            final = np.maximum(final, last.rested[0].max(axis=1))
        final -= cost
        hours = final.argmax(axis=1)
        worth = final[np.arange(len(people)), hours]
        classes = np.stack([self._back(layers, values, row, hours=int(h)) for row, h in enumerate(hours)])
        return worth, np.where(classes >= 0, self._classes[classes] if len(self._classes) else -1, -1)

    # ---- forward: the worth of every state ---------------------------------------------------------------------------

    def _start(self, people: Sequence[int], size: int) -> _Layer:
        layer = self._empty(len(people), 1, size)
        for row, person in enumerate(people):
            past = self._past_end(person)
            if past is None or (past[0] > 1 and not self._tight):
                layer.free[0][row, 0] = 0.0
            else:
                tables = layer.worked if past[0] == 1 else layer.rested
                tables[0][row, np.searchsorted(self._ends, past[1]), 0] = 0.0
        return layer

    def _forward(self, people: Sequence[int], values: Floats, size: int) -> list[_Layer]:
        layers = [self._start(people, size)]
        for day in range(values.shape[1]):
            before = layers[-1]
            empty = self._empty(len(people), self._pattern.states(day + 1), size)
            off_cost = self._model.off_cost[list(people), day]
            for state, (off, on) in enumerate(self._pattern.layers[day]):
                rest = off_cost[:, None]
                np.maximum(empty.free[off], before.free[state] - rest, out=empty.free[off])
                if self._tight:
                    np.maximum(empty.free[off], before.rested[state].max(axis=1) - rest, out=empty.free[off])
                    np.maximum(empty.rested[off], before.worked[state] - rest[:, None], out=empty.rested[off])
                else:
                    np.maximum(empty.free[off], before.worked[state].max(axis=1) - rest, out=empty.free[off])
                if on >= 0:
                    self._work(before, state, values[:, day], into=empty.worked[on])
            layers.append(empty)
        return layers

    def _empty(self, people: int, states: int, size: int) -> _Layer:
        ends = len(self._ends)
        return _Layer(
            [np.full((people, size), _BEFORE) for _ in range(states)],
            [np.full((people, ends, size), _BEFORE) for _ in range(states)],
            [np.full((people, ends, size), _BEFORE) for _ in range(states if self._tight else 0)],
        )

    def _reachable(self, layer: _Layer, state: int) -> Floats:
        """The best past that allows each start, ``[people, starts, hours]``."""
        best = np.repeat(layer.free[state][:, None, :], len(self._starts), axis=1)
        tables = [(layer.worked[state], self._after_work)]
        if self._tight:
            tables.append((layer.rested[state], self._after_off))
        for table, at in tables:
            upto = np.maximum.accumulate(table, axis=1)
            some = at >= 0
            best[:, some] = np.maximum(best[:, some], upto[:, at[some]])
        return best

    def _work(self, layer: _Layer, state: int, values: Floats, *, into: Floats) -> None:
        reachable = self._reachable(layer, state)
        size = reachable.shape[2]
        for paid, of in self._lengths:
            if paid >= size:
                continue
            worth = reachable[:, self._start_of[of], : size - paid] + values[:, of, None]
            ends = self._end_of[of]
            into[:, ends, paid:] = np.maximum(into[:, ends, paid:], worth)

    # ---- back: the shifts behind the best state ----------------------------------------------------------------------

    def _back(self, layers: list[_Layer], values: Floats, row: int, *, hours: int) -> NDArray[np.int64]:
        """The classes (of those used) of one person's best week; the last layer has one state."""
        classes = np.full(values.shape[1], -1, np.int64)
        kind, state, end = self._best_kind(layers[-1], 0, row, hours=hours)
        for day in range(values.shape[1] - 1, -1, -1):
            before = layers[day]
            if kind == "worked":
                state, end, kind, hours, classes[day] = self._came_by_work(
                    before, values[row, day], day, (row, state, end, hours)
                )
            else:
                kind, state, end = self._came_by_rest(before, day, (row, state, end, hours), kind=kind)
        return classes

    def _best_kind(self, layer: _Layer, state: int, row: int, *, hours: int) -> tuple[str, int, int]:
        tables = {"worked": layer.worked[state][row, :, hours]}
        if self._tight:
            tables["rested"] = layer.rested[state][row, :, hours]
        best = max(tables, key=lambda name: tables[name].max())
        if layer.free[state][row, hours] >= tables[best].max():
            return "free", state, -1
        return best, state, int(tables[best].argmax())

    def _came_by_work(
        self, before: _Layer, values: Floats, day: int, now: tuple[int, int, int, int]
    ) -> tuple[int, int, str, int, int]:
        row, state, end, hours = now
        candidates = np.flatnonzero((self._end_of == end) & (self._paid <= hours))
        best, found = -np.inf, (0, -1, "free", 0, -1)
        for source, (_, on) in enumerate(self._pattern.layers[day]):
            if on != state:
                continue
            for of in candidates.tolist():
                left = hours - int(self._paid[of])
                start = self._start_of[of]
                sources: list[tuple[float, int, str]] = [(before.free[source][row, left], -1, "free")]
                tables = [("worked", before.worked[source], self._after_work[start])]
                if self._tight:
                    tables.append(("rested", before.rested[source], self._after_off[start]))
                for name, table, at in tables:
                    if at >= 0:
                        line = table[row, : at + 1, left]
                        sources.append((line.max(), int(line.argmax()), name))
                worth, last, kind = max(sources)
                if worth + values[of] > best:
                    best, found = worth + values[of], (source, last, kind, left, of)
        return found

    def _came_by_rest(self, before: _Layer, day: int, now: tuple[int, int, int, int], *, kind: str) -> tuple[str, int, int]:
        row, state, end, hours = now
        best, found = -np.inf, ("free", 0, -1)
        for source, (off, _) in enumerate(self._pattern.layers[day]):
            if off != state:
                continue
            if kind == "rested":
                options = [(before.worked[source][row, end, hours], "worked", end)]
            else:
                name, tables = ("rested", before.rested) if self._tight else ("worked", before.worked)
                line = tables[source][row, :, hours]
                options = [(line.max(), name, int(line.argmax())), (before.free[source][row, hours], "free", -1)]
            worth, name, last = max(options)
            if worth > best:
                best, found = worth, (name, source, last)
        return found
