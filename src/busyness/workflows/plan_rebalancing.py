"""Where to move vehicles on the next mornings, from a forecast folder and the tables of a fleet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.from_tables import depots_of, standing_of, vans_of
from busyness.decisions.rebalancing.plan import plan_rebalancing
from busyness.decisions.rebalancing.problem import Demand, RebalancingProblem, Values
from busyness.domain.errors import InputError
from busyness.sources.fleet import read_depots, read_fleet, read_vans
from busyness.tables.forecast import Forecast
from busyness.tables.panel import start_times, wall_times
from busyness.tables.plan import Plan
from busyness.workflows.folder import read_forecast
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent

_DRAWS = 200


@dataclass(frozen=True)
class FleetTables:
    """The files of a fleet: what stands where, the depots, the vans."""

    fleet: Path
    depots: Path
    vans: Path


@dataclass(frozen=True)
class Prices:
    """What an unmet trip and an idle vehicle-day cost, and how many trips a vehicle serves a day where it is wanted."""

    unmet_trip: float = 2.0
    idle_vehicle: float = 1.0
    turns: float = 4.0
    currency: str = ""


def plan_moves(
    folder: Path, tables: FleetTables, out: Path, *, prices: Prices | None = None, progress: Progress | None = None
) -> tuple[Plan, list[Path]]:
    """This will decide which vehicles to move on each day of a forecast of trips, and write the plan.

    The plan is made on one set of joint paths and judged on another, beside doing nothing and a proportional rule.
    """
    progress, prices = progress or Silent(), prices or Prices()
    progress.step("Reading")
    stored = read_forecast(folder)
    said = stored.forecast
    if not stored.adds_up or stored.noun not in {"trips", "orders", "events"}:
        raise InputError(f"A forecast of {stored.noun} cannot place vehicles.", hint="Forecast trips_started.")
    days, starts = _days(said)
    problem = RebalancingProblem(
        places=said.places,
        starts=starts,
        demand=_demand(said, days, seed=0),
        standing=standing_of(read_fleet(tables.fleet), said.places),
        values=Values(prices.unmet_trip, prices.idle_vehicle, prices.currency),
        turns=prices.turns,
        depots=depots_of(read_depots(tables.depots)),
        vans=vans_of(read_vans(tables.vans)),
    )
    progress.step("Deciding what to move")
    plan = plan_rebalancing(problem, judging=_demand(said, days, seed=1), versions={"model": said.model})
    return plan, write_plan(plan, out)


def _days(said: Forecast) -> tuple[NDArray[np.int64], tuple[datetime, ...]]:
    """The number of each slot's local day, ``[horizon]``, and when the days begin, by the first place's clock."""
    days = wall_times(said.places, said.slots)[0].astype("datetime64[D]")
    unique, number = np.unique(days, return_inverse=True)
    zone = ZoneInfo(said.places[0].timezone)
    first = start_times(said.places, said.slots)[0][np.searchsorted(number, np.arange(len(unique)))]
    seconds = first.astype("datetime64[s]").astype(np.int64)
    return number, tuple(datetime.fromtimestamp(int(second), UTC).astimezone(zone) for second in seconds)


def _demand(said: Forecast, days: NDArray[np.int64], *, seed: int) -> Demand:
    paths = said.paths(_DRAWS, seed=seed)
    started = np.zeros((_DRAWS, len(said.places), int(days.max()) + 1), np.float32)
    for day in range(started.shape[2]):
        started[:, :, day] = paths[:, :, days == day].sum(axis=2)
    return Demand(said.ids, started)
