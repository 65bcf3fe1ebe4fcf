"""A small cluster in which travel takes longer than believed, and a policy that corrects the look-ahead in it."""

from __future__ import annotations

from functools import cache

import numpy as np

from busyness.decisions.intraday.days import Days, draw_days
from busyness.decisions.intraday.level import Level
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Reality, Visits
from busyness.decisions.intraday.queue_step import queue_step

STEPS, PLACES = 12, 3
EXPECTED = 6 + 4 * np.sin(np.pi * np.arange(STEPS) / STEPS) * np.array([[1.0], [1.3], [0.8]])


@cache
def problem(moves: int = 1) -> IntradayProblem:
    """Three places, a flex person each, two to call in; travel takes half as long again."""
    apart = np.abs(np.arange(PLACES)[:, None] - np.arange(PLACES))
    return IntradayProblem(
        ("A", "B", "C"),
        np.maximum(np.ceil(EXPECTED * 5 / 15).astype(np.int64), 1),
        np.where(apart > 0, 6.0 + 6.0 * apart, 0.0),
        FlexPeople((1, 1, 1), callable=2, sendable=1, moves_per_step=moves),
        Visits(5.0, 12.0),
        Money(15.0, 6.0, 0.2, (Notice(45.0, 10.0),), move=1.0, send_home=5.0),
        reality=Reality(travel_factor=1.5, service_factor=1.2),
    )


@cache
def days(count: int, seed: int = 1, burst: float = 0.3) -> Days:
    """Days that stray from the forecast, each place by 35 % and step by step by ``burst``."""
    level = np.exp(0.35 * np.random.default_rng(0).normal(size=(100, PLACES, 1)) - 0.06)
    return draw_days(EXPECTED * level, EXPECTED, count=count, burst=burst, seed=seed)


@cache
def lookahead(moves: int = 1) -> Lookahead:
    """The look-ahead, fitted to few days."""
    believed = problem(moves)
    queue = queue_step(believed, most_arrivals=3 * float(EXPECTED.max()))
    return Lookahead(believed, Level.fitted(days(40)), queue, horizon=12, hurdle=1.0)
