"""The plan: decisions with what they cost, why, and how far from the best possible they can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from busyness.domain.errors import InputError
from busyness.tables import columns as c

ACTIONS_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {
    c.PLACE: pl.String,
    c.TIME: pl.Datetime("us", "UTC"),
    "action": pl.String,
    "quantity": pl.Float64,
    "cost": pl.Float64,
    "reason": pl.String,
}
"""What every plan says of each of its actions; a kind of plan adds columns of its own after these."""


@dataclass(frozen=True, repr=False)
class Plan:
    """``actions`` has the columns of ``ACTIONS_SCHEMA``, one row an action, and any others behind them.

    ``cost`` is the plan's total in ``currency``, ``bound`` the least any plan could cost, ``seconds`` what solving took.
    ``versions`` names what it was made from (``forecast``, ``model``, ``solver``). ``tables`` are further tables by the
    name of the file they belong in, ``notes`` sentences for the person: broken wishes with their price, what was assumed.
    """

    kind: str
    actions: pl.DataFrame
    cost: float
    bound: float
    currency: str = ""
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        missing = set(ACTIONS_SCHEMA) - set(self.actions.columns)
        if missing:
            raise InputError(
                f"A plan's actions need the columns {', '.join(ACTIONS_SCHEMA)}; missing: {', '.join(missing)}."
            )

    def __repr__(self) -> str:
        return f"Plan({self.kind}: {self.actions.height:,} actions, cost {self.cost:,.2f}, gap {self.gap:.2%})"

    @property
    def gap(self) -> float:
        """How far above the least possible the cost may be, as a share of the cost: 0 is proven best."""
        if self.cost <= self.bound:
            return 0.0
        return (self.cost - self.bound) / max(abs(self.cost), 1e-9)
