"""The plan of a day under way: what to do in the next step and why, and how the policies compare on random days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday._base import Policy
from busyness.decisions.intraday.actions import CALL, MOVE, NOTHING, SEND, Actions
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.offer import Offered
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.reasons import Reasons
from busyness.decisions.intraday.view import View
from busyness.tables import columns as c
from busyness.tables.instants import utc_series
from busyness.tables.plan import ACTIONS_SCHEMA, Plan

KIND = "intraday"
FROM, TO, SAVES = "from", "to", "saves"
_SCHEMA = {
    c.PLACE: pl.String,
    "action": pl.String,
    "cost": pl.Float64,
    "reason": pl.String,
    FROM: pl.String,
    TO: pl.String,
    SAVES: pl.Float64,
}
WORDS = {MOVE: "move", CALL: "call in", SEND: "send home"}


@dataclass(frozen=True, eq=False)
class Judged:
    """How policies did on common days (``compare.comparison``), what the clairvoyant bound is on average (``bound``), and
    the policy ``in_charge``, one of the table's.
    """

    table: pl.DataFrame
    bound: float
    in_charge: Policy


def plan_of(
    problem: IntradayProblem,
    day: DayAhead,
    *,
    judged: Judged,
    offered: Offered,
    versions: Mapping[str, str] | None = None,
    seconds: float = 0.0,
) -> Plan:
    """This will put what is ``offered`` in the next step of a day into words and money.

    Cost is what the policy in charge cost a day on the days it was judged on, bound the clairvoyant one. Actions have
    ``from, to, saves`` besides (what the look-ahead thinks each should save): ``move``, ``call in`` (no ``from``), ``send
    home`` (no ``to``). Tables: ``comparison`` and ``departures`` (each place: visitors so far, forecast, since when it
    departs most). ``seconds`` is what deciding took.
    """
    view = offered.view
    row = judged.table.row(by_predicate=pl.col("policy") == judged.in_charge.name, named=True)
    reasons = Reasons(problem, day, view, offered.arrivals, offered.heads)
    table = Actions.of(problem).table
    rows = [
        _row(reasons, table[action].tolist(), saves=-float(offered.values[action])) for action in offered.action if action
    ]
    when = day.start + timedelta(minutes=view.step * problem.step_minutes)
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row").with_columns(
        utc_series(np.full(len(rows), round(when.timestamp() * 1e6)).astype("datetime64[us]")).alias(c.TIME),
        pl.lit(1.0).alias("quantity"),
    )
    return Plan(
        kind=KIND,
        actions=frame.select(*ACTIONS_SCHEMA, FROM, TO, SAVES),
        cost=float(row["cost"]),
        bound=min(judged.bound, float(row["cost"])),
        currency=problem.money.currency,
        seconds=seconds,
        versions=dict(versions or {}),
        tables={"comparison": judged.table, "departures": _departures(reasons)},
        notes=_notes(judged, row, offered),
    )


def possible(problem: IntradayProblem, view: View) -> NDArray[np.bool_]:
    """This will return which actions can be taken, ``[days, actions]``, from what is known alone."""
    kind, first, second = Actions.of(problem).table.T
    flex, here = problem.flex, view.flex[:, first] > 0
    left = (problem.steps - view.step) * problem.step_minutes
    minutes = np.array([notice.minutes for notice in problem.money.notices] or [0.0])
    in_time = minutes[np.where(kind == CALL, second, 0)] < left
    may_call, may_send = (view.called < flex.callable)[:, None], (view.sent < flex.sendable)[:, None]
    moved, sent = (kind == MOVE) & here, (kind == SEND) & here & may_send
    return np.asarray((kind == NOTHING) | moved | ((kind == CALL) & in_time & may_call) | sent)


def _row(reasons: Reasons, action: tuple[int, int, int], *, saves: float) -> tuple[object, ...]:
    kind, first, second = action
    problem, places = reasons.problem, reasons.problem.places
    told = reasons.of_action(action, saves if np.isfinite(saves) else None)
    if kind == MOVE:
        return places[second], WORDS[kind], problem.money.move, told, places[first], places[second], saves
    if kind == CALL:
        return places[first], WORDS[kind], problem.money.notices[second].premium, told, None, places[first], saves
    return places[first], WORDS[kind], problem.money.send_home, told, places[first], None, saves


def _departures(reasons: Reasons) -> pl.DataFrame:
    view, problem = reasons.view, reasons.problem
    found = [reasons.departure(place) for place in range(len(problem.places))]
    since = [reasons.day.start + timedelta(minutes=each.since * problem.step_minutes) for each in found]
    return pl.DataFrame(
        {
            c.PLACE: problem.places,
            "so_far": view.arrived[0].sum(axis=1),
            "forecast": view.expected[0, :, : view.step].sum(axis=1),
            "since": [f"{time:%H:%M}" for time in since],
            "came": [each.came for each in found],
            "expected": [each.expected for each in found],
            "over": [each.share for each in found],
        }
    )


def _notes(judged: Judged, row: Mapping[str, object], offered: Offered) -> tuple[str, ...]:
    name, closed = judged.in_charge.name, row["gap_closed"]
    told = [f"The policy in charge is {name}; its cost is the mean of the random days it was judged on."]
    if isinstance(closed, float):
        told.append(
            f"It closes {closed:.0%} of the gap between the roster as it is and the clairvoyant bound.".replace("%", " %")
        )
    if (offered.action != offered.meant).any():
        told.append("This step tries something else on purpose, so that policies can be judged by what comes of it.")
    return tuple(told)
