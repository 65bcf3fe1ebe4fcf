"""What was decided on a day, kept until the day is over: the first half of the log's rows, one a place, step and move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.actions import MOVE, Actions, offers_of
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.offer import Offered
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.tables import columns as c

_NAMES = (
    g.CLUSTER, c.PLACE, c.DATE, c.TIME, g.STEP, g.TURN, g.POLICY, g.VERSION, g.ACTION, g.OFFER, g.PROPENSITY, g.ADVISED,
    g.ALLOWED, g.STATE, g.PLANNED_TRAVEL, g.HEADS, g.EXPECTED,
)  # fmt: skip

DECIDED_SCHEMA: Mapping[str, pl.DataType | type[pl.DataType]] = {name: g.LOG_SCHEMA[name] for name in _NAMES}
"""The columns that are known when a step is decided; they mean what they mean in the log."""


class Decider(NamedTuple):
    """Who decided for which cluster: the policy's name and version."""

    cluster: str
    policy: str
    version: str


def decided_rows(problem: IntradayProblem, day: DayAhead, offered: Offered, *, by: Decider) -> pl.DataFrame:
    """This will write down one step's offers, with the columns of ``DECIDED_SCHEMA``."""
    step, table, words = offered.view.step, Actions.of(problem).table, offers_of(problem)
    time = (day.start + timedelta(minutes=step * problem.step_minutes)).astimezone(UTC)
    rows = []
    for turn, action in enumerate(offered.action.tolist()):
        kind, first, second = table[action].tolist()
        last = turn == len(offered.action) - 1
        for number, place in enumerate(problem.places):
            goes = kind == MOVE and second == number
            rows.append(
                (
                    by.cluster, place, day.start.date(), time, step, turn, by.policy, by.version, action, words[action],
                    float(offered.propensity[turn]), int(offered.advised[turn]),
                    np.flatnonzero(offered.allowed[turn]).tolist(), offered.state.tolist(),
                    float(problem.travel[first, second]) if goes else None, int(problem.heads[number, step]),
                    float(day.expected[number, step]) if last else 0.0,
                )
            )  # fmt: skip
    return pl.DataFrame(rows, schema=dict(DECIDED_SCHEMA), orient="row")


def together(before: pl.DataFrame | None, now: pl.DataFrame) -> pl.DataFrame:
    """This will put a step's rows to those of the day so far; a step that is decided again counts as it was told last."""
    if before is None:
        return now
    return pl.concat([before.join(now, on=[g.CLUSTER, c.TIME], how="anti"), now]).sort(c.TIME, g.TURN, maintain_order=True)
