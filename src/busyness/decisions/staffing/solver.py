"""Problem in, roster and bound out. The bound comes first; what its prices have found is where the search begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from busyness.decisions.staffing.bound import Bound, Relaxation
from busyness.decisions.staffing.columns import Columns
from busyness.decisions.staffing.impossible import refuse_impossible
from busyness.decisions.staffing.model import Floats, RosterModel, roster_of
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.roster import Roster
from busyness.decisions.staffing.search import Search, neighbourhoods

_BOUND_SHARE, _RECREATE_SHARE = 0.5, 0.85
"""The shares of the time after which the bound, and ruin and recreate, have had theirs."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to look. All but ``seconds`` bound the work itself, so that the same seed gives the same roster; ``seconds``
    only cut it short. ``gap`` is the share of the cost above the bound that is good enough.
    """

    seconds: float = 15.0
    bound_rounds: int = 60
    recreations: int = 600
    neighbourhoods: int = 40
    gap: float = 1e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the log: after so many seconds, the cost of the best roster and the bound."""

    seconds: float
    what: str
    cost: float
    bound: float


@dataclass(frozen=True, repr=False)
class Solution:
    """``roster`` costs ``cost``, none costs less than ``bound``; ``prices`` of a head ``[names, slots]`` prove it and start
    a new plan; ``log`` says how it was found."""

    roster: Roster
    cost: float
    bound: float
    seconds: float
    prices: Floats
    log: tuple[Step, ...] = field(default=())

    @property
    def gap(self) -> float:
        """How far above the bound the cost lies, as a share of the cost."""
        return max(self.cost - self.bound, 0.0) / max(abs(self.cost), 1e-9)


_TAKEN = 3
"""How many people lose their weeks at a time in ruin and recreate: three was better than two, four or six."""

_WORSE = 3e-4
"""The share of the cost by which ruin and recreate may stray above the best, at first; in the end by nothing."""


def solve(problem: StaffingProblem, effort: Effort, *, clock: Callable[[], float], warm: Solution | None = None) -> Solution:
    """This will look for the cheapest roster; ``clock`` is asked for the time in seconds. ``warm`` is the answer to a
    problem much like it, to begin from.

    Raises:
        InputError: nobody could keep what is asked for, whatever it costs; the message names what contradicts what.
        MissingExtraError: HiGHS is not installed.

    """
    refuse_impossible(problem)
    return _Run(problem, effort, clock).go(warm)


class _Run:
    """One run of the solver: the clock, the log and what has been found."""

    def __init__(self, problem: StaffingProblem, effort: Effort, clock: Callable[[], float]) -> None:
        self._problem, self._effort, self._clock = problem, effort, clock
        self._begun = clock()
        self._columns = Columns(RosterModel.of(problem))
        self._rng = np.random.default_rng(effort.seed)
        self._log: list[Step] = []
        people = range(len(problem.people))
        self._search = Search(self._columns, [self._columns.week_off(p) for p in people], seconds_left=self._left)
        self._relaxation = Relaxation(self._columns)
        self._bound = Bound(-np.inf, np.zeros(len(self._columns.rows)), {})

    def go(self, warm: Solution | None) -> Solution:
        if warm is None:
            self._tighten()
            self._dive(self._bound)
        else:
            self._begin(warm)
        self._respond()
        self._note("best responses")
        self._recreate()
        self._neighbourhoods()
        return self._solution()

    # ---- steps -------------------------------------------------------------------------------------------------------

    def _tighten(self) -> None:
        end = _BOUND_SHARE * self._effort.seconds
        self._bound = self._relaxation.generate(
            self._search.picked, rounds=max(self._effort.bound_rounds, 1), go_on=lambda: self._passed() < end
        )

    def _dive(self, bound: Bound) -> None:
        """Everybody takes the week the linear answer gives the largest share."""
        best: dict[int, tuple[float, int]] = {}
        for number, share in bound.mixture.items():
            person = self._columns.person[number]
            best[person] = max(best.get(person, (0.0, -1)), (share, number))
        self._search.take([best[p][1] if p in best else n for p, n in enumerate(self._search.picked)])
        self._note("bound, and the dive from it")

    def _begin(self, warm: Solution) -> None:
        """The roster and the prices of the answer to the problem as it was."""
        prices = warm.prices.reshape(-1)[self._columns.rows]
        least, _ = self._relaxation.proven(prices)
        self._bound = replace(self._bound, least=least, prices=prices)
        self._search.take(self._columns.weeks_of(warm.roster, instead=self._search.picked))
        self._note("the roster as published")

    def _respond(self) -> None:
        while self._left() > 0 and self._search.respond(self._order()):
            pass

    def _recreate(self) -> None:
        end = _RECREATE_SHARE * self._effort.seconds
        now = self._search.picked
        for number in range(self._effort.recreations):
            if self._passed() >= end or self._good_enough():
                break
            allowed = _WORSE * (1 - number / self._effort.recreations) * abs(self._search.cost)
            trial = self._search.recreate(now, self._order()[:_TAKEN])
            if self._columns.total(trial) < self._search.cost + allowed:
                now = trial
        self._note("ruin and recreate")

    def _neighbourhoods(self) -> None:
        nearby = neighbourhoods(self._search, self._rng)
        for _ in range(self._effort.neighbourhoods):
            if self._left() <= 0 or self._good_enough():
                break
            where = next(nearby)
            if self._search.improve(where, prices=self._bound.prices, rounds=8, nodes=20):
                self._note(f"{len(where.people)} people on {len(where.days)} days set free")

    # ---- the clock and the log ---------------------------------------------------------------------------------------

    def _order(self) -> list[int]:
        order: list[int] = self._rng.permutation(len(self._problem.people)).tolist()
        return order

    def _passed(self) -> float:
        return self._clock() - self._begun

    def _left(self) -> float:
        return self._effort.seconds - self._passed()

    def _good_enough(self) -> bool:
        return self._search.cost - self._bound.least <= self._effort.gap * abs(self._search.cost)

    def _note(self, what: str) -> None:
        self._log.append(Step(round(self._passed(), 2), what, self._search.cost, self._bound.least))

    def _solution(self) -> Solution:
        shape = self._problem.need.heads.shape
        prices = np.zeros(self._problem.need.heads.size)
        prices[self._columns.rows] = self._bound.prices
        roster = roster_of(self._columns.model, self._search.chosen)
        best, bound = self._search.cost, self._bound.least
        return Solution(roster, best, bound, self._passed(), prices.reshape(shape), tuple(self._log))
