"""Which plans a run ends with: small frozen blocks, one a kind. A kind that is not named is not planned."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StaffingBlock(_Block):
    """Who works when, in the first week. See docs/staffing.md."""

    staff: Path = Field(description="the table of staff")
    rules: str = Field("pe", description="rules of work: pe, es, or a YAML")
    standard: Path | None = Field(None, description="YAML of the labour standard; none: the usual one, which is told")
    minutes: Literal[15, 30, 60] = Field(60, description="length of the slots that are staffed")
    places: tuple[str, ...] = Field((), description="these places only; none: all that have staff")
    seconds: float = Field(10, gt=0, description="search time for each place")


class StockBlock(_Block):
    """What to order. See docs/stock.md."""

    products: str = Field(description="the table of products: a file or URL#table")
    stock: str = Field(description="what is on hand and on order: a file or URL#table")


class RebalancingBlock(_Block):
    """What to move where. Without depots and vans vehicles go their own way. See docs/rebalancing.md."""

    fleet: Path = Field(description="what stands where")
    depots: Path | None = Field(None, description="the depots")
    vans: Path | None = Field(None, description="the vans")
    count: str = Field("", description="what is wanted there, where the run forecasts something else: orders")
    unmet_trip: float = Field(2.0, ge=0, description="what a trip costs that nobody could make")
    idle_vehicle: float = Field(1.0, ge=0, description="what a vehicle costs that stands unused for a period")
    turns: float = Field(4.0, gt=0, description="trips a vehicle serves in a period where it is wanted")


class PromotionsBlock(_Block):
    """What promotions did, and when the next ones pay. See docs/promotions.md."""

    promotions: Path = Field(description="the table of promotions that ran")
    terms: Path | None = Field(None, description="YAML of margin, cost, budget, …")
    weeks: int | None = Field(26, ge=4, description="weeks of the past that are replayed without promotions; none: all")


class MoneyBlock(_Block):
    """What the staffing plan (and the stock plan) save beside today's practice. See docs/money.md."""

    today: Path | None = Field(None, description="today's roster; none: a flat one with as many hours")
    assumptions: Path | None = Field(None, description="YAML of numbers nobody measured")


class IntradayBlock(_Block):
    """Who moves, is called in or goes home while the day runs. See docs/intraday.md."""

    flex: Path | None = Field(None, description="YAML of flex people, visitors and money; none: what is usual")
    days: int = Field(150, ge=2, description="common random days that policies are compared on")


class PlansSettings(_Block):
    """The plans at the end of a run, in the order in which they are made."""

    currency: str = Field("", description="shown with the costs; of staffing: that of the rules")
    staffing: StaffingBlock | None = None
    stock: StockBlock | None = None
    rebalancing: RebalancingBlock | None = None
    promotions: PromotionsBlock | None = None
    money: MoneyBlock | None = None
    intraday: IntradayBlock | None = None
