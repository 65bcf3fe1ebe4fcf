"""Where to move vehicles next, from a forecast folder and the tables of a fleet; couriers go their own way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.from_tables import depots_of, standing_of, vans_of
from busyness.decisions.rebalancing.plan import plan_rebalancing
from busyness.decisions.rebalancing.problem import Demand, OwnWay, RebalancingProblem, Values
from busyness.domain.errors import InputError, SettingsError
from busyness.domain.place import Place
from busyness.reports.plan_page import page_files
from busyness.reports.rebalancing_page import RebalancingMaterial, rebalancing_page
from busyness.reports.sentences import plan_in
from busyness.sources.fleet import read_depots, read_fleet, read_vans
from busyness.tables.forecast import Forecast
from busyness.tables.panel import start_times, wall_times
from busyness.tables.plan import Plan
from busyness.workflows.folder import StoredForecast, read_forecast
from busyness.workflows.outlines import outlines_in
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.simulated import from_simulation

_DRAWS = 200
_DRIVEN = frozenset({"trips", "orders", "events"})
_QUIET = 0.1  # of the busiest hour: below it, hours before the first period are skipped


@dataclass(frozen=True)
class FleetTables:
    """The files of a fleet: what stands where, the depots, the vans; and a forecast folder of where trips end.

    Without depots and vans vehicles go their own way, as couriers do.
    """

    fleet: Path
    depots: Path | None = None
    vans: Path | None = None
    ended: Path | None = None


@dataclass(frozen=True)
class Prices:
    """What an unmet trip and an idle vehicle-period cost, how many trips a vehicle serves a period where it is wanted, and
    what a kilometre of a vehicle's own way costs (``within_km`` at most).
    """

    unmet_trip: float = 2.0
    idle_vehicle: float = 1.0
    turns: float = 4.0
    currency: str = ""
    cost_per_km: float = 0.3
    within_km: float = 4.0


@dataclass(frozen=True)
class Told:
    """How a plan is shown: language, title, and of slots shorter than a day how many are decided."""

    language: str = "en"
    title: str = ""
    periods: int = 6


def plan_moves(
    folder: Path,
    tables: FleetTables,
    out: Path | None,
    *,
    prices: Prices | None = None,
    told: Told | None = None,
    progress: Progress | None = None,
) -> tuple[Plan, list[Path]]:
    """This will decide which vehicles to move in each period of a forecast of trips, and write the plan and its page.

    A period is a day where the forecast is daily or vans move the vehicles, else a slot. The plan is made on one set of
    joint paths and judged on another, beside doing nothing and a proportional rule. ``out`` None: nothing is written.
    """
    progress, prices, told = progress or Silent(), prices or Prices(), told or Told()
    progress.step("Reading")
    stored = read_forecast(folder)
    said = stored.forecast
    if stored.noun not in _DRIVEN:
        raise InputError(f"A forecast of {stored.noun} cannot place vehicles.", hint="Forecast trips_started or orders.")
    if (tables.depots is None) != (tables.vans is None):
        raise SettingsError(
            "Depots and vans go together.", hint="Give both, or neither where vehicles go their own way (couriers)."
        )
    own_way = OwnWay(prices.cost_per_km, within_km=prices.within_km) if tables.vans is None else None
    by_day = own_way is None or said.slots.length.daily
    if by_day and not stored.adds_up and not said.slots.length.daily:
        raise InputError(
            f"{stored.noun.capitalize()} of several hours do not add up to a day's.", hint="Forecast days (--every 1d)."
        )
    periods = _days(said) if by_day else _next_slots(said, told.periods)
    ends = _ends(tables.ended, stored)
    depots = () if tables.depots is None else depots_of(read_depots(tables.depots))
    problem = RebalancingProblem(
        places=said.places,
        starts=periods.starts,
        demand=_demand(said, ends, periods, seed=0),
        standing=standing_of(read_fleet(tables.fleet, said.places), said.places),
        values=Values(prices.unmet_trip, prices.idle_vehicle, prices.currency),
        turns=prices.turns,
        depots=depots,
        vans=() if tables.vans is None else vans_of(read_vans(tables.vans)),
        own_way=own_way,
        length=periods.length,
        called="couriers" if own_way and stored.noun == "orders" else "vehicles",
    )
    progress.step("Deciding what to move")
    judging = _demand(said, ends, periods, seed=1)
    plan = plan_rebalancing(problem, judging=judging, versions={"model": said.model})
    progress.step("Writing")
    plan = plan_in(plan, told.language)
    return plan, _written(plan, problem, stored=stored, out=out, folder=folder, fleet=tables.fleet, told=told)


def _written(
    plan: Plan,
    problem: RebalancingProblem,
    *,
    stored: StoredForecast,
    out: Path | None,
    folder: Path,
    fleet: Path,
    told: Told,
) -> list[Path]:
    """The plan's files and its page."""
    places = stored.forecast.places
    simulated = from_simulation((folder, fleet))
    material = RebalancingMaterial(
        plan=plan,
        places=places,
        depots=tuple(Place(d.id, latitude=d.latitude, longitude=d.longitude) for d in problem.depots),
        outlines=outlines_in(folder, places),
        called=problem.called,
        title=told.title,
        language=told.language,
        simulated=simulated,
    )
    texts = page_files(rebalancing_page(material), told.language)
    return write_plan(plan, out, texts=texts, more={"simulated": simulated}, zone=places[0].timezone)


@dataclass(frozen=True)
class _Periods:
    """``number`` of the period each slot falls into, ``[horizon]``, -1 for none; when the periods start."""

    number: NDArray[np.int64]
    starts: tuple[datetime, ...]
    length: timedelta


def _days(said: Forecast) -> _Periods:
    """The local days, by the first place's clock."""
    days = wall_times(said.places, said.slots)[0].astype("datetime64[D]")
    unique, number = np.unique(days, return_inverse=True)
    first = np.searchsorted(number, np.arange(len(unique)))
    return _Periods(number, _moments(said, first), timedelta(days=1))


def _next_slots(said: Forecast, count: int) -> _Periods:
    """The next slots from the first in which anybody is wanted: before it nobody needs to be anywhere."""
    total = said.mean.sum(axis=0)
    first = int(np.argmax(total >= _QUIET * total.max(initial=0.0)))
    slots = np.arange(first, min(first + count, said.slots.count))
    number = np.full(said.slots.count, -1)
    number[slots] = np.arange(len(slots))
    return _Periods(number, _moments(said, slots), timedelta(minutes=said.slots.length.minutes))


def _moments(said: Forecast, slots: NDArray[np.int64]) -> tuple[datetime, ...]:
    zone = ZoneInfo(said.places[0].timezone)
    seconds = start_times(said.places, said.slots)[0][slots].astype("datetime64[s]").astype(np.int64)
    return tuple(datetime.fromtimestamp(int(second), UTC).astimezone(zone) for second in seconds)


def _ends(folder: Path | None, stored: StoredForecast) -> Forecast | None:
    """The forecast of where trips end, checked to be of the same places and slots."""
    if folder is None:
        return None
    ends, starts = read_forecast(folder).forecast, stored.forecast
    if ends.ids != starts.ids or ends.slots != starts.slots:
        raise InputError(
            f"The trips that end ({folder}) are not forecast for the same places and days as those that start.",
            hint="Forecast both from the same file: --count trips_started and --count trips_ended.",
        )
    return ends


def _demand(said: Forecast, ends: Forecast | None, periods: _Periods, *, seed: int) -> Demand:
    ended = None if ends is None else _by_period(ends, periods, seed=seed)
    return Demand(said.ids, _by_period(said, periods, seed=seed), ended)


def _by_period(said: Forecast, periods: _Periods, *, seed: int) -> NDArray[np.float32]:
    paths = said.paths(_DRAWS, seed=seed)
    summed = np.zeros((_DRAWS, len(said.places), len(periods.starts)), np.float32)
    for period in range(summed.shape[2]):
        summed[:, :, period] = paths[:, :, periods.number == period].sum(axis=2)
    return summed
