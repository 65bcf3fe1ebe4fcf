"""After the day: what was decided, what people answered and what came, as rows of the log.

Where only visitors were counted, waits, services and visitors lost are the simulator's for that day's visitors and what was
done; the rows say so, and nothing is learned of service or patience from them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, timedelta
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.actions import Actions
from busyness.decisions.intraday.decided import DECIDED_SCHEMA
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.replay import Replayed, replay, same_day
from busyness.domain.errors import InputError
from busyness.tables import columns as c

UNASKED, NOBODY = "none", "nobody"
"""The policy of a step in which nobody asked for a decision, and who refuses an offer that nobody answered."""

Numbers = NDArray[np.float64]


class Answer(NamedTuple):
    """Whether an offer was accepted, by whom, and the minutes it took who went (None: nobody looked)."""

    accepted: bool
    by: str
    minutes: float | None = None


class Counted(NamedTuple):
    """What was counted, ``[places, steps]``, NaN where it was not: visitors who came, whose service began, who gave up;
    minutes waited, and minutes of the services that began.
    """

    arrivals: Numbers
    served: Numbers
    gave_up: Numbers
    waited: Numbers
    busy: Numbers


def realised(
    day: KeptDay, decided: pl.DataFrame, *, answers: Mapping[tuple[int, int], Answer], counted: Counted
) -> pl.DataFrame:
    """This will return the day's rows of the log.

    ``decided`` has the columns of ``DECIDED_SCHEMA``; ``answers`` are by step and turn. An offer without an answer counts as
    refused by ``nobody``; a step without a decision as one in which there was nothing to choose. Steps in which a place has
    no count of visitors are left out.

    Raises:
        InputError: a decision is not one of this day's problem.

    """
    problem = day.problem
    moves, count = problem.flex.moves_per_step, Actions.of(problem).count
    offers = {(row[g.STEP], row[g.TURN], row[c.PLACE]): row for row in decided.iter_rows(named=True)}
    taken = np.zeros((problem.steps, moves), np.int64)
    for (step, turn, place), row in offers.items():
        if step >= problem.steps or turn >= moves or row[g.ACTION] >= count or place not in problem.places:
            raise InputError(
                f"The decision of {row[c.TIME]:%Y-%m-%d %H:%M} is not one of this day's plan: the plan changed since.",
                hint="Plan a day with one flex.yaml, or give each its own --out.",
            )
        if turn < moves and answers.get((step, turn), Answer(False, NOBODY)).accepted:
            taken[step, turn] = row[g.ACTION]
    known = np.isfinite(counted.arrivals)
    came = np.where(known, counted.arrivals, np.rint(day.expected)).astype(np.int64)
    played = replay(problem, same_day(came, day.expected), taken)
    rows = [
        _row(day, offers.get((step, turn, place)), at=(number, step, turn), answers=answers, counted=counted, played=played)
        for step in np.flatnonzero(known.all(axis=0)).tolist()
        for turn in range(moves)
        for number, place in enumerate(problem.places)
    ]
    return g.checked(pl.DataFrame(rows, schema=dict(g.LOG_SCHEMA), orient="row"))


def _row(
    day: KeptDay,
    offer: Mapping[str, Any] | None,
    *,
    at: tuple[int, int, int],
    answers: Mapping[tuple[int, int], Answer],
    counted: Counted,
    played: Replayed,
) -> dict[str, Any]:
    place, step, turn = at
    problem, money = day.problem, day.problem.money
    row = dict(offer) if offer else _unasked(day, place, step, turn, observed=played.observed[step])
    answer = answers.get((step, turn), Answer(False, NOBODY)) if row[g.ACTION] else None
    goes = answer is not None and answer.accepted and row[g.PLANNED_TRAVEL] is not None
    last = turn == problem.flex.moves_per_step - 1
    served, gave_up, waited, busy = (
        float(told if np.isfinite(told) else thought)
        for told, thought in (
            (counted.served[place, step], played.served[place, step]),
            (counted.gave_up[place, step], played.gave_up[place, step]),
            (counted.waited[place, step], played.waited[place, step]),
            (counted.busy[place, step], played.worked[place, step]),
        )
    )
    cost = money.waiting_minute * waited + money.lost_visitor * gave_up + played.shared[step] / len(problem.places)
    return row | {
        g.ACCEPTED: None if answer is None else answer.accepted,
        g.BY: None if answer is None else answer.by,
        g.TRAVEL: answer.minutes if goes and answer is not None else None,
        g.EXPECTED: float(day.expected[place, step]) * last,
        g.ARRIVALS: round(float(counted.arrivals[place, step])) * last,
        g.SERVED: round(served) * last,
        g.GAVE_UP: round(gave_up) * last,
        g.BUSY: busy * last,
        g.WAITED: waited * last,
        g.COST: cost * last,
        g.SERVICES_COUNTED: bool(np.isfinite([counted.served[place, step], counted.busy[place, step]]).all()),
        g.WAITS_COUNTED: bool(np.isfinite([counted.gave_up[place, step], counted.waited[place, step]]).all()),
    }


def _unasked(day: KeptDay, place: int, step: int, turn: int, *, observed: Numbers) -> dict[str, Any]:
    """The decision of a step in which nobody asked: nothing, because there was nothing else."""
    problem = day.problem
    time = (day.start + timedelta(minutes=step * problem.step_minutes)).astimezone(UTC)
    state = [*observed.tolist(), *[0.0] * Actions.of(problem).count]
    values = (
        day.cluster, problem.places[place], day.date, time, step, turn, UNASKED, UNASKED, 0, "nothing", 1.0, 0, [0], state,
        None, int(problem.heads[place, step]), 0.0,
    )  # fmt: skip
    return dict(zip(DECIDED_SCHEMA, values, strict=True))
