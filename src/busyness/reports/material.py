"""What a report is made of: plain tables and facts. Whoever has these can have a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.reports.map import Ring
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


@dataclass(frozen=True, slots=True)
class ReportedPlan:
    """A plan in a report: its ``kind``, its part as a fragment of HTML made here, and the ``page`` that says all of it.

    ``failed`` says instead why there is none.
    """

    kind: str
    part: str = ""
    page: str = ""
    failed: str = ""


@dataclass(frozen=True)
class ReportMaterial:
    """Everything but the first six may be left out; its section is then left out too.

    ``timezones`` names each place's zone, ``language`` is ``es`` or ``en``, ``slot_minutes`` the slot's length.
    ``unit`` is what is counted (``trips couriers orders pings …`` are said in the language, another word as it is; empty:
    visitors); ``adds_up`` is false where slots share what they count, as with distinct couriers: nothing is then summed.
    ``simulated`` is a sentence for the banner when the data are simulated. ``notices`` stand at the very top:
    ``served_demand`` and ``perfect_weather`` are said in the language, other sentences as they are. ``outlines`` are rings
    of ``(longitude, latitude)`` by place, for the map. Tables (times UTC, amounts in demand per slot):

    - ``places``: ``place``, ``name``, ``capacity`` (per slot; null: none), ``latitude``, ``longitude``
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
    adds_up: bool = True
    notices: Sequence[str] = ()
    outlines: Mapping[str, Sequence[Ring]] = field(default_factory=dict)
    plans: Sequence[ReportedPlan] = ()

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

    @property
    def short(self) -> bool:
        """Whether the forecast is shorter than the period whose peak is looked for: a day, or a week of daily slots."""
        forecast = self.table("forecast")
        slots = 0 if forecast is None else forecast.group_by(c.PLACE).len()["len"].max()
        return 0 < int(str(slots)) * self.slot_minutes < (10080 if self.daily else 1440)

    @property
    def single(self) -> bool:
        """Whether only one slot is forecast: which is the busiest says nothing then."""
        forecast = self.table("forecast")
        return forecast is not None and forecast[c.TIME].n_unique() == 1
