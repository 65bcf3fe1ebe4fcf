"""What a report is made of: plain tables and facts. Whoever has these can have a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.tables import columns as c

_NEEDED: Mapping[str, tuple[str, ...]] = {
    "places": (c.PLACE,),
    "history": (c.PLACE, c.TIME, c.AMOUNT),
    "forecast": (c.PLACE, c.TIME, c.MEAN),
    "peaks": (c.PLACE, c.DATE, c.RANK, c.TIME, c.PROBABILITY, "size_q50"),
    "last_week": (c.PLACE, c.TIME, c.OBSERVED),
    "quality": (c.PLACE, "slots", c.OBSERVED),
    "importance": ("feature", "share"),
    "totals": (c.PLACE, c.DATE, c.MEAN),
}


@dataclass(frozen=True)
class ReportMaterial:
    """Everything but the first six may be left out; its section is then left out too.

    ``timezones`` names each place's zone, ``language`` is ``es`` or ``en``, ``slot_minutes`` the slot's length.
    ``unit`` is what is counted ("orders"; empty: visitors) and ``simulated`` a sentence for the banner when the data are
    simulated. Tables (times UTC, amounts in demand per slot):

    - ``places``: ``place``, ``name``, ``capacity`` (per slot; null: none)
    - ``history``: ``place, time, amount``; the last five weeks are drawn
    - ``forecast``: as ``Forecast.to_polars``; ``peaks``: as ``Forecast.peaks``; ``totals``: as ``Forecast.sum``
    - ``last_week``: ``place, time, observed, seasonal_naive, mean, q05 …`` of the last window replayed
    - ``quality``: ``place, slots, observed, missing, rejected, outliers, closed, first, last``
    - ``importance``: ``feature, family, share`` (of the whole, 0 … 1)

    ``scores`` is what ``backtest.json`` holds, ``rejected`` counts rows by reason, ``model`` holds facts by name, and
    ``notes`` are sentences: what was guessed, what to beware of. Raises ``ColumnMissingError`` for a table without a
    column it needs, ``InputError`` for another language.
    """

    title: str
    places: pl.DataFrame
    timezones: Mapping[str, str]
    language: str
    made_at: datetime
    slot_minutes: int
    unit: str = ""
    simulated: str = ""
    model: Mapping[str, object] = field(default_factory=dict)
    history: pl.DataFrame | None = None
    forecast: pl.DataFrame | None = None
    peaks: pl.DataFrame | None = None
    last_week: pl.DataFrame | None = None
    scores: Mapping[str, Any] | None = None
    quality: pl.DataFrame | None = None
    rejected: Mapping[str, int] = field(default_factory=dict)
    importance: pl.DataFrame | None = None
    notes: Sequence[str] = ()
    totals: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        if self.language not in {"es", "en"}:
            raise InputError(f"A report cannot be written in '{self.language}'.", hint="Use es or en.")
        if self.slot_minutes < 1:
            raise InputError(f"A slot of {self.slot_minutes} minutes cannot be drawn.", hint="For example 60.")
        for name, needed in _NEEDED.items():
            table = self.table(name)
            for column in needed if table is not None else ():
                if table is not None and column not in table.columns:
                    raise ColumnMissingError(column, table.columns, role=f"the report's {name}")

    def table(self, name: str) -> pl.DataFrame | None:
        """This will return one of the tables by its name, ``None`` where it was left out or has no rows."""
        table: pl.DataFrame | None = getattr(self, name)
        return table if table is not None and table.height else None

    @property
    def daily(self) -> bool:
        """Whether a slot is a whole local day."""
        return self.slot_minutes >= 1440
