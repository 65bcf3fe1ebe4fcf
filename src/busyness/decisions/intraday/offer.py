"""What is offered in the next step: what the policy in charge says, or now and then, on purpose, something else as good.

Only what is tried can be judged. With probability ``trying`` an offer is drawn by how good all actions look to the
look-ahead; each offer's probability is known, so that other policies can be judged from the log of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday._base import Policy
from busyness.decisions.intraday.actions import NOTHING
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.question import Mask, Question
from busyness.decisions.intraday.residual import Whole, drawn
from busyness.decisions.intraday.view import View

Numbers = NDArray[np.float64]


class Trying(NamedTuple):
    """With what probability something else is tried, and the seed of the draw."""

    share: float = 0.0
    seed: int = 0


class Offered(NamedTuple):
    """One step of one day: what was known (``view``, as numbers ``state`` ``[features]``), and of each move the number of
    the ``action``, the probability it was offered with, what the look-ahead ``advised``, which actions there were
    (``allowed`` ``[moves, actions]``) and what the policy itself would have said (``meant``). ``values`` ``[actions]`` is
    what the look-ahead thinks each changes in the day's cost; ``arrivals`` and ``heads`` ``[places, steps left]``
    are the visitors and people it still expects.
    """

    view: View
    state: Numbers
    action: Whole
    propensity: Numbers
    advised: Whole
    allowed: Mask
    meant: Whole
    values: Numbers
    arrivals: Numbers
    heads: Numbers


def offer(policy: Policy, outlook: Lookahead, view: View, *, mask: Mask, trying: Trying | None = None) -> Offered:
    """This will offer the moves of the next step of one day (the view's first), one after the other."""
    trying = trying or Trying()
    question = Question.of(outlook.problem, outlook, view=view, mask=mask)
    planned = policy.act(view, mask)
    rng = np.random.default_rng(trying.seed)
    chosen: list[Whole] = []
    moves: list[tuple[int, float, int, NDArray[np.bool_], int]] = []
    for move in range(outlook.problem.flex.moves_per_step):
        seen = question.seen(chosen)
        wants = int(planned[0, move]) if move < planned.shape[1] else NOTHING
        wants = wants if seen.allowed[0, wants] else NOTHING
        chances = (1 - trying.share) * (np.arange(mask.shape[1]) == wants) + trying.share * _likely(question, seen.allowed)
        said = int(drawn(chances[None], rng)[0]) if trying.share else wants
        chosen.append(np.array([said]))
        moves.append((said, float(chances[said]), int(seen.advised[0]), seen.allowed[0], wants))
    ahead = outlook.outlook(view)
    actions, propensity, advised, allowed, meant = zip(*moves, strict=True)
    return Offered(
        view=view,
        state=question.situation[0].astype(np.float64),
        action=np.array(actions, np.int64),
        propensity=np.array(propensity),
        advised=np.array(advised, np.int64),
        allowed=np.stack(allowed),
        meant=np.array(meant, np.int64),
        values=outlook.values(view, mask)[0],
        arrivals=ahead.arrivals[0],
        heads=ahead.heads[0],
    )


def _likely(question: Question, allowed: Mask) -> Numbers:
    """The probability of each action by how good it looks."""
    logits = np.where(allowed[0], question.likely[0].astype(np.float64), -np.inf)
    raw = np.exp(logits - logits.max())
    return np.asarray(raw / raw.sum())
