"""Which windows to promote: what each is sure to gain, less what it spends, within budget and cool-down."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl

from busyness.decisions.promotions.frontier import Offer, choose
from busyness.decisions.promotions.uplift import Uplift
from busyness.decisions.promotions.windows import END, START, TYPE
from busyness.domain.errors import ColumnMissingError, InputError
from busyness.tables import columns as c
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

VISITS, COST = "visits", "cost"


@dataclass(frozen=True, slots=True)
class PromotionTerms:
    """What a visit earns and takes: ``margin`` of an extra visit (money), ``minutes`` of staff it needs, ``wage`` an hour.

    ``budget`` is the most all windows together may cost (staff not counted), ``cool_down`` the days between two windows
    of a place.
    """

    margin: float
    minutes: float = 0.0
    wage: float = 0.0
    budget: float = float("inf")
    cool_down: int = 7

    def __post_init__(self) -> None:
        if min(self.margin, self.minutes, self.wage, self.budget, self.cool_down) < 0:
            raise InputError(f"Terms of a promotion are not negative: {self}.", hint="Write 0 where something is free.")


@dataclass(frozen=True, slots=True)
class PromotionProblem:
    """``candidates`` has ``place, start, end`` (last day), ``type``, ``visits`` (expected without a promotion, from the
    forecast's paths or means) and ``cost``; ``known`` is the uplift of each type. ``zones`` is each place's time zone.
    """

    candidates: pl.DataFrame
    known: Mapping[str, Uplift]
    terms: PromotionTerms
    zones: Mapping[str, str] = field(default_factory=dict)
    currency: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in (c.PLACE, START, END, TYPE, VISITS, COST):
            if name not in self.candidates.columns:
                raise ColumnMissingError(name, self.candidates.columns, role="the windows to choose from")
        gaps = self.candidates.filter(
            pl.any_horizontal(pl.col(c.PLACE, START, END, TYPE, VISITS, COST).is_null())
            | (pl.col(END) < pl.col(START))
            | (pl.min_horizontal(VISITS, COST) < 0)
        )
        if gaps.height:
            raise InputError(
                f"The window {gaps.row(0)} cannot be judged.",
                hint="It needs a start no later than its end, and visits and a cost that are not negative.",
            )


class PromotionSolver:
    """Picks windows of a ``PromotionProblem``."""

    def decide(self, problem: PromotionProblem) -> Plan:
        """This will return a plan with one row a window that is worth it; ``cost`` is the gain with a minus sign.

        A window gains: visits × lower end of the uplift's interval × margin, less the shares pulled from neighbouring days
        and places, less its cost, less the staff for the expected uplift. Types that are not estimable, or whose interval
        does not lie above 0, gain nothing and are never picked. Table ``candidates`` holds every window's sum.
        """
        begun = time.perf_counter()
        judged = _judged(problem)
        offers = [
            Offer(row[c.PLACE], _number(row[START]), _number(row[END]) + 1, row["gain"], row[COST])
            for row in judged.iter_rows(named=True)
        ]
        choice = choose(offers, budget=problem.terms.budget, pause=problem.terms.cool_down)
        taken = set(choice.taken)
        judged = judged.with_columns(pl.Series("picked", [number in taken for number in range(judged.height)], pl.Boolean))
        rows = [_action(problem, row) for row in judged.filter("picked").iter_rows(named=True)]
        extra = {TYPE: pl.String, START: pl.Date, END: pl.Date, "spend": pl.Float64, "staff": pl.Float64}
        return Plan(
            "promotions",
            pl.DataFrame(rows, schema={**ACTIONS_SCHEMA, **extra}, orient="row"),
            cost=-choice.gain,
            bound=-choice.bound,
            currency=problem.currency,
            seconds=time.perf_counter() - begun,
            versions={**problem.versions, "solver": "frontier of gain and spend"},
            tables={"candidates": judged},
            notes=_notes(problem),
        )


def _judged(problem: PromotionProblem) -> pl.DataFrame:
    terms = problem.terms
    rows = [
        (kind, max(u.during.low, 0.0), max(u.during.change, 0.0), max(1 - u.pulled - u.cannibalised, 0.0))
        for kind, u in problem.known.items()
        if u.estimable
    ]
    schema = {TYPE: pl.String, "uplift_low": pl.Float64, "uplift": pl.Float64, "kept": pl.Float64}
    known = pl.DataFrame(rows, schema=schema, orient="row")
    frame = problem.candidates.with_columns(pl.col(START, END).cast(pl.Date), pl.col(VISITS, COST).cast(pl.Float64))
    frame = frame.join(known, on=TYPE, how="left", maintain_order="left").with_columns(
        pl.col("uplift_low", "uplift", "kept").fill_null(0.0)
    )
    return frame.with_columns(
        (pl.col(VISITS) * pl.col("uplift_low") * pl.col("kept")).alias("extra_visits"),
        (pl.col(VISITS) * pl.col("uplift") * (terms.minutes / 60 * terms.wage)).alias("staff"),
    ).with_columns((pl.col("extra_visits") * terms.margin - pl.col(COST) - pl.col("staff")).alias("gain"))


def _number(day: date) -> int:
    return day.toordinal()


def _action(problem: PromotionProblem, row: Mapping[str, object]) -> tuple[object, ...]:
    start, place = row[START], str(row[c.PLACE])
    assert isinstance(start, date)
    zone = ZoneInfo(problem.zones[place]) if place in problem.zones else UTC
    begins = datetime(start.year, start.month, start.day, tzinfo=zone)
    money = f" {problem.currency}".rstrip()
    reason = (
        f"At least {row['uplift_low']:.1%} more visits are likely, {row['extra_visits']:,.0f} of {row[VISITS]:,.0f} after "
        f"what other days and places lose: {float(str(row['extra_visits'])) * problem.terms.margin:,.0f}{money} of margin, "
        f"less {row[COST]:,.0f} for the promotion and {row['staff']:,.0f} for staff."
    )
    gain = -float(str(row["gain"]))
    facts = (row[TYPE], start, row[END], row[COST], row["staff"])
    return (place, begins.astimezone(UTC), "promote", row["extra_visits"], gain, reason, *facts)


def _notes(problem: PromotionProblem) -> tuple[str, ...]:
    notes = [f"{kind}: {uplift.verdict}" for kind, uplift in problem.known.items()]
    asked = problem.candidates[TYPE].unique().sort().to_list()
    notes += [f"{kind}: never run, so nobody knows what it does." for kind in asked if kind not in problem.known]
    return (*notes, "The cost of this plan is its sure gain with a minus sign; the lower, the better.")
