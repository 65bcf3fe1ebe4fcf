"""Plans of a made-up fleet, seeded. The network is written to a file, for HiGHS to solve in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
from cube import answer, asked

from busyness.decisions.rebalancing.duality import dual_bound, node_prices
from busyness.decisions.rebalancing.network import Network, network_of
from busyness.decisions.rebalancing.plan import plan_rebalancing
from busyness.decisions.rebalancing.problem import Demand, Depot, RebalancingProblem, Standing, Values, Van
from busyness.decisions.rebalancing.proportional import proportional_moves
from busyness.decisions.rebalancing.scatter import Scatter
from busyness.decisions.rebalancing.served import ServedTrips
from busyness.decisions.rebalancing.solver import cheapest_flow
from busyness.decisions.rebalancing.ways import ways_of
from busyness.decisions.rebalancing.within_hours import van_minutes
from busyness.domain.place import Place

_ARRAYS = ("tail", "head", "capacity", "cost", "supply")


def main() -> None:
    """This will print the seconds of the model, of its flow alone, and of the whole plan."""
    want = asked()
    problem = _fleet(want["places"], want["periods"], hours=want["hours"])
    minutes = van_minutes(problem)

    def laid_out() -> Network:
        found = ways_of(problem)
        scatter = Scatter.of(problem, proportional_moves(problem, found, minutes=minutes))
        served = ServedTrips.of(scatter.wanted, problem.turns_of_places)
        return network_of(problem, served, ways=found, drift=scatter.drift)

    network = laid_out()
    flow = cheapest_flow(network)
    prices = node_prices(network, flow, network.cost)
    np.savez(want["file"], **{name: getattr(network, name) for name in _ARRAYS})

    def whole_model() -> None:
        made = laid_out()
        found = cheapest_flow(made)
        dual_bound(made, node_prices(made, found, made.cost), made.cost)

    plan = plan_rebalancing(problem)
    answer(
        model=_fastest(want["rounds"], whole_model),
        solve=_fastest(want["rounds"], lambda: cheapest_flow(network)),
        plan=_fastest(want["rounds"], lambda: plan_rebalancing(problem)),
        arcs=len(network.tail),
        proven=dual_bound(network, prices, network.cost) == int(network.cost @ flow),
        cost=int(network.cost @ flow),
        gap=plan.gap,
        comparison=plan.tables["comparison"].select("policy", "unmet_trips", "moves", "cost", "plan_saves_low").rows(),
    )


def _fleet(places: int, periods: int, *, hours: float) -> RebalancingProblem:
    """Scooters in a city of equal squares: 3 trips a vehicle, demand of very different places, seeded."""
    draw = np.random.default_rng(places)
    side = int(np.ceil(places**0.5))
    row, column = np.divmod(np.arange(places), side)
    step = 0.25 / side
    level, turns = (60.0, 3.0) if places < 1000 else (6.0, 1.0)
    where = tuple(
        Place(f"p{k}", latitude=41.7 + step * row[k], longitude=-87.8 + 1.3 * step * column[k]) for k in range(places)
    )
    mean = draw.gamma(0.8, level / 0.8, (places, 1)) * draw.uniform(0.8, 1.2, (places, periods))
    weather = draw.gamma(20, 1 / 20, (200, 1, periods))
    started = draw.poisson(mean * weather).astype(np.float32)
    ended = draw.poisson(mean * weather * draw.uniform(0.8, 1.2, (places, 1))).astype(np.float32)
    vehicles = draw.poisson(level / turns, places)
    nobody = np.zeros(places, np.int64)
    depots = (Depot("north", 41.88, -87.7, 60, 400), Depot("south", 41.75, -87.68, 40, 400))
    vans = tuple(Van(f"van {k}", depots[k % 2].id, 20, 1.2, 0.8, hours) for k in range(4 if places < 1000 else 400))
    starts = tuple(datetime(2020, 9, 10, 10, tzinfo=UTC) + timedelta(days=day) for day in range(periods))
    return RebalancingProblem(
        where,
        starts,
        Demand(tuple(place.id for place in where), started, ended),
        Standing(vehicles, nobody, nobody),
        Values(2.5, 0.5, "USD"),
        turns,
        depots,
        vans,
    )


def _fastest(rounds: int, work: Callable[[], object]) -> float:
    least = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - begun)
    return least


if __name__ == "__main__":
    main()
