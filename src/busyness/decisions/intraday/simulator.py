"""Many days beside each other, in steps: what is decided happens, visitors come and go, and each day's cost is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import Actions
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.durations import unit_durations
from busyness.decisions.intraday.kernel import Counted, Facts, State, World, advance, allowed, take
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.view import View, view_of
from busyness.domain.errors import InputError


@dataclass(frozen=True, eq=False)
class Stepped:
    """What one step brought each day: ``cost`` ``[days]`` with what was decided before it, ``paid`` minutes ``[days]``;
    ``waited`` minutes, ``served`` and ``gave_up`` visitors and minutes of the services begun (``worked``) ``[days,
    places]``; whether the day is over (``done``).
    """

    cost: NDArray[np.float64]
    paid: NDArray[np.float64]
    waited: NDArray[np.float64]
    served: NDArray[np.int64]
    gave_up: NDArray[np.int64]
    worked: NDArray[np.float64]
    done: bool


def facts_of(problem: IntradayProblem, *, seed: int) -> Facts:
    """This will put a problem into the arrays that compiled code reads; travel and service are the real ones."""
    money, visits, reality = problem.money, problem.visits, problem.reality
    return Facts(
        heads=np.ascontiguousarray(problem.heads, np.int64),
        travel=np.ascontiguousarray(problem.travel * reality.travel_factor, np.float64),
        notices=np.array([notice.minutes for notice in money.notices], np.float64),
        premiums=np.array([notice.premium for notice in money.notices], np.float64),
        service=unit_durations(visits.shape, visits.spread) * visits.service_minutes * reality.service_factor,
        patience=unit_durations("exponential") * visits.patience_minutes,
        actions=Actions.of(problem).table,
        step=float(problem.step_minutes),
        wage=float(money.wage / 60),
        waiting=float(money.waiting_minute),
        lost=float(money.lost_visitor),
        move=float(money.move),
        send_home=float(money.send_home),
        slower=float(reality.slower),
        slower_minutes=float(reality.slower_minutes),
        callable=int(problem.flex.callable),
        sendable=int(problem.flex.sendable),
        seed=np.uint64(seed),
    )


class Simulator:
    """Days of one problem, ``size`` of them beside each other, all at the same step.

    ``reset`` starts them; ``act`` takes one action in each (several times a step, if several moves are possible);
    ``advance`` lets the quarter of an hour pass. ``view`` is what may be known then. Visitors are simulated one by one, so
    any shape of service is exact, and a day's visitors are the same whatever is decided.
    """

    def __init__(self, problem: IntradayProblem, days: Days, *, size: int) -> None:
        if days.arrivals.shape[1:] != problem.heads.shape:
            raise InputError(f"Days of {days.arrivals.shape[1:]} do not fit a roster of {problem.heads.shape}.")
        self.problem = problem
        self.days = days
        self.facts = facts_of(problem, seed=days.seed)
        self.actions = Actions.of(problem)
        self.step = 0
        shape = (size, len(problem.places))
        self._counts = np.ascontiguousarray(days.arrivals, np.int64)
        self._world = World(
            facts=self.facts,
            state=_empty(shape, people=problem.most_people, line=_longest_line(days, self.facts)),
            counted=Counted(
                np.zeros(shape), np.zeros(shape, np.int64), np.zeros(shape, np.int64), np.zeros(size), np.zeros(shape)
            ),
            cost=np.zeros(size),
        )
        self.reset(np.arange(size) % days.count)

    @property
    def size(self) -> int:
        """How many days run beside each other."""
        return len(self._world.cost)

    @property
    def state(self) -> State:
        """Everything that is so now; policies see the ``view`` instead."""
        return self._world.state

    def reset(self, which: NDArray[np.int64] | Sequence[int]) -> View:
        """This will start the day anew in each of ``size`` days, with the numbers of the days to run."""
        chosen = np.asarray(which, np.int64)
        if chosen.shape != (self.size,) or chosen.min() < 0 or chosen.max() >= self.days.count:
            raise InputError(f"Choose {self.size} of the days 0 to {self.days.count - 1}.")
        state, flex = self._world.state, np.array(self.problem.flex.at_start, np.int64)
        state.day[:] = chosen
        state.free_at[:] = 0.0
        state.here_from[:] = -np.inf
        state.paid_from[:] = 0.0
        state.flex[:] = flex
        state.people[:] = flex + self.facts.heads[:, 0]
        state.waiting[:] = 0
        state.called[:] = 0
        state.sent[:] = 0
        self._world.cost[:] = 0.0
        self.step = 0
        return self.view()

    def view(self) -> View:
        """This will return what is known at the start of this step."""
        return view_of(self._world, self.step, self.days)

    def mask(self) -> NDArray[np.bool_]:
        """This will return which actions can be taken now, ``[days, actions]``; action 0, nothing, always can."""
        mask = np.empty((self.size, self.actions.count), np.bool_)
        allowed(self._world, self.step, mask)
        return mask

    def act(self, actions: NDArray[np.int64]) -> None:
        """This will take one action in each day, ``[days]``; one that cannot be taken does nothing. Its cost comes with the
        step.
        """
        take(self._world, self.step, np.ascontiguousarray(actions, np.int64))

    def advance(self) -> Stepped:
        """This will let one step pass. The step after the last needs a ``reset`` first."""
        if self.step >= self.problem.steps:
            raise InputError("The day is over.", hint="Reset the simulator.")
        advance(self._world, self.step, self._counts)
        self.step += 1
        counted, cost = self._world.counted, self._world.cost.copy()
        self._world.cost[:] = 0.0
        done = self.step == self.problem.steps
        return Stepped(
            cost=cost,
            paid=counted.paid.copy(),
            waited=counted.waited.copy(),
            served=counted.served.copy(),
            gave_up=counted.gave_up.copy(),
            worked=counted.worked.copy(),
            done=done,
        )


def _empty(shape: tuple[int, int], *, people: int, line: int) -> State:
    days = shape[0]
    return State(
        day=np.zeros(days, np.int64),
        free_at=np.zeros((*shape, people)),
        here_from=np.zeros((*shape, people)),
        paid_from=np.zeros((*shape, people)),
        people=np.zeros(shape, np.int64),
        flex=np.zeros(shape, np.int64),
        arrived=np.zeros((*shape, line)),
        until=np.zeros((*shape, line)),
        minutes=np.zeros((*shape, line)),
        waiting=np.zeros(shape, np.int64),
        called=np.zeros(days, np.int64),
        sent=np.zeros(days, np.int64),
    )


def _longest_line(days: Days, facts: Facts) -> int:
    """This will return how many may stand in line at most: all who come within the longest patience."""
    steps = min(int(np.ceil(facts.patience.max() / facts.step)) + 1, days.arrivals.shape[2])
    summed = np.cumsum(days.arrivals, axis=2)
    summed = np.concatenate([np.zeros((*summed.shape[:2], 1), np.int64), summed], axis=2)
    return max(int((summed[..., steps:] - summed[..., :-steps]).max()), 1)
