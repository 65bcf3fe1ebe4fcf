"""Days played by a policy that tries things now and then, written down as the log would have them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.actions import MOVE, NOTHING, Actions, offers_of
from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.environment import step_days
from busyness.decisions.intraday.policies.learned import Learned
from busyness.decisions.intraday.question import Question
from busyness.decisions.intraday.residual import Whole, drawn
from busyness.decisions.intraday.simulator import Simulator, Stepped
from busyness.tables import columns as c

Numbers = NDArray[np.float64]


class Ledger(NamedTuple):
    """Whose log it is: the ``cluster``, the policy's ``version``, when the first day opens (UTC; the others a day later
    each), the share of offers that are accepted, and ``by`` whom.
    """

    cluster: str
    version: str
    opening: datetime
    acceptance: float = 1.0
    by: str = "simulated"


class _Moves(NamedTuple):
    """What was offered in one step, ``[days, moves]`` each, ``allowed`` ``[days, moves, actions]``; ``taken`` is what was
    accepted, 0 elsewhere.
    """

    offered: Whole
    taken: Whole
    advised: Whole
    chance: Numbers
    allowed: NDArray[np.bool_]


class _Step(NamedTuple):
    """One step of all days: what was known, offered, and what came."""

    number: int
    question: Question
    moves: _Moves
    stepped: Stepped


def record(policy: Learned, days: Days, ledger: Ledger, *, seed: int = 0) -> pl.DataFrame:
    """This will play every day once and return the log, with the columns of ``LOG_SCHEMA``.

    The policy draws its offers, so that others can be judged from the log; an offer that is refused changes nothing. Wages
    and moves are shared out evenly over the cluster's places.
    """
    rng = np.random.default_rng(seed)
    problem = policy.problem
    simulator = Simulator(problem, days, size=days.count)
    view, frames = simulator.reset(np.arange(days.count)), []
    for number in range(problem.steps):
        question = Question.of(problem, policy.advisor, view=view, mask=simulator.mask())
        moves = _offer(policy, question, rng=rng, acceptance=ledger.acceptance)
        stepped = step_days(simulator, moves.taken)
        step = _Step(number, question, moves, stepped)
        frames += [_rows(policy, ledger, days, step=step, move=move) for move in range(moves.taken.shape[1])]
        view = simulator.view()
    return g.checked(pl.concat(frames).sort(c.TIME, g.TURN, maintain_order=True))


def _offer(policy: Learned, question: Question, *, rng: np.random.Generator, acceptance: float) -> _Moves:
    offers: list[tuple[Whole, Whole, Whole, Numbers, NDArray[np.bool_]]] = []
    taken: list[Whole] = []
    for _ in range(policy.problem.flex.moves_per_step):
        seen = question.seen(taken)
        chances = policy.residual.probabilities(policy.residual.inputs(seen))
        action = drawn(chances, rng)
        taken.append(np.where(rng.random(len(action)) < acceptance, action, NOTHING))
        chance = np.take_along_axis(chances, action[:, None], axis=1)[:, 0]
        offers.append((action, taken[-1], seen.advised, chance, seen.allowed))
    return _Moves(*(np.stack(part, axis=1) for part in zip(*offers, strict=True)))


def _rows(policy: Learned, ledger: Ledger, days: Days, *, step: _Step, move: int) -> pl.DataFrame:
    """The rows of one move of one step: every place of every day."""
    problem, moves = policy.problem, step.moves
    count, places = step.stepped.waited.shape
    opening = np.datetime64(ledger.opening.astimezone(UTC).replace(tzinfo=None), "us")
    start = opening + np.arange(count) * np.timedelta64(1, "D")
    minutes = np.timedelta64(round(step.number * problem.step_minutes * 60e6), "us")
    offered, taken, last = moves.offered[:, move], moves.taken[:, move], move == moves.taken.shape[1] - 1
    words = np.array(offers_of(problem), object)
    answered = [None if action == NOTHING else bool(yes) for action, yes in zip(offered, taken == offered, strict=True)]
    decided = {
        g.CLUSTER: [ledger.cluster] * count,
        c.DATE: start.astype("datetime64[D]"),
        c.TIME: start + minutes,
        g.STEP: [step.number] * count,
        g.TURN: [move] * count,
        g.POLICY: [policy.name] * count,
        g.VERSION: [ledger.version] * count,
        g.ACTION: offered,
        g.OFFER: words[offered].tolist(),
        g.PROPENSITY: moves.chance[:, move],
        g.ADVISED: moves.advised[:, move],
        g.ALLOWED: [np.flatnonzero(row).tolist() for row in moves.allowed[:, move]],
        g.STATE: step.question.situation.astype(np.float64).tolist(),
        g.ACCEPTED: answered,
        g.BY: [None if answer is None else ledger.by for answer in answered],
    }
    frame = pl.DataFrame(decided).with_columns(pl.col(c.TIME).dt.replace_time_zone("UTC"))
    each = frame[np.repeat(np.arange(count), places)]
    happened = _happened(policy, days, step=step, taken=taken, last=last)
    return each.with_columns(
        pl.Series(name, values.ravel(), nan_to_null=True) for name, values in happened.items()
    ).with_columns(pl.Series(c.PLACE, list(problem.places) * count))


def _happened(policy: Learned, days: Days, *, step: _Step, taken: Whole, last: bool) -> dict[str, NDArray[Any]]:
    """What came of it in every place, ``[days, places]``: all of the step after its last move, nothing before."""
    problem, stepped = policy.problem, step.stepped
    money, table = problem.money, Actions.of(problem).table
    own = money.waiting_minute * stepped.waited + money.lost_visitor * stepped.gave_up
    shared = (stepped.cost - own.sum(axis=1))[:, None] / own.shape[1]
    minutes = np.full(own.shape, np.nan)  # only moves travel; who goes is written down where he or she arrives
    moved = np.flatnonzero(table[taken, 0] == MOVE)
    gives, gets = table[taken[moved], 1], table[taken[moved], 2]
    minutes[moved, gets] = problem.travel[gives, gets]
    return {
        g.TRAVEL: minutes * problem.reality.travel_factor,
        g.PLANNED_TRAVEL: minutes,
        g.HEADS: np.broadcast_to(problem.heads[:, step.number], own.shape),
        g.EXPECTED: days.expected[:, :, step.number] * last,
        g.ARRIVALS: days.arrivals[:, :, step.number] * last,
        g.SERVED: stepped.served * last,
        g.GAVE_UP: stepped.gave_up * last,
        g.BUSY: stepped.worked * last,
        g.WAITED: stepped.waited * last,
        g.COST: (own + shared) * last,
        g.SERVICES_COUNTED: np.ones(own.shape, bool),
        g.WAITS_COUNTED: np.ones(own.shape, bool),
    }
