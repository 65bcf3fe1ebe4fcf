"""Small clusters of stores, and days of visitors, by seed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from busyness.decisions.intraday.days import Days, draw_days
from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Reality, Visits

pytest.importorskip("numba")


def cluster(count: int = 3, steps: int = 16, **changed: Any) -> IntradayProblem:
    given: dict[str, Any] = {
        "places": tuple(f"Store {k + 1}" for k in range(count)),
        "heads": np.full((count, steps), 2),
        "travel": 8.0 + 5.0 * np.abs(np.arange(count)[:, None] - np.arange(count)),
        "flex": FlexPeople((1,) * count, callable=2, sendable=2),
        "visits": Visits(service_minutes=5, patience_minutes=12),
        "money": Money(15, 6, 0.2, (Notice(30, 20), Notice(90, 10)), move=3, send_home=10, currency="S/"),
        "reality": Reality(),
    }
    return IntradayProblem(**given | changed)


def busy_days(problem: IntradayProblem, count: int = 50, *, mean: float = 8.0, seed: int = 0, spread: float = 0.4) -> Days:
    """Visitors around ``mean`` a step; each place's whole day is more or less by ``spread``."""
    expected = np.full(problem.heads.shape, mean)
    level = np.random.default_rng(seed + 1000).gamma(1 / spread**2, spread**2, (64, len(problem.places), 1))
    return draw_days(expected * level, expected, count=count, seed=seed)


def random_actions(mask: np.ndarray, rng: np.random.Generator, often: float = 0.5) -> np.ndarray:
    chosen = (rng.random(mask.shape) * mask).argmax(axis=1)
    return np.where(rng.random(len(mask)) < often, chosen, 0)
