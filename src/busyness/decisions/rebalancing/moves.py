"""Moves of vehicles, whoever decided them, and what the best flow says of every place."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.rebalancing.network import Network
from busyness.decisions.rebalancing.ways import Ways

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Moves:
    """One row a move of ``quantity`` vehicles at the start of a period; origin and destination are sites."""

    period: Counts
    origin: Counts
    destination: Counts
    quantity: Counts
    km: NDArray[np.float64]
    cost: NDArray[np.float64]  # of one vehicle

    @classmethod
    def along(cls, ways: Ways, period: Counts, *, way: Counts, quantity: Counts) -> Self:
        """This will take the moves along these rows of ``ways``."""
        return cls(period, ways.origin[way], ways.destination[way], quantity, ways.km[way], ways.cost[way])

    @classmethod
    def none(cls, ways: Ways) -> Self:
        """This will move nothing."""
        nothing = np.empty(0, np.int64)
        return cls.along(ways, nothing, way=nothing, quantity=nothing)

    def __len__(self) -> int:
        return len(self.period)

    def of(self, period: int) -> Moves:
        """This will return the moves of one period."""
        these = self.period == period
        return Moves(**{side.name: getattr(self, side.name)[these] for side in fields(self)})


@dataclass(frozen=True, eq=False)
class Positions:
    """Vehicles at each site ``before`` and ``after`` each period's vans, ``[sites, periods]``, and the moves between."""

    before: Counts
    after: Counts
    moves: Moves

    @classmethod
    def of(cls, network: Network, flow: Counts) -> Self:
        """This will read a flow of the network."""
        sites, periods = network.sites, network.periods
        moved = flow[: network.moves].reshape(periods, -1)
        stayed = flow[network.stays].reshape(periods, sites).T
        period, way = np.nonzero(moved)
        moves = Moves.along(network.ways, period, way=way, quantity=moved[period, way])
        before, after = stayed.copy(), stayed.copy()
        np.add.at(before, (moves.origin, moves.period), moves.quantity)
        np.add.at(after, (moves.destination, moves.period), moves.quantity)
        return cls(before, after, moves)
