"""What a learned policy is asked in a step: what is known, what can be done, and what the look-ahead thinks of it.

Several moves in a step are asked one after the other; each knows what was chosen before it, and may not choose what that has
made impossible. Training and deciding ask the same questions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import CALL, MOVE, SEND, Actions
from busyness.decisions.intraday.observation import observation_names, observation_of
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.residual import Seen, Whole
from busyness.decisions.intraday.towers import Floats
from busyness.decisions.intraday.view import View
from busyness.domain.errors import InputError

OF_THE_DAY = 3
"""The first numbers of an observation are of the day; then come those of the places, kind by kind."""

_KINDS = 4  # of actions
_FURTHEST = 5.0  # lost visitors' worth; beyond, one saving is as good as another
_HOUR = 60.0
_SHARP = 1.0  # a lost visitor's worth less makes an action e times less likely to be tried

Mask = NDArray[np.bool_]


class Advisor(Protocol):
    """The policy that is corrected: what it would do, and what it thinks each action costs."""

    def act(self, view: View, mask: Mask) -> Whole:
        """This will return the actions it takes, ``[days, moves]``."""

    def values(self, view: View, mask: Mask) -> NDArray[np.float64]:
        """This will return the cost of each action beside doing nothing, ``[days, actions]``; below 0 is better."""


@dataclass(frozen=True, eq=False)
class Question:
    """One step of ``days`` clusters: the ``situation`` ``[days, features]``, facts ``about`` its actions ``[days, actions,
    facts]``, how ``likely`` each looks by the look-ahead, what can be done at first (``mask``), and the ``advice`` ``[days,
    moves]``. ``left`` is how many people may still leave each place, be called in and be sent home, ``[days, places + 2]``;
    ``takes`` ``[actions, places + 2]`` how many of these an action uses up.
    """

    situation: Floats
    about: Floats
    likely: Floats
    mask: Mask
    advice: Whole
    left: Whole
    takes: Whole

    @classmethod
    def of(cls, problem: IntradayProblem, advisor: Advisor, *, view: View, mask: Mask) -> Self:
        """This will put the question of a step."""
        values = np.where(mask, advisor.values(view, mask), 0.0)
        worth = np.clip(-values / max(problem.money.lost_visitor, 1e-9), -_FURTHEST, _FURTHEST).astype(np.float32)
        moves = problem.flex.moves_per_step
        advice = advisor.act(view, mask)[:, :moves]
        advice = np.pad(advice, ((0, 0), (0, moves - advice.shape[1])))
        situation = np.concatenate([observation_of(problem, view), worth], axis=1)
        left = (problem.flex.callable - view.called)[:, None], (problem.flex.sendable - view.sent)[:, None]
        return cls.again(problem, situation, mask=mask, advice=advice, left=np.concatenate([view.flex, *left], axis=1))

    @classmethod
    def again(cls, problem: IntradayProblem, situation: Floats, *, mask: Mask, advice: Whole, left: Whole) -> Self:
        """This will put a question that was logged by its ``situation`` once more."""
        table, numbers = Actions.of(problem).table, len(observation_names(problem))
        if situation.shape[1] != numbers + len(table):
            raise InputError(
                f"A situation of {situation.shape[1]} numbers is not one of this cluster's {numbers + len(table)}.",
                hint="Use the log and the problem of the same cluster.",
            )
        seen, worth = situation[:, :numbers], situation[:, numbers:]
        about = _about(problem, seen, table=table, worth=worth)
        return cls(situation, about, _SHARP * worth, mask, advice, left, _takes(table, len(problem.places)))

    def seen(self, chosen: Sequence[Whole]) -> Seen:
        """This will return what is seen after the moves ``chosen`` so far in this step (each ``[days]``)."""
        rows = np.arange(len(self.mask))
        times = np.zeros(self.mask.shape, np.int64)
        for action in chosen:
            times[rows, action] += action != 0
        used = self.left - times @ self.takes
        mask = self.mask & ((used[:, None, :] > 0) | (self.takes == 0)).all(axis=2) if chosen else self.mask
        advised = self.advice[:, len(chosen)]
        return self.after(times, mask=mask, advised=np.where(mask[rows, advised], advised, 0), move=len(chosen))

    def after(self, times: Whole, *, mask: Mask, advised: Whole, move: int | Whole) -> Seen:
        """This will return what is seen before the ``move``-th move of a step (a number, or one a row, ``[rows, 1]``), if
        every action was chosen so many ``times`` ``[rows, actions]`` before it.
        """
        follows = np.arange(mask.shape[1]) == advised[:, None]
        several = self.advice.shape[1] > 1
        now = [fact[:, :, None].astype(np.float32) for fact in ([follows, times] if several else [follows])]
        turn = np.broadcast_to(np.asarray(move, np.float32), (len(times), 1))[:, : int(several)]
        situation = np.concatenate([self.situation, turn], axis=1)
        return Seen(situation, np.concatenate([self.about, *now], axis=2), mask, self.likely, advised)


def _about(problem: IntradayProblem, seen: Floats, *, table: Whole, worth: Floats) -> Floats:
    """The facts of each action: its kind, its worth, the minutes it takes, the day's numbers, and all that is known of the
    place that gives and the one that gets somebody (0 where there is none), ``[days, actions, facts]``.
    """
    days, places = len(seen), len(problem.places)
    kind, first, second = table.T
    here = seen[:, OF_THE_DAY:].reshape(days, -1, places).transpose(0, 2, 1)
    none = np.concatenate([here, np.zeros_like(here[:, :1])], axis=1)
    gives = np.where((kind == MOVE) | (kind == SEND), first, places)
    gets = np.where(kind == MOVE, second, np.where(kind == CALL, first, places))
    notices = np.array([notice.minutes for notice in problem.money.notices] or [0.0])
    minutes = np.where(kind == MOVE, problem.travel[gives % places, gets % places], 0.0)
    minutes = np.where(kind == CALL, notices[second % len(notices)], minutes) / _HOUR
    fixed = np.concatenate([np.eye(_KINDS)[kind], minutes[:, None]], axis=1).astype(np.float32)
    shape = (days, len(table))
    parts = [
        np.broadcast_to(fixed, (*shape, fixed.shape[1])),
        worth[:, :, None],
        np.broadcast_to(seen[:, None, :OF_THE_DAY], (*shape, OF_THE_DAY)),
        none[:, gives],
        none[:, gets],
    ]
    return np.concatenate(parts, axis=2)


def _takes(table: Whole, places: int) -> Whole:
    kind = table[:, :1]
    leaves = ((kind == MOVE) | (kind == SEND)) & (table[:, 1:2] == np.arange(places))
    return np.concatenate([leaves, kind == CALL, kind == SEND], axis=1).astype(np.int64)
