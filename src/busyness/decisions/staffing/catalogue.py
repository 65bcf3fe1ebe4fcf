"""Every shift the rules allow on a day: start, length and break, in slots of that day."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.staffing.rules import HoursRules, Rules
from busyness.decisions.staffing.week import Week

Ints = NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class Catalogue:
    """A *class* is a start and an end for a group (0 adults, 1 minors); a *pattern* is a class with a break.

    ``start, end, paid, group`` are of classes; ``of_class, break_start, break_end`` of patterns, sorted by class, and
    ``first`` is each class's first pattern. All but ``group`` and ``of_class`` are slots.
    """

    start: Ints
    end: Ints
    paid: Ints
    group: Ints
    of_class: Ints
    break_start: Ints
    break_end: Ints
    first: Ints

    @property
    def unit(self) -> int:
        """The largest number of slots that divides every paid length."""
        return math.gcd(*self.paid.tolist()) if len(self.paid) else 1


def catalogue_of(rules: Rules, week: Week) -> Catalogue:
    """This will list the shifts; lengths, starts and breaks are whole slots (a break is rounded up, never down)."""
    rows: list[tuple[int, int, int, int]] = []
    breaks: list[tuple[int, int, int]] = []
    step = max(1, rules.shifts.start_minutes // week.length.minutes)
    for group, hours in enumerate((rules.adults, rules.minors)):
        for length in rules.shifts.hours:
            paid = round(length / week.hours)
            if length > hours.daily_hours or abs(paid * week.hours - length) > 1e-9:
                continue
            rest, offsets = _breaks(hours, rules, week, paid=paid)
            for start in range(0, week.per_day, step) if offsets else ():
                end = start + paid + rest
                if start * week.length.minutes < hours.earliest or end * week.length.minutes > hours.latest:
                    continue
                breaks += [(len(rows), start + at, start + at + rest) for at in offsets]
                rows.append((start, end, paid, group))
    classes = np.array(rows, np.int64).reshape(-1, 4)
    patterns = np.array(breaks, np.int64).reshape(-1, 3)
    first = np.searchsorted(patterns[:, 0], np.arange(len(classes)))
    starts, ends, paids, groups = classes.T
    of_class, break_start, break_end = patterns.T
    return Catalogue(starts, ends, paids, groups, of_class, break_start, break_end, first)


def _breaks(hours: HoursRules, rules: Rules, week: Week, *, paid: int) -> tuple[int, list[int]]:
    """The break's length and where it may begin, in slots after the start."""
    if paid * week.hours <= hours.break_after_hours:
        return 0, [0]
    rest = math.ceil(hours.break_minutes / week.length.minutes)
    least = math.ceil(rules.shifts.stretch_least_hours / week.hours)
    most = math.floor(rules.shifts.stretch_most_hours / week.hours)
    step = max(1, rules.shifts.break_step_minutes // week.length.minutes)
    return rest, list(range(max(least, paid - most), min(most, paid - least) + 1, step))
