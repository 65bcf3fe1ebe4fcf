"""Small fleets, drawn by hypothesis or by seed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from busyness.decisions.rebalancing.problem import (
    Demand,
    Depot,
    RebalancingProblem,
    Standing,
    Values,
    Van,
)
from busyness.domain.place import Place


def fleet(
    count: int = 6,
    periods: int = 3,
    *,
    draws: int = 20,
    seed: int = 0,
    level: float = 8.0,
    drift: bool = True,
    hours: float = 100.0,
    **changes: Any,
) -> RebalancingProblem:
    """A town of places in a grid, two depots and three vans; ``changes`` replace fields of the problem."""
    draw = np.random.default_rng(seed)
    side = int(np.ceil(count**0.5))
    row, column = np.divmod(np.arange(count), side)
    where = [
        Place(f"p{k}", f"Place {k}", 41.8 + 0.01 * row[k], -87.7 + 0.012 * column[k], timezone="America/Chicago")
        for k in range(count)
    ]
    mean = draw.gamma(0.8, level / 0.8, (count, 1)) * draw.uniform(0.7, 1.3, (count, periods))
    started = draw.poisson(mean, (draws, count, periods)).astype(np.float32)
    ended = draw.poisson(mean * draw.uniform(0.6, 1.4, (count, 1)), (draws, count, periods)).astype(np.float32)
    vehicles = draw.poisson(level / 2, count)
    broken = draw.binomial(vehicles, 0.1)
    depots = (Depot("north", 41.85, -87.71, 5, 12), Depot("south", 41.79, -87.66, 0, 8))
    fields: dict[str, Any] = {
        "places": tuple(where),
        "starts": tuple(datetime(2020, 9, 10, 10, tzinfo=UTC) + timedelta(days=day) for day in range(periods)),
        "demand": Demand(tuple(place.id for place in where), started, ended if drift else None),
        "standing": Standing(vehicles, broken, draw.binomial(vehicles - broken, 0.2)),
        "values": Values(2.5, 0.4, "USD"),
        "turns": 1.5,
        "depots": depots,
        "vans": tuple(Van(f"van {k}", depots[k % 2].id, 6, 0.5, 0.3, hours) for k in range(3)),
    }
    return RebalancingProblem(**fields | changes)


@pytest.fixture(scope="session")
def fleet_of() -> Callable[..., RebalancingProblem]:
    return fleet
