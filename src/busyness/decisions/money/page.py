"""Finance's page: both practices item by item, with intervals over common days."""

from __future__ import annotations

import time
from collections.abc import Mapping

import numpy as np
import polars as pl

from busyness.decisions.money.outcomes import LABOUR, Outcomes, outcomes
from busyness.decisions.money.problem import MoneyProblem, Numbers
from busyness.metrics.money import bootstrap_means
from busyness.tables import columns as c
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

TOTAL = "all costs"
LEVEL = 0.95

_Ratio = tuple[str, str, Numbers, Numbers]


class MoneyReckoner:
    """Reckons a ``MoneyProblem``; ``draws`` of the common days make the intervals."""

    def __init__(self, *, draws: int = 2000) -> None:
        self._draws = draws

    def decide(self, problem: MoneyProblem) -> Plan:
        """This will return the plan's money: one action a place (``follow the plan`` or ``keep today's``).

        Tables: ``page`` (``item, unit, plan, today, change, change_low, change_high``, per common day: money, service and
        efficiency), ``places`` (the same for all costs of each place) and ``assumptions``. Intervals hold the mean change
        with 95 %: whole common days are drawn, the same for both practices. ``bound`` is what the visitors' minutes cost
        if nobody ever stood idle or waited (or their margin where that is less); further costs count as 0 in it.
        """
        begun = time.perf_counter()
        plan, today = outcomes(problem, problem.plan), outcomes(problem, problem.today)
        page = self._page(problem, plan, today)
        places = self._places(problem, plan, today)
        actions = pl.DataFrame(
            [_action(problem, row) for row in places.iter_rows(named=True)], schema=dict(ACTIONS_SCHEMA), orient="row"
        )
        return Plan(
            "money",
            actions,
            cost=float(plan.cost.mean(axis=0).sum()),
            bound=_bound(problem),
            currency=problem.currency,
            seconds=time.perf_counter() - begun,
            versions={**problem.versions, "solver": "fluid queue on common days"},
            tables={"page": page, "places": places, "assumptions": problem.assumptions.table()},
            notes=_notes(problem, page),
        )

    def _page(self, problem: MoneyProblem, plan: Outcomes, today: Outcomes) -> pl.DataFrame:
        sides = [_measures(side, problem) for side in (plan, today)]
        sums = np.stack([[part.sum(axis=1) for _, _, *two in side for part in two] for side in sides])  # [2, 2·items, units]
        means = bootstrap_means(np.moveaxis(sums, 2, 0), draws=self._draws, seed=problem.seed)
        centre = sums.mean(axis=2)
        rows = [
            (item, unit, *_compared(centre[:, 2 * n], centre[:, 2 * n + 1], means[:, :, 2 * n], means[:, :, 2 * n + 1]))
            for n, (item, unit, *_) in enumerate(sides[0])
        ]
        return pl.DataFrame(rows, schema=_PAGE, orient="row").with_columns(pl.col(pl.Float64).fill_nan(None))

    def _places(self, problem: MoneyProblem, plan: Outcomes, today: Outcomes) -> pl.DataFrame:
        both = np.stack([plan.cost, today.cost], axis=1)  # [units, 2, places]
        means = bootstrap_means(both, draws=self._draws, seed=problem.seed)
        centre, one = both.mean(axis=0), np.ones(2)
        rows = [
            (place, float(plan.hours[0, n]), *_compared(centre[:, n], one, means[:, :, n], np.ones_like(means[:, :, n])))
            for n, place in enumerate(problem.places)
        ]
        schema = {c.PLACE: pl.String, "hours": pl.Float64, **dict.fromkeys(list(_PAGE)[2:], pl.Float64)}
        return pl.DataFrame(rows, schema=schema, orient="row")


_PAGE: Mapping[str, type[pl.DataType]] = {
    "item": pl.String,
    "unit": pl.String,
    "plan": pl.Float64,
    "today": pl.Float64,
    "change": pl.Float64,  # plan − today
    "change_low": pl.Float64,
    "change_high": pl.Float64,
}


def _measures(side: Outcomes, problem: MoneyProblem) -> list[_Ratio]:
    """Every line of the page as what is divided by what, ``[units, places]``; sums are divided by 1 a common day."""
    one = np.zeros_like(side.visitors)
    one[:, 0] = 1.0
    money = f"{problem.currency or 'money'}"
    lines: list[_Ratio] = [(item, money, cost, one) for item, cost in side.costs.items()]
    return [
        *lines,
        (TOTAL, money, side.cost, one),
        ("sales", money, side.sales, one),
        ("visitors", "visitors", side.visitors, one),
        ("visitors served", "share", side.visitors - side.gave_up, side.visitors),
        ("waiting per visitor", "minutes", side.waited * 60, side.visitors),
        ("labour hours", "hours", side.hours, one),
        ("labour of sales", "share", side.costs[LABOUR], side.sales),
        ("visitors per labour hour", "visitors", side.visitors - side.gave_up, side.hours),
        ("over-staffed hours", "hours", side.over, one),
        ("under-staffed hours", "hours", side.under, one),
    ]


def _compared(above: Numbers, below: Numbers, above_drawn: Numbers, below_drawn: Numbers) -> tuple[float, ...]:
    """Plan, today and their difference with its interval; ``[2]`` and ``[draws, 2]``, plan first."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = above / below
        change = np.subtract(*(above_drawn / below_drawn).T)
    edge = (1 - LEVEL) / 2
    low, high = np.quantile(change, [edge, 1 - edge])
    return float(value[0]), float(value[1]), float(value[0] - value[1]), float(low), float(high)


def _bound(problem: MoneyProblem) -> float:
    facts = problem.assumptions
    sides = (problem.plan.wages, problem.today.wages)
    wage = np.min([np.full(len(problem.places), facts.wage) if w is None else w for w in sides], axis=0)
    each = np.minimum(facts.minutes_per_visitor / 60 * wage, facts.margin_per_visitor)
    return float((problem.visitors.sum(axis=2).mean(axis=0) * each).sum())


def _action(problem: MoneyProblem, row: Mapping[str, object]) -> tuple[object, ...]:
    saved, low, high = (-float(str(row[name])) for name in ("change", "change_high", "change_low"))
    better = saved > 0
    money = f" {problem.currency}".rstrip()
    said = f"{abs(saved):,.0f}{money} {'less' if better else 'more'} than today ({low:,.0f} to {high:,.0f} saved)"
    sure = "" if low > 0 or high < 0 else " The interval holds 0: it may make no difference."
    what = "follow the plan" if better else "keep today's"
    reason = f"The plan costs {said} in {problem.days:,.3g} days.{sure}"
    return (row[c.PLACE], problem.start, what, row["hours"], row["plan"], reason)


def _notes(problem: MoneyProblem, page: pl.DataFrame) -> tuple[str, ...]:
    total = page.filter(pl.col("item") == TOTAL).row(0, named=True)
    money = f" {problem.currency}".rstrip()
    saved, low, high = -total["change"], -total["change_high"], -total["change_low"]
    year = 365 / problem.days
    units = problem.visitors.shape[0]
    return (
        f"The plan saves {saved:,.0f}{money} in {problem.days:,.3g} days ({low:,.0f} to {high:,.0f}, 95 %), "
        f"{saved * year:,.0f}{money} a year if every week were like these.",
        f"Both practices were reckoned on the same {units:,} days or paths; the interval is of the mean over them.",
        "Queues come from too few heads in a slot; those that chance makes within a slot are not counted.",
        "Numbers that nobody measured are in the table of assumptions: change them and reckon again.",
    )
