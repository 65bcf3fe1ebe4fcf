"""The proof that a flow is the best: prices of a vehicle at every node, from which nobody could gain by another flow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.network import Network

Counts = NDArray[np.int64]


def node_prices(network: Network, flow: Counts, costs: Counts) -> Counts:
    """This will return what a further vehicle at each node would save at least: the potentials of the flow, ``[nodes]``.

    They are shortest distances over the arcs that still have room and, backwards and at minus their cost, those that carry
    something (Bellman–Ford). They exist where no round trip pays, which is what makes a flow the cheapest. A flow that is
    not gets prices all the same, whose bound then lies below its cost.

    Source: R. K. Ahuja, T. L. Magnanti, J. B. Orlin, Network Flows (1993), theorem 9.1 and 9.3.
    """
    room, carrying = flow < network.capacity, flow > 0
    tail = np.concatenate([network.tail[room], network.head[carrying]])
    head = np.concatenate([network.head[room], network.tail[carrying]])
    length = np.concatenate([costs[room], -costs[carrying]])
    order = np.argsort(head, kind="stable")
    tail, head, length = tail[order], head[order], length[order]
    first = np.flatnonzero(np.diff(head, prepend=-1))
    reached = head[first]
    distance = np.zeros(len(network.supply), np.int64)
    for _ in range(len(distance)):
        nearer = np.minimum(np.minimum.reduceat(distance[tail] + length, first), distance[reached])
        if (nearer == distance[reached]).all():
            break
        distance[reached] = nearer
    return -distance


def dual_bound(network: Network, prices: Counts, costs: Counts) -> int:
    """This will return a cost that no flow can go below, whatever the prices are; the right ones make it the least cost.

    An arc whose cost does not cover the difference of prices earns at most its capacity times the rest (weak duality).
    """
    reduced = costs - prices[network.tail] + prices[network.head]
    return int(network.supply @ prices + network.capacity @ np.minimum(reduced, 0))
