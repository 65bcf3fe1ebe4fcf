"""The rosters of all places as one plan: its tables, what it costs in all and place by place, and what to know."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from busyness.decisions.staffing.need import ANYONE, KEYS
from busyness.decisions.staffing.plan import plan_of
from busyness.decisions.staffing.score import PARTS, Score, score
from busyness.tables import columns as c
from busyness.tables.plan import Plan
from busyness.workflows.staffing.shifts import roster_table
from busyness.workflows.staffing.staffed import Staffed, StaffedPlace

_Schema = dict[str, pl.DataType | type[pl.DataType]]

_WISHES: _Schema = {
    c.PLACE: pl.String, "name": pl.String, "part": pl.String, "kind": pl.String, "day": pl.Date, "price": pl.Float64,
    "said": pl.String,
}  # fmt: skip
_MISSED: _Schema = {
    c.PLACE: pl.String, "start": pl.Datetime("us"), "role": pl.String, "need": pl.Int64, "planned": pl.Int64,
    "price": pl.Float64,
}  # fmt: skip


def whole_plan(staffed: Staffed) -> Plan:
    """This will return one plan of all places.

    Its tables are ``need, people, roster, places`` (cost and its parts, bound, gap, seconds of each), ``wishes`` that are
    not kept and ``missed`` (slots with fewer heads than needed), each with its price.
    """
    scores = {place: score(each.problem, each.solution.roster) for place, each in staffed.places.items()}
    plans = {
        place: plan_of(each.problem, each.solution, versions=staffed.versions) for place, each in staffed.places.items()
    }
    tables: dict[str, pl.DataFrame] = {
        "need": pl.concat(plan.tables["need"] for plan in plans.values()),
        "people": pl.concat(
            plan.tables["people"].select(pl.lit(place).alias(c.PLACE), pl.all()) for place, plan in plans.items()
        ),
        "roster": roster_table(
            {place: each.problem for place, each in staffed.places.items()},
            {place: each.solution.roster for place, each in staffed.places.items()},
        ),
        "places": _places(staffed, plans, scores=scores),
        "wishes": pl.DataFrame(
            [
                (place, wish.person, wish.part, wish.kind, wish.day, wish.price, wish.said)
                for place, scored in scores.items()
                for wish in sorted(scored.wishes, key=lambda wish: -wish.price)
            ],
            schema=_WISHES,
            orient="row",
        ),
        "missed": pl.concat(_missed(each, scores[place]) for place, each in staffed.places.items()),
    }
    first = next(iter(staffed.places.values()))
    return Plan(
        kind="staffing",
        actions=pl.concat(plan.actions for plan in plans.values()),
        cost=sum(plan.cost for plan in plans.values()),
        bound=sum(plan.bound for plan in plans.values()),
        currency=first.problem.rules.currency,
        seconds=staffed.seconds,
        versions=staffed.versions,
        tables=tables,
        notes=_notes(staffed, plans),
    )


def _places(staffed: Staffed, plans: Mapping[str, Plan], *, scores: Mapping[str, Score]) -> pl.DataFrame:
    rows = []
    for place, each in staffed.places.items():
        plan, scored, need = plans[place], scores[place], each.problem.need
        roles = [row for row, name in enumerate(need.names) if name not in {ANYONE, KEYS}]
        short = np.maximum(need.heads[roles] - scored.planned[roles], 0).sum() * each.problem.week.hours
        rows.append(
            {
                c.PLACE: place,
                "name": each.name,
                "first": each.problem.week.first,
                "days": each.problem.week.days,
                "people": len(each.problem.people),
                "shifts": len(each.solution.roster.shifts),
                "hours": float(plan.actions["quantity"].sum()),
                "needed_hours": float(need.heads[roles].sum() * each.problem.week.hours),
                "short_hours_of_heads": float(short),
                "cost": plan.cost,
                "bound": plan.bound,
                "gap": plan.gap,
                "seconds": round(each.solution.seconds, 3),
                "wishes_broken": sum(wish.part == "wishes" for wish in scored.wishes),
                **{f"cost_{part}": scored.parts[part] for part in PARTS},
            }
        )
    return pl.DataFrame(rows)


def _missed(staffed: StaffedPlace, scored: Score) -> pl.DataFrame:
    """Slots with fewer heads than needed, and what the missing ones cost, the dearest first."""
    need, week = staffed.problem.need, staffed.problem.week
    rows = []
    for row, name in enumerate(need.names):
        heads, planned = need.heads[row], scored.planned[row]
        price = need.priced(row, planned)[0] - need.priced(row, heads)[0]
        rows += [
            (
                need.place,
                week.moment(week.day(slot // week.per_day), slot % week.per_day * week.length.minutes),
                name,
                int(heads[slot]),
                int(planned[slot]),
                float(price[slot]),
            )
            for slot in np.flatnonzero(heads > planned).tolist()
        ]
    return pl.DataFrame(sorted(rows, key=lambda told: -told[5]), schema=_MISSED, orient="row")


def _notes(staffed: Staffed, plans: Mapping[str, Plan]) -> tuple[str, ...]:
    """What was assumed, who could not be planned, and what every place's plan says of itself."""
    several = len(plans) > 1
    told = [f"{place}: {note}" if several else note for place, plan in plans.items() for note in plan.notes]
    refused = [f"{place} could not be planned: {why}" for place, why in staffed.refused.items()]
    return (*staffed.assumed.get("en", ()), *refused, *told)
