"""Why somebody should move, in words: what the day has brought so far, place by place, and what is still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import CALL, MOVE
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.view import View

NOTABLE = 0.05
_HOUR = 60  # minutes
_FEW = -1.0  # standard deviations: in one of six moments there are more visitors than people
_NOBODY = 1e-9  # work of an hour without visitors
_MOVED = 8  # steps a move is about; it can be undone


@dataclass(frozen=True)
class Departure:
    """Since step ``since`` a place had ``came`` visitors where ``expected`` were foretold."""

    since: int
    came: int
    expected: float

    @property
    def share(self) -> float:
        """Visitors over the forecast: 0.24 is 24 % more."""
        return self.came / self.expected - 1 if self.expected > 0 else 0.0

    @property
    def notable(self) -> bool:
        """Whether it is worth a word."""
        return abs(self.share) >= NOTABLE


@dataclass(frozen=True, eq=False)
class Reasons:
    """Sentences about one day (the view's first). ``arrivals`` and ``heads`` ``[places, steps left]`` are the visitors and
    people still expected, as the look-ahead now believes.
    """

    problem: IntradayProblem
    day: DayAhead
    view: View
    arrivals: NDArray[np.float64]
    heads: NDArray[np.float64]

    def departure(self, place: int) -> Departure:
        """This will return the stretch up to now that departs from the forecast most surely: the difference over the square
        root of what was expected is largest.
        """
        came = np.cumsum(self.view.arrived[0, place, ::-1])[::-1]
        thought = np.cumsum(self.view.expected[0, place, : self.view.step][::-1])[::-1]
        if not len(came):
            return Departure(0, 0, 0.0)
        since = int((np.abs(came - thought) / np.sqrt(np.maximum(thought, 1))).argmax())
        return Departure(since, int(came[since]), float(thought[since]))

    def of_action(self, action: tuple[int, int, int], saves: float | None) -> str:
        """This will say what is still to come and who is there for it, what the day has brought so far, what to do, how long
        it takes, and what it is thought to save.
        """
        kind, first, second = action
        places, money = self.problem.places, self.problem.money
        if kind == MOVE:
            minutes = self.problem.travel[first, second]
            does = f"Move one person from {places[first]} to {places[second]} ({minutes:.0f} minutes)"
            why = [self._gets(second, minutes, within=_MOVED), self._gives(first, within=_MOVED)]
        elif kind == CALL:
            notice = money.notices[second]
            does = f"Call one person in to {places[first]}, there in {notice.minutes:.0f} minutes"
            why = [self._gets(first, notice.minutes)]
        else:
            does = f"Send one person home from {places[first]}"
            why = [self._gives(first)]
        worth = (
            "" if saves is None else f" It should save {saves:,.2f} {money.currency}".rstrip() + " over the rest of the day."
        )
        return f"{' '.join(each for each in why if each)} {does}.{worth}"

    def _gets(self, place: int, minutes: float, *, within: int | None = None) -> str:
        """Why a place should get somebody, who is there so many minutes later."""
        found, line = self.departure(place), int(self.view.waiting[0, place])
        said = self._ahead(place, gets=True, after=int(minutes // self.problem.step_minutes), within=within)
        if not self._begun(place) or (not found.notable and not line):
            return said
        if found.notable and found.share < 0:
            but = f"Although {self._came(place)}, {_waits(line)}." if line else self._although(place)
            return f"{said} {but}"
        return f"{said} {self._came(place)}, and {_waits(line)}."

    def _gives(self, place: int, *, within: int | None = None) -> str:
        """Why a place can do without somebody."""
        found, line = self.departure(place), int(self.view.waiting[0, place])
        said = self._ahead(place, gets=False, within=within)
        if not self._begun(place):
            return said
        if line or (found.notable and found.share > 0):
            return f"{said} {self._although(place)}"
        return f"{said} {self._came(place)}, and {_waits(line)}."

    def _begun(self, place: int) -> bool:
        """Whether anybody came to a place yet, or was expected."""
        return bool(self.view.arrived[0, place].any() or self.view.expected[0, place, : self.view.step].any())

    def _ahead(self, place: int, *, gets: bool, after: int = 0, within: int | None = None) -> str:
        """The hour in which one more person would be busiest: so many steps from now or later, ``within`` so many (None:
        the rest of the day). Visitors at once are taken for Poisson, and the hour is the one where they most surely are more
        than the people.
        """
        minutes, left = self.problem.step_minutes, self.heads.shape[1]
        steps = max(min(round(_HOUR / minutes), left), 1)
        first = min(after, left - steps)
        last = left if within is None else max(first + within, first + steps)
        come, there = (
            np.lib.stride_tricks.sliding_window_view(each[place, first:last], steps) for each in (self.arrivals, self.heads)
        )
        work = come.sum(axis=1) * self.problem.visits.service_minutes / (steps * minutes)
        short = (work - there.mean(axis=1) - 0.5) / np.sqrt(np.maximum(work, _NOBODY))
        at = int(short.argmax())
        people = float(there[at].mean())
        count = f"{people:.1f}".removesuffix(".0")
        begin = self.day.start + timedelta(minutes=(self.view.step + first + at) * minutes)
        end = begin + timedelta(minutes=steps * minutes)
        has = f"only {count} will be there" if gets and short[at] > _FEW else f"{count} will be there"
        name, coming, asks = self.problem.places[place], float(come[at].sum()), float(work[at])
        return f"From {begin:%H:%M} to {end:%H:%M} {name} expects {coming:,.0f} visitors, work for {asks:.1f} people; {has}."

    def _although(self, place: int) -> str:
        waits = _waits(int(self.view.waiting[0, place]))
        return f"Although {self._came(place)}, and {waits}, what is still to come counts more."

    def _came(self, place: int) -> str:
        found, name = self.departure(place), self.problem.places[place]
        if not found.notable:
            return f"{name} has had about as many visitors as forecast"
        more = "more" if found.share > 0 else "fewer"
        at = self.day.start + timedelta(minutes=found.since * self.problem.step_minutes)
        share = f"{abs(found.share):.0%}".replace("%", " %")
        return f"{name} has had {share} {more} visitors than forecast since {at:%H:%M}"


def _waits(line: int) -> str:
    return {0: "nobody waits", 1: "1 visitor waits"}.get(line, f"{line} visitors wait")
