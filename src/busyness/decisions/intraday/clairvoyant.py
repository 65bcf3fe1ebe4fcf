"""The bound: what days must cost on average whoever decides, even somebody who knows every arrival in the morning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.dual import Law, Model, OneDay, Search, bound_day
from busyness.decisions.intraday.kernel import Facts, draw_day
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.simulator import facts_of

PIECES = 3
TICKS = 5
FINE = 16
ROUNDS = 40
AFTER = 6
"""Cells after closing, in which only who is being served is finished."""
LEARN = 50


def clairvoyant(
    problem: IntradayProblem, days: Days, *, reached: NDArray[np.float64], rounds: int = ROUNDS
) -> NDArray[np.float64]:
    """This will return a cost of each day, ``[days]``, that no policy can undercut in the mean over visitors' service times
    and patience: not even one that knows the minute of every arrival of the day in the morning.

    Each of ``PIECES`` of a step at each place gets a price of a person's minute. At these prices each visitor takes the best
    begin of service, and each person the best route through the day: waiting, travel, notice and closing are all there;
    only that people and visitors must meet is priced instead of enforced (Lagrangian relaxation; Fisher, Management
    Science 27, 1981). Any prices give a bound; subgradient steps find good ones. In the simulator, when somebody is served
    never depends on how long that very visitor will take or wait, which is why both are means here. Left out besides, so
    that the best there is costs at least this: the order of service, how many may be sent home and moved in a step, and
    that newcomers are slower.

    ``reached`` is what some policy cost, ``[days]``: it only sets how far prices are moved in each of ``rounds`` steps.
    """
    facts = facts_of(problem, seed=days.seed)
    model = Model(facts, law_of(facts, lasting=problem.visits.shape == "lognormal"))
    at_start = np.array(problem.flex.at_start, np.int64)
    usual = np.full((len(problem.places), problem.steps * PIECES + AFTER), facts.wage)
    counts = np.ascontiguousarray(days.arrivals, np.int64)
    bounds = np.empty(days.count)
    for day in range(days.count):
        visitors, places = draw_day(facts, day, counts[day])
        prices = usual.copy()
        known = OneDay(visitors[0].copy(), places, at_start)
        bounds[day] = bound_day(model, known, Search(prices, rounds, float(reached[day])))
        usual += (prices - usual) / min(day + 1, LEARN)  # the next day starts from what days are usually like
    return bounds


def law_of(facts: Facts, *, lasting: bool) -> Law:
    """This will tabulate how long services and patience are, from the very values that the simulator draws.

    What is left of a service under way is no longer than a fresh one in law, where services age (exponential, Erlang); where
    they do not (``lasting``), the longest service stands for it.
    """
    width = facts.step / PIECES
    tick = width / TICKS
    reach = int(np.ceil(facts.service[-1] / width)) + 1
    left = (facts.service[-1:] if lasting else facts.service) * (1 + facts.slower)
    points = np.arange(facts.heads.shape[1] * PIECES * TICKS * FINE + 1) * (tick / FINE)
    ranked = np.searchsorted(facts.patience, points, side="left")
    summed = np.concatenate([[0.0], np.cumsum(facts.patience)])
    many = len(facts.patience)
    return Law(
        overlap=np.stack([_overlap(facts.service, width, begin=part * tick, cells=reach) for part in range(TICKS)]),
        residual=_overlap(left, width, begin=0.0, cells=int(left[-1] / width) + 1),
        stays=(many - ranked) / many,
        spent=(summed[ranked] + points * (many - ranked)) / many,
        tick=tick,
        fine=FINE,
    )


def _overlap(service: NDArray[np.float64], width: float, *, begin: float, cells: int) -> NDArray[np.float64]:
    """This will return the mean minutes of services in each cell, ``[cells]``, that begin so many minutes into the first."""
    edges = np.maximum(np.arange(cells + 1) * width - begin, 0.0)
    beyond = np.maximum(service - edges[:, None], 0.0).mean(axis=1)
    return np.asarray(beyond[:-1] - beyond[1:])
