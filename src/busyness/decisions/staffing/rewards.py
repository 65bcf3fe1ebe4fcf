"""What each shift would earn at given prices per covered slot, the best break and role chosen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.catalogue import Ints
from busyness.decisions.staffing.model import Floats, RosterModel


class Rewards:
    """Values of every class for every role, with and without keys, from prices ``[names, slots]``."""

    def __init__(self, model: RosterModel, prices: Floats) -> None:
        self._model, self._shifts = model, model.shifts
        week = model.problem.week
        self._first = np.arange(week.days)[:, None] * week.per_day
        combined = np.einsum("nrk,nt->rkt", model.counts, prices)
        beyond = np.zeros((*combined.shape[:2], 2 * week.per_day + 1))
        summed = np.concatenate([np.zeros((*combined.shape[:2], 1)), np.cumsum(combined, axis=2)], axis=2)
        self._sums = np.concatenate([summed, summed[..., -1:] + beyond[..., 1:]], axis=2)
        self._kinds: dict[tuple[tuple[int, ...], bool], Floats] = {}
        self._patterns: dict[tuple[int, bool], Floats] = {}

    def of_patterns(self, role: int, *, keys: bool) -> Floats:
        """This will return what each pattern earns in a role, ``[days, patterns]``."""
        if (role, keys) not in self._patterns:
            each, sums = self._shifts, self._sums[role, int(keys)]
            whole = sums[self._first + each.end] - sums[self._first + each.start]
            rest = sums[self._first + each.break_end] - sums[self._first + each.break_start]
            self._patterns[role, keys] = whole[:, each.of_class] - rest
        return self._patterns[role, keys]

    def of_person(self, person: int) -> Floats:
        """This will return what each class earns for a person, wishes paid, ``[days, classes]``; −∞ where not allowed."""
        roles = self._model.roles_of[person]
        keys = self._model.problem.people[person].keys
        if (roles, keys) not in self._kinds:
            best = np.full((len(self._first), len(self._shifts.start)), -np.inf)
            for role in roles:
                if best.size:
                    each = np.maximum.reduceat(self.of_patterns(role, keys=keys), self._shifts.first, axis=1)
                    best = np.maximum(best, each)
            self._kinds[roles, keys] = best
        values = self._kinds[roles, keys]
        if self._model.published:
            values = values.copy()
            for day in range(len(values)):
                if (person, day) in self._model.published:
                    of, kept, price = self._as_published(person, day)
                    values[day, of] = max(kept, values[day, of] - price)
        return np.where(self._model.allowed[person], values - self._model.extra[person], -np.inf)

    def _as_published(self, person: int, day: int) -> tuple[int, float, float]:
        """The class of a published shift, what it earns as it is, and what another break or role in it costs."""
        pattern, role, price = self._model.published[person, day]
        kept = self.of_patterns(role, keys=self._model.problem.people[person].keys)[day, pattern]
        return int(self._shifts.of_class[pattern]), float(kept), price

    def best_pattern(self, person: int, day: int, *, chosen: int) -> tuple[int, int]:
        """This will return the best pattern and role of a class for a person on a day."""
        last = self._shifts.first[chosen + 1] if chosen + 1 < len(self._shifts.first) else len(self._shifts.of_class)
        span = slice(int(self._shifts.first[chosen]), int(last))
        keys = self._model.problem.people[person].keys
        roles = self._model.roles_of[person]
        values = np.stack([self.of_patterns(role, keys=keys)[day, span] for role in roles])
        best_role, at = np.unravel_index(int(np.argmax(values)), values.shape)
        if (person, day) in self._model.published:
            of, kept, price = self._as_published(person, day)
            if of == chosen and kept >= values.max() - price:
                return self._model.published[person, day][:2]
        return span.start + int(at), roles[int(best_role)]


def coverage(model: RosterModel, person: int, chosen: Ints) -> NDArray[np.int64]:
    """This will return the heads a week's ``chosen`` patterns and roles ``[days, 2]`` add, ``[names, slots]``."""
    week, shifts = model.problem.week, model.shifts
    heads = np.zeros((len(model.counts), week.count + 2 * week.per_day), np.int64)
    keys = int(model.problem.people[person].keys)
    for day, (pattern, role) in enumerate(chosen.tolist()):
        if pattern < 0:
            continue
        begin, of = day * week.per_day, shifts.of_class[pattern]
        adds = model.counts[:, role, keys].astype(np.int64)[:, None]
        heads[:, begin + shifts.start[of] : begin + shifts.end[of]] += adds
        heads[:, begin + shifts.break_start[pattern] : begin + shifts.break_end[pattern]] -= adds
    return heads[:, : week.count]


def own_cost(model: RosterModel, person: int, chosen: Ints) -> float:
    """This will return what a week's shifts cost of themselves: wages, wishes, changes."""
    worked = chosen[:, 0] >= 0
    of = model.shifts.of_class[chosen[worked, 0]]
    paid = int(model.shifts.paid[of].sum()) // model.shifts.unit
    days = np.flatnonzero(worked)
    wishes = model.extra[person, days, of].sum() + model.off_cost[person, ~worked].sum()
    adjusted = sum(
        price
        for (who, day), (pattern, role, price) in model.published.items()
        if who == person
        and chosen[day, 0] >= 0
        and model.shifts.of_class[chosen[day, 0]] == model.shifts.of_class[pattern]
        and (chosen[day, 0], chosen[day, 1]) != (pattern, role)
    )
    return float(model.week_cost[person, paid] + wishes + adjusted)
