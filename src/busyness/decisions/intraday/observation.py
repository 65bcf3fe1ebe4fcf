"""What is known at a step as one row of numbers, for policies that learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.view import View

PRIOR_VISITORS = 20.0
"""Visitors that the forecast weighs as much as, when the day so far is set against it."""
RECENT = 4
MOST = 1000.0
"""No number of an observation is greater."""
_AHEAD = ((0, 1), (1, 2), (2, 4), (4, 8), (8, 16))
_COMING = (0, 1, 3, 7)


def observation_names(problem: IntradayProblem) -> tuple[str, ...]:
    """This will name the numbers of ``observation_of``, in order: of the day, then each kind for all places."""
    kinds = ["waiting", "busy", "heads", "flex", "so_far", "recent"]
    kinds += [f"coming_{k}" for k in _COMING]
    kinds += [f"load_{a}_{b}" for a, b in _AHEAD] + [f"roster_{a}_{b}" for a, b in _AHEAD]
    return ("step", "callable", "sendable", *(f"{kind}:{place}" for kind in kinds for place in problem.places))


def observation_of(problem: IntradayProblem, view: View) -> NDArray[np.float32]:
    """This will return ``[days, numbers]`` float32, each about -1 to 3.

    Of the day: the share that is over, the shares that may still be called in and sent home. Of each place: waiting, busy,
    heads, flex and people under way; visitors over the forecast so far and in the last ``RECENT`` steps (as
    (20 + came) / (20 + expected) - 1); the forecast's work and the roster's heads in the steps ahead, in tens of people.
    """
    days, steps, t = len(view.called), problem.steps, view.step
    work = problem.visits.service_minutes / problem.step_minutes
    flex = problem.flex
    parts = [
        np.full((days, 1), t / steps),
        ((flex.callable - view.called) / max(flex.callable, 1))[:, None],
        ((flex.sendable - view.sent) / max(flex.sendable, 1))[:, None],
        view.waiting / 10,
        view.busy / 10,
        view.heads / 10,
        view.flex / 3,
        over_forecast(view, since=0),
        over_forecast(view, since=max(t - RECENT, 0)),
        *(view.coming[:, :, k] / 3 for k in _COMING),
        *(_mean(view.expected, t + a, t + b) * work / 10 for a, b in _AHEAD),
        *(np.broadcast_to(_mean(problem.heads, t + a, t + b) / 10, view.heads.shape) for a, b in _AHEAD),
    ]
    return np.asarray(np.clip(np.concatenate(parts, axis=1), -1, MOST), np.float32)


def over_forecast(view: View, *, since: int) -> NDArray[np.float64]:
    """This will return how far visitors since a step are over the forecast, shrunk to 0, ``[days, places]``: 0.2 is 20 %."""
    came = view.arrived[:, :, since:].sum(axis=2)
    thought = view.expected[:, :, since : view.step].sum(axis=2)
    return np.asarray((PRIOR_VISITORS + came) / (PRIOR_VISITORS + thought) - 1)


def _mean(values: NDArray[np.float64] | NDArray[np.int64], begin: int, end: int) -> NDArray[np.float64]:
    part = values[..., begin:end]
    return np.asarray(part.sum(axis=-1) / (end - begin), np.float64)
