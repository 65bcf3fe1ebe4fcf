"""Min-cost flow by OR-Tools. It must never share a process with HiGHS, so nothing else in this room imports it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.network import Network
from busyness.domain.errors import BusynessError, MissingExtraError

try:
    from ortools import __version__ as _version
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
except ImportError:
    SimpleMinCostFlow = None
    _version = ""

SOLVER = f"ortools {_version}"


def cheapest_flow(network: Network, surcharge: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """This will return the cheapest flow, whole vehicles on every arc; ``surcharge`` is added to the moves' costs.

    Raises ``MissingExtraError`` where OR-Tools is not installed.
    """
    if SimpleMinCostFlow is None:
        raise MissingExtraError("OR-Tools", "plans")
    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        network.tail, network.head, network.capacity, costs_with(network, surcharge)
    )
    flow.set_nodes_supplies(np.arange(len(network.supply), dtype=np.int32), network.supply)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise BusynessError(f"The flow of vehicles could not be solved ({status}).", hint="Please report this as a fault.")
    return np.asarray(flow.flows(arcs), np.int64)


def costs_with(network: Network, surcharge: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """This will return the arcs' costs with the moves' surcharge."""
    if surcharge is None:
        return network.cost
    costs = network.cost.copy()
    costs[: network.moves] += surcharge
    return costs
