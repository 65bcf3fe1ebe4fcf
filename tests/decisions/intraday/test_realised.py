"""After the day: answers and counts become rows of the log, and what was not counted is the simulator's and says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.decided import Decider, decided_rows
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.from_log import decisions_of
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.offer import offer
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.question import Question
from busyness.decisions.intraday.realised import NOBODY, UNASKED, Answer, Counted, realised
from busyness.decisions.intraday.recalibrate import PATIENCE, SERVICE, Beliefs, recalibrate
from busyness.decisions.intraday.replay import replay, same_day
from busyness.decisions.intraday.residual import Residual
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.simulator import Simulator
from busyness.domain.errors import ArtifactError, InputError
from busyness.tables import columns as c

from .small_world import EXPECTED, PLACES, STEPS, days, lookahead, problem

pytest.importorskip("numba")

START = datetime(2025, 3, 1, 14, tzinfo=UTC)
BELIEVED = replace(problem(), reality=type(problem().reality)())
DAY = KeptDay("A+B+C", START, "America/Lima", EXPECTED, BELIEVED)
MOVE = 1  # the first action: from A to B


def decided(step: int = 2, action: int = MOVE) -> pl.DataFrame:
    """One step's decision: somebody is moved from A to B."""
    policy, simulator = lookahead(), Simulator(BELIEVED, days(1, seed=4), size=1)
    for _ in range(step):
        simulator.advance()
    view, mask = simulator.view(), simulator.mask()
    said = offer(policy, policy, view, mask=mask)._replace(action=np.array([action]), propensity=np.array([0.25]))
    ahead = DayAhead(BELIEVED.places, START, EXPECTED[None], EXPECTED)
    return decided_rows(BELIEVED, ahead, said, by=Decider("A+B+C", "learned", "v1"))


def counted(**more: np.ndarray) -> Counted:
    came = days(1, seed=4).arrivals[0].astype(float)
    none = np.full(came.shape, np.nan)
    given = dict.fromkeys(Counted._fields, none) | {"arrivals": came} | more
    return Counted(**given)


def test_counting_who_came_is_enough() -> None:
    rows = realised(DAY, decided(), answers={(2, 0): Answer(True, "Ana", 21.0)}, counted=counted())
    assert rows.height == STEPS * PLACES
    assert not rows[g.SERVICES_COUNTED].any()
    assert not rows[g.WAITS_COUNTED].any()
    assert rows[g.ARRIVALS].sum() == days(1, seed=4).arrivals.sum()
    assert rows[g.SERVED].sum() + rows[g.GAVE_UP].sum() == pytest.approx(rows[g.ARRIVALS].sum(), abs=6)
    moved = rows.filter(pl.col(g.ACTION) == MOVE)
    assert moved[g.STEP].unique().to_list() == [2]
    assert moved[g.PROPENSITY].unique().to_list() == [0.25]
    assert moved.filter(pl.col(g.TRAVEL).is_not_null()).select(c.PLACE, g.TRAVEL, g.PLANNED_TRAVEL).rows() == [
        ("B", 21.0, 12.0)
    ]
    others = rows.filter(pl.col(g.STEP) != 2)
    assert others[g.POLICY].unique().to_list() == [UNASKED]
    assert others[g.ALLOWED].to_list() == [[0]] * others.height
    actions = np.zeros((STEPS, 1), np.int64)
    actions[2] = MOVE
    came = days(1, seed=4).arrivals[0]
    assert rows[g.COST].sum() == pytest.approx(replay(BELIEVED, same_day(came, EXPECTED), actions).cost, rel=0.02)


def test_nothing_is_learned_of_service_from_what_nobody_counted() -> None:
    beliefs = Beliefs(burst=0.2, service_minutes=9.0, patience_minutes=15.0)
    few = [realised(_at(number), decided().clear(), answers={}, counted=counted()) for number in range(6)]
    table = recalibrate(pl.concat(few), beliefs).filter(pl.col("parameter").is_in([SERVICE, PATIENCE]))
    assert table["measured"].to_list() == [None, None]
    assert table["value"].to_list() == pytest.approx([9.0, 15.0])


def _at(number: int) -> KeptDay:
    return replace(DAY, start=START.replace(day=1 + number))


def test_what_was_counted_stands_as_it_was() -> None:
    shape = (PLACES, STEPS)
    told = counted(
        served=np.full(shape, 3.0), busy=np.full(shape, 18.0), gave_up=np.full(shape, 1.0), waited=np.full(shape, 4.0)
    )
    rows = realised(DAY, decided(), answers={}, counted=told)
    assert rows[g.SERVICES_COUNTED].all()
    assert rows[g.WAITS_COUNTED].all()
    assert rows.select(g.SERVED, g.GAVE_UP, g.BUSY, g.WAITED).unique().rows() == [(3, 1, 18.0, 4.0)]


def test_an_offer_that_nobody_answered_is_refused_by_nobody() -> None:
    rows = realised(DAY, decided(), answers={}, counted=counted()).filter(pl.col(g.STEP) == 2)
    assert rows.select(g.ACCEPTED, g.BY).unique().rows() == [(False, NOBODY)]
    assert rows[g.TRAVEL].null_count() == PLACES


def test_steps_without_a_count_are_left_out() -> None:
    came = days(1, seed=4).arrivals[0].astype(float)
    came[1, 5] = np.nan
    rows = realised(DAY, decided(), answers={}, counted=counted(arrivals=came))
    assert sorted(rows[g.STEP].unique()) == [step for step in range(STEPS) if step != 5]


def test_a_decision_of_another_plan_is_named() -> None:
    with pytest.raises(InputError, match="the plan changed since"):
        realised(DAY, decided().with_columns(pl.lit(99).cast(pl.Int32).alias(g.ACTION)), answers={}, counted=counted())


def test_whole_days_can_be_judged_from_it() -> None:
    rows = pl.concat([realised(_at(k), decided().clear(), answers={}, counted=counted()) for k in range(3)])
    simulator = Simulator(BELIEVED, days(1, seed=4), size=1)
    question = Question.of(BELIEVED, lookahead(), view=simulator.view(), mask=simulator.mask())
    found = decisions_of(rows, "A+B+C", problem=BELIEVED, policy=Residual.untrained(question.seen([])))
    assert found.cost.shape == (3, STEPS)
    assert np.allclose(found.ratio, 1)


def test_replaying_nothing_is_the_roster_as_it_is() -> None:
    same = same_day(days(1, seed=4).arrivals[0], EXPECTED, draws=32)
    played = replay(BELIEVED, same, np.zeros((STEPS, 1), np.int64))
    assert played.cost == pytest.approx(run_days(BELIEVED, same, policy=Static()).cost.mean())
    own = BELIEVED.money.waiting_minute * played.waited.sum() + BELIEVED.money.lost_visitor * played.gave_up.sum()
    assert played.cost == pytest.approx(own + played.shared.sum())


def test_a_day_is_kept_and_read_again() -> None:
    again = KeptDay.from_facts(DAY.to_facts())
    assert (again.cluster, again.start, again.date, again.end) == (DAY.cluster, DAY.start, DAY.date, DAY.end)
    assert again.problem.money == BELIEVED.money
    assert again.problem.flex == BELIEVED.flex
    assert np.array_equal(again.problem.heads, BELIEVED.heads)
    assert np.array_equal(again.expected, EXPECTED)
    with pytest.raises(ArtifactError, match="cannot be read"):
        KeptDay.from_facts({"cluster": "K"})
