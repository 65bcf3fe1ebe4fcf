"""What a learned policy was worth on the days it was in charge: the look-ahead is played on what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.realised import UNASKED
from busyness.decisions.intraday.replay import replay, same_day
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.takeover import LEARNED
from busyness.decisions.intraday.view import View
from busyness.tables import columns as c

GAINS_SCHEMA = {
    c.DATE: pl.Date,
    "learned": pl.Float64,  # what the day cost
    "lookahead": pl.Float64,  # what it would have cost
    "gain": pl.Float64,
    "counted": pl.Boolean,  # whether waits were counted; else both are the simulator's
}


class Reign(NamedTuple):
    """Which version was in charge of which cluster, since when (None: since ever)."""

    cluster: str
    version: str
    since: date | None = None


@dataclass(frozen=True, eq=False)
class _Heard:
    """The look-ahead, asked only when the policy in charge was asked, and refused as often as people refuse."""

    lookahead: Lookahead
    asked: NDArray[np.bool_]
    acceptance: float
    rng: np.random.Generator
    name: str = "lookahead"

    def act(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """This will return what people do of what it says, ``[days, moves]``."""
        said = self.lookahead.act(view, mask)
        heard = self.asked[view.step] & (self.rng.random(said.shape) < self.acceptance)
        return np.where(heard, said, 0)


def days_in_charge(log: pl.DataFrame, lookahead: Lookahead, reign: Reign, *, acceptance: float = 1.0) -> pl.DataFrame:
    """This will return one row a whole day in charge, in order, with the columns of ``GAINS_SCHEMA``.

    The look-ahead (of the recalibrated problem) is played on the day's own visitors and roster, asked in the steps in which
    the learned policy was, its offers accepted as often. Where waits were not counted, what the learned one did is replayed
    in the same way: then both are the simulator's.
    """
    rows = [_gain(day, part, lookahead, acceptance) for day, part in _days(log, lookahead.problem, reign)]
    return pl.DataFrame(rows, schema=GAINS_SCHEMA, orient="row")


def _days(log: pl.DataFrame, problem: IntradayProblem, reign: Reign) -> Iterator[tuple[date, pl.DataFrame]]:
    """The days on which this version decided, and nobody else, and of which no step is missing."""
    moves, places = problem.flex.moves_per_step, len(problem.places)
    mine = log.filter(pl.col(g.CLUSTER) == reign.cluster)
    if reign.since is not None:
        mine = mine.filter(pl.col(c.DATE) >= reign.since)
    for (day,), part in mine.sort(c.DATE, g.STEP, g.TURN, maintain_order=True).group_by(c.DATE, maintain_order=True):
        who = set(part.filter(pl.col(g.POLICY) != UNASKED).select(g.POLICY, g.VERSION).unique().rows())
        whole = part.height == (int(part[g.STEP].max()) + 1) * moves * places  # type: ignore[arg-type] # a part has rows
        if who == {(LEARNED, reign.version)} and whole and set(part[c.PLACE]) == set(problem.places):
            assert isinstance(day, date)
            yield day, part


def _gain(day: date, part: pl.DataFrame, lookahead: Lookahead, acceptance: float) -> tuple[object, ...]:
    problem, last = lookahead.problem, part.filter(pl.col(g.TURN) == pl.col(g.TURN).max())
    came, expected, heads = (_cube(last, name, problem) for name in (g.ARRIVALS, g.EXPECTED, g.HEADS))
    here = replace(problem, heads=heads.astype(np.int64))
    first = part.filter(pl.col(c.PLACE) == problem.places[0])
    offered = first[g.ACTION].to_numpy() * first[g.ACCEPTED].fill_null(False).to_numpy()
    asked = first.group_by(g.STEP, maintain_order=True).agg((pl.col(g.POLICY) != UNASKED).any())[g.POLICY].to_numpy()
    days = same_day(came.astype(np.int64), expected, seed=day.toordinal())
    rng = np.random.default_rng(day.toordinal())
    other = run_days(here, days, policy=_Heard(replace(lookahead, problem=here), asked, acceptance, rng))
    counted = bool(part[g.WAITS_COUNTED].all())
    taken = offered.astype(np.int64).reshape(here.steps, -1)
    cost = float(part[g.COST].sum()) if counted else replay(here, days, taken).cost
    would = float(other.cost.mean())
    return day, cost, would, would - cost, counted


def _cube(rows: pl.DataFrame, name: str, problem: IntradayProblem) -> NDArray[np.float64]:
    """One column as ``[places, steps]``."""
    parts = [rows.filter(pl.col(c.PLACE) == place).sort(g.STEP)[name].to_numpy() for place in problem.places]
    return np.stack(parts).astype(np.float64)
