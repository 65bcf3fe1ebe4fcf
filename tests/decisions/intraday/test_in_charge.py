"""The days a learned policy was in charge: the look-ahead is played on what came, and the gain is the difference."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.in_charge import GAINS_SCHEMA, Reign, days_in_charge
from busyness.decisions.intraday.problem import Reality
from busyness.decisions.intraday.record import Ledger, record
from busyness.tables import columns as c

from .small_world import days, lookahead, problem
from .test_feedback import trying

pytest.importorskip("numba")

OPENING = datetime(2025, 3, 1, 14, tzinfo=UTC)
AHEAD = replace(lookahead(), problem=replace(problem(), reality=Reality()))


@pytest.fixture(scope="module")
def log() -> pl.DataFrame:
    """Twenty days of a policy that follows the look-ahead and tries something else in three of ten decisions."""
    policy = replace(trying(1), problem=AHEAD.problem, advisor=AHEAD)
    return record(policy, days(20, seed=5), Ledger("K", "v1", OPENING, acceptance=0.8), seed=1)


def test_each_day_in_charge_is_set_beside_the_look_ahead(log: pl.DataFrame) -> None:
    gains = days_in_charge(log, AHEAD, Reign("K", "v1"), acceptance=0.8)
    assert gains.schema == pl.Schema(GAINS_SCHEMA)
    assert gains[c.DATE].to_list() == log[c.DATE].unique().sort().to_list()
    assert gains["counted"].all()
    assert gains["learned"].sum() == pytest.approx(log[g.COST].sum())
    assert gains["gain"].to_list() == pytest.approx((gains["lookahead"] - gains["learned"]).to_list())


def test_where_waits_were_not_counted_both_are_replayed(log: pl.DataFrame) -> None:
    guessed = days_in_charge(log.with_columns(pl.lit(False).alias(g.WAITS_COUNTED)), AHEAD, Reign("K", "v1"), acceptance=0.8)
    told = days_in_charge(log, AHEAD, Reign("K", "v1"), acceptance=0.8)
    assert guessed["lookahead"].to_list() == told["lookahead"].to_list()
    assert not guessed["counted"].any()
    assert -15 < guessed["gain"].mean() < 2, "trying costs a little"
    assert guessed["gain"].std() < told["gain"].std(), "the same visitors in both: their luck cancels"


def test_only_its_own_whole_days_count(log: pl.DataFrame) -> None:
    first = log[c.DATE].min()
    assert isinstance(first, date)
    assert days_in_charge(log, AHEAD, Reign("K", "v2")).height == 0
    assert days_in_charge(log, AHEAD, Reign("L", "v1")).height == 0
    assert days_in_charge(log, AHEAD, Reign("K", "v1", date(2025, 3, 11))).height == 10
    torn = log.filter((pl.col(c.DATE) != first) | (pl.col(g.STEP) != 4))
    assert days_in_charge(torn, AHEAD, Reign("K", "v1")).height == 19
    other = pl.when((pl.col(c.DATE) == first) & (pl.col(g.STEP) == 4)).then(pl.lit("lookahead")).otherwise(g.POLICY)
    assert days_in_charge(log.with_columns(other.alias(g.POLICY)), AHEAD, Reign("K", "v1")).height == 19
