"""A solution as a plan: the shifts with what they cost and why, the cover, and the wishes that were not granted."""

from __future__ import annotations

from collections import Counter

import polars as pl

from busyness.decisions.shifts.highs import require_highs
from busyness.decisions.shifts.instance import OFF, Instance
from busyness.decisions.shifts.solve import Solution
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

OWN_SCHEMA = {"staff": pl.String, "day": pl.Int64, "shift": pl.String}
COVER_SCHEMA = {
    "day": pl.Int64,
    "shift": pl.String,
    "required": pl.Int64,
    "planned": pl.Int64,
    "cost": pl.Int64,
}


def plan_of(instance: Instance, solution: Solution) -> Plan:
    """This will say a solution as a plan of the kind ``shifts``: an action a worked shift, in order of day and staff.

    An instance knows neither places nor dates: ``place`` is its name, ``time`` is empty, and ``day`` counts from 0. The
    table ``cover`` says what was required and planned; the notes name every wish that was not granted, with its price.
    """
    return Plan(
        kind="shifts",
        actions=_actions(instance, solution),
        cost=float(solution.penalty),
        bound=float(solution.bound),
        seconds=solution.seconds,
        versions={"solver": f"HiGHS {require_highs()}"},
        tables={"cover": _cover(instance, solution)},
        notes=_notes(instance, solution),
    )


def _actions(instance: Instance, solution: Solution) -> pl.DataFrame:
    wishes = {(wish.person, wish.day, wish.shift, wish.wanted): wish.weight for wish in instance.requests}
    order = [(day, person.name) for day in range(instance.days) for person in instance.staff]
    rows = []
    for day, person in order:
        shift = solution.roster[person][day]
        if shift == OFF:
            continue
        cost = wishes.get((person, day, shift, False), 0)
        asked = (person, day, shift, True) in wishes
        reason = "asked not to, but is needed" if cost else "asked for it" if asked else "is needed"
        rows.append((instance.name, None, f"work {shift}", 1.0, float(cost), f"{person} {reason}", person, day, shift))
    return pl.DataFrame(rows, schema={**ACTIONS_SCHEMA, **OWN_SCHEMA}, orient="row")


def _cover(instance: Instance, solution: Solution) -> pl.DataFrame:
    heads = Counter((day, shift) for days in solution.roster.values() for day, shift in enumerate(days) if shift != OFF)
    rows = []
    for line in instance.cover:
        planned = heads[line.day, line.shift]
        short = line.required - planned
        cost = line.under * short if short > 0 else -line.over * short
        rows.append((line.day, line.shift, line.required, planned, cost))
    return pl.DataFrame(rows, schema=COVER_SCHEMA, orient="row")


def _notes(instance: Instance, solution: Solution) -> tuple[str, ...]:
    return tuple(
        f"{wish.person} asked {'for' if wish.wanted else 'not to have'} shift {wish.shift} on day {wish.day}: "
        f"not granted, priced {wish.weight}."
        for wish in instance.requests
        if (solution.roster[wish.person][wish.day] == wish.shift) != wish.wanted
    )
