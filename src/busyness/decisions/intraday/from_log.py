"""The log of one cluster as the decisions that another policy is judged on."""

from __future__ import annotations

import numpy as np
import polars as pl

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.actions import Actions
from busyness.decisions.intraday.off_policy import Decisions
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.question import Question
from busyness.decisions.intraday.residual import Residual
from busyness.domain.errors import InputError
from busyness.tables import columns as c


def decisions_of(log: pl.DataFrame, cluster: str, *, problem: IntradayProblem, policy: Residual) -> Decisions:
    """This will return the decisions of a cluster in a checked ``log``, with the chances that ``policy`` gives each.

    Days that lack a decision are left out.

    Raises:
        InputError: there is no whole day of this cluster, or the log is one of another problem.

    """
    moves, count = problem.flex.moves_per_step, Actions.of(problem).count
    each = problem.steps * moves
    rows = (
        log.filter(pl.col(g.CLUSTER) == cluster)
        .with_columns(pl.col(g.COST).sum().over(c.TIME, g.TURN))
        .filter(pl.col(c.PLACE) == pl.col(c.PLACE).min())
        .filter(pl.len().over(c.DATE) == each)
        .sort(c.DATE, g.STEP, g.TURN)
    )
    if not rows.height:
        raise InputError(f"The log has no whole day of {each} decisions of cluster '{cluster}'.")
    action, advised = (rows[name].to_numpy().astype(np.int64) for name in (g.ACTION, g.ADVISED))
    allowed = np.zeros((rows.height, count), bool)
    listed = rows[g.ALLOWED].explode().to_numpy()
    if max(listed.max(), action.max(), advised.max()) >= count:
        raise InputError(f"The log of cluster '{cluster}' knows actions that the problem does not have.")
    allowed[np.repeat(np.arange(rows.height), rows[g.ALLOWED].list.len().to_numpy()), listed] = True
    taken = np.where(rows[g.ACCEPTED].fill_null(False).to_numpy(), action, 0)
    times = np.eye(count, dtype=np.int64)[taken] * (taken > 0)[:, None]
    times = times.reshape(-1, moves, count)
    before = (times.cumsum(axis=1) - times).reshape(-1, count)
    state = np.array(rows[g.STATE].to_list(), np.float32)
    turn = np.tile(np.arange(moves), rows.height // moves)
    advice = np.zeros((rows.height, moves), np.int64)
    question = Question.again(problem, state, mask=allowed, advice=advice, left=advice)
    seen = question.after(before, mask=allowed, advised=advised, move=turn[:, None])
    judged = policy.probabilities(policy.inputs(seen))
    return Decisions(
        action=action.reshape(-1, each),
        propensity=rows[g.PROPENSITY].to_numpy().reshape(-1, each),
        cost=rows[g.COST].to_numpy().reshape(-1, each),
        state=np.asarray(seen.situation, np.float64).reshape(-1, each, seen.situation.shape[1]),
        judged=judged.reshape(-1, each, count),
    )
