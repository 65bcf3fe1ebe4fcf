"""The loop closes: days are logged, the simulator's parameters come back, and policies are judged from the log."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.advised_days import AdvisedDays
from busyness.decisions.intraday.from_log import decisions_of
from busyness.decisions.intraday.off_policy import judge
from busyness.decisions.intraday.policies.learned import Learned
from busyness.decisions.intraday.recalibrate import (
    ACCEPTANCE,
    BURST,
    PATIENCE,
    RECALIBRATED_SCHEMA,
    SERVICE,
    TRAVEL,
    Beliefs,
    recalibrate,
    recalibrated,
)
from busyness.decisions.intraday.record import Ledger, record
from busyness.decisions.intraday.residual import Residual
from busyness.domain.errors import InputError
from busyness.tables import columns as c

from .small_world import days, lookahead, problem

pytest.importorskip("numba")

OPENING = datetime(2025, 3, 1, 14, tzinfo=UTC)
BELIEFS = Beliefs(burst=0.2, service_minutes=5.0, patience_minutes=15.0)


def trying(moves: int) -> Learned:
    """The look-ahead, which tries something else now and then."""
    seen = AdvisedDays(problem(moves), days(8), advisor=lookahead(moves), size=8).begin(0)
    return Learned(problem(moves), lookahead(moves), Residual.untrained(seen, width=8, trying=0.3))


@pytest.fixture(scope="module", params=[1, 2])
def logged(request: pytest.FixtureRequest) -> tuple[int, Learned, pl.DataFrame]:
    """A log of 200 days with one or two moves a step."""
    policy = trying(request.param)
    ledger = Ledger("K", "1", OPENING, acceptance=0.8)
    return request.param, policy, record(policy, days(200, seed=5), ledger, seed=1)


def test_the_log_has_what_happened(logged: tuple[int, Learned, pl.DataFrame]) -> None:
    moves, _, log = logged
    assert log.height == 200 * 12 * 3 * moves
    assert log[g.ARRIVALS].sum() == days(200, seed=5).arrivals.sum()
    assert log[g.SERVED].sum() + log[g.GAVE_UP].sum() == log[g.ARRIVALS].sum()
    went = log.filter(pl.col(g.TRAVEL).is_not_null())
    assert went.height
    assert went[g.OFFER].str.starts_with("move one from").all()
    assert (went[g.OFFER].str.slice(-1) == went[c.PLACE]).all()
    assert (went[g.TRAVEL] / went[g.PLANNED_TRAVEL]).to_list() == pytest.approx([1.5] * went.height)


def test_the_parameters_come_back(logged: tuple[int, Learned, pl.DataFrame]) -> None:
    table = recalibrate(logged[2], BELIEFS)
    assert table.schema == pl.Schema(RECALIBRATED_SCHEMA)
    found = {row["parameter"]: row for row in table.iter_rows(named=True)}
    for name, true, apart in ((BURST, 0.3, 0.05), (PATIENCE, 12.0, 0.06), (ACCEPTANCE, 0.8, 0.06), (TRAVEL, 1.5, 0.01)):
        assert found[name]["value"] == pytest.approx(true, rel=apart), name
    assert found[SERVICE]["low"] < 6 < found[SERVICE]["high"]
    assert found[BURST]["low"] < 0.3 < found[BURST]["high"]
    assert found[PATIENCE]["low"] < 12 < found[PATIENCE]["high"]
    assert found[ACCEPTANCE]["low"] < 0.8 < found[ACCEPTANCE]["high"]


def test_few_days_lean_on_what_was_believed() -> None:
    policy = trying(1)
    few = record(policy, days(6, seed=5), Ledger("K", "1", OPENING), seed=1)
    many = record(policy, days(200, seed=5), Ledger("K", "1", OPENING), seed=1)
    widths, pulls = [], []
    for log in (few, many):
        row = recalibrate(log, BELIEFS).filter(pl.col("parameter") == PATIENCE).row(0, named=True)
        widths.append(row["high"] - row["low"])
        pulls.append(abs(row["value"] - row["measured"]) / abs(row["believed"] - row["measured"]))
        assert min(row["believed"], row["measured"]) <= row["value"] <= max(row["believed"], row["measured"])
    assert widths[0] > 2 * widths[1]
    assert pulls[0] > pulls[1]
    none = recalibrate(few.filter(pl.col(c.DATE) < pl.lit(OPENING.date()).dt.offset_by("2d")), BELIEFS)
    assert none["value"].to_list() == pytest.approx([0.2, 5.0, 15.0, 1.0, 0.9])
    assert none["measured"].null_count() == 5


def test_the_problem_takes_the_parameters_over() -> None:
    values = dict.fromkeys((BURST, SERVICE, PATIENCE, TRAVEL, ACCEPTANCE), 2.0)
    rows = [("K", name, 1.0, value, value, 1.0, 3.0, 9, "") for name, value in values.items()]
    found = recalibrated(problem(), pl.DataFrame(rows, schema=RECALIBRATED_SCHEMA, orient="row"), "K")
    assert found.visits.service_minutes == 2.0
    assert np.array_equal(found.travel, 2 * problem().travel)
    assert found.reality.travel_factor == found.reality.service_factor == 1.0
    with pytest.raises(InputError, match="'L' is not"):
        recalibrated(problem(), pl.DataFrame(rows, schema=RECALIBRATED_SCHEMA, orient="row"), "L")


def test_beliefs_that_cannot_be_are_named() -> None:
    with pytest.raises(InputError, match="beliefs cannot be"):
        Beliefs(burst=0.0, service_minutes=5, patience_minutes=10)


def test_the_policy_that_was_logged_is_judged_as_it_did(logged: tuple[int, Learned, pl.DataFrame]) -> None:
    moves, policy, log = logged
    decisions = decisions_of(log, "K", problem=problem(moves), policy=policy.residual)
    assert np.allclose(decisions.ratio, 1, atol=1e-4)
    assert decisions.cost.sum() == pytest.approx(log[g.COST].sum())
    assert judge(decisions, draws=50)["judged"].all()


def test_another_policy_is_judged_from_where_the_log_had_brought_the_day(
    logged: tuple[int, Learned, pl.DataFrame],
) -> None:
    moves, policy, log = logged
    rng = np.random.default_rng(0)
    other = Residual(
        {
            name: array + rng.normal(0, 0.2, array.shape).astype(np.float32)
            for name, array in policy.residual.weights.items()
        },
        policy.residual.scales,
        policy.residual.trying,
    )
    decisions = decisions_of(log, "K", problem=problem(moves), policy=other)
    table = judge(decisions, memory=2, draws=200)
    assert 0 < table["effective_days"][1] < 200
    assert (table["low"] < table["cost"]).all()
    assert (table["cost"] < table["high"]).all()


def test_a_log_of_another_cluster_or_problem_is_named(logged: tuple[int, Learned, pl.DataFrame]) -> None:
    moves, policy, log = logged
    with pytest.raises(InputError, match="no whole day"):
        decisions_of(log, "L", problem=problem(moves), policy=policy.residual)
    with pytest.raises(InputError, match="no whole day"):
        decisions_of(log, "K", problem=problem(3), policy=policy.residual)
