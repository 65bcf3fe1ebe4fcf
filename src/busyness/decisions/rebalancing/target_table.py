"""Every place and period: what stands there, what should, and what that is expected to bring."""

from __future__ import annotations

import numpy as np
import polars as pl

from busyness.decisions.rebalancing.moves import Positions
from busyness.decisions.rebalancing.problem import RebalancingProblem
from busyness.decisions.rebalancing.served import ServedTrips
from busyness.tables import columns as c
from busyness.tables.instants import utc_series

_NEED = 0.9


def targets_table(problem: RebalancingProblem, served: ServedTrips, positions: Positions) -> pl.DataFrame:
    """This will return ``place, time, now, target, wanted, unmet_without, unmet_with, surplus, idle, idle_cost``.

    ``now`` stand there when the vans come (later periods: as riders are expected to leave them) and ``target`` after them.
    ``wanted`` are expected trips; of these so many stay unmet without this period's vans, and with them. ``surplus`` are
    vehicles of the target beyond what nine such periods in ten need, ``idle`` those expected to go unused, ``idle_cost``
    their price.
    """
    places, periods = len(problem.places), problem.periods
    cells = np.arange(places * periods)
    now, target = (side[:places].reshape(-1) for side in (positions.before, positions.after))
    turns = np.repeat(problem.turns_of_places, periods)
    wanted = problem.demand.started.mean(axis=0, dtype=np.float64).reshape(-1)
    unmet = served.unmet(target, cells)
    idle = target - (wanted - unmet) / turns
    need = np.ceil(np.quantile(problem.demand.started, _NEED, axis=0).reshape(-1) / turns)
    return pl.DataFrame(
        {
            c.PLACE: pl.Series(np.repeat([place.id for place in problem.places], periods), dtype=pl.String),
            c.TIME: utc_series(np.tile(problem.times, places)),
            "now": now,
            "target": target,
            "wanted": wanted,
            "unmet_without": served.unmet(now, cells),
            "unmet_with": unmet,
            "surplus": np.maximum(target - need, 0),
            "idle": idle,
            "idle_cost": idle * problem.values.idle_vehicle,
        }
    )
