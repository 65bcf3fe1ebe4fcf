from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday.actions import CALL, SEND
from busyness.decisions.intraday.compare import comparison, run_policies
from busyness.decisions.intraday.from_forecast import DayAhead
from busyness.decisions.intraday.level import Level
from busyness.decisions.intraday.offer import Offered, offer
from busyness.decisions.intraday.plan import Judged, plan_of, possible
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.queue_step import queue_step
from busyness.decisions.intraday.reasons import Reasons
from busyness.decisions.intraday.simulator import Simulator
from busyness.decisions.intraday.today import view_of_today
from busyness.domain.errors import ColumnMissingError, InputError, UnknownPlaceError

from .clusters import busy_days, cluster

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("America/Lima"))
PROBLEM = cluster(heads=np.full((3, 16), 3))
EXPECTED = np.full((3, 16), 8.0)
DAY = DayAhead(PROBLEM.places, START, EXPECTED[None], EXPECTED)
AHEAD = Lookahead(PROBLEM, Level(20, 20, 1, 1), queue_step(PROBLEM, most_arrivals=40))


def counts(*by_place: list[int]) -> pl.DataFrame:
    rows = [
        (place, (START + timedelta(minutes=15 * step)).astimezone(UTC), value)
        for place, values in zip(PROBLEM.places, by_place, strict=False)
        for step, value in enumerate(values)
    ]
    return pl.DataFrame(rows, schema=["place", "time", "observed"], orient="row")


def judged(policy=AHEAD) -> Judged:
    ran = run_policies(PROBLEM, busy_days(PROBLEM, 20), policies=[Static(), AHEAD])
    bound = np.full(20, 500.0)
    return Judged(comparison(ran, bound=bound), 500.0, policy)


def offered(policy, so_far=None, now=None) -> Offered:
    view = view_of_today(PROBLEM, DAY, so_far=so_far, now=now)
    return offer(policy, AHEAD, view, mask=possible(PROBLEM, view))


def test_a_store_that_runs_over_is_sent_somebody_and_told_why() -> None:
    so_far = counts([8, 8, 8, 8], [8, 9, 7, 8], [8, 9, 16, 18])
    now = pl.DataFrame({"place": ["Store 3", "Store 1"], "waiting": [9, 0], "flex": [0, 1], "busy": [3, 1]})
    plan = plan_of(PROBLEM, DAY, judged=judged(), offered=offered(AHEAD, so_far, now), versions={"forecast": "f1"})
    action = plan.actions.row(0, named=True)
    assert plan.actions.height == 1
    assert (plan.kind, plan.currency, plan.versions["forecast"]) == ("intraday", "S/", "f1")
    assert (action["action"], action["to"]) == ("move", "Store 3")
    assert action["time"] == START + timedelta(hours=1)
    assert action["saves"] > 0
    assert "Store 3 has had 112 % more visitors than forecast since 09:30, and 9 visitors wait." in action["reason"]
    assert f"Move one person from {action['from']} to Store 3" in action["reason"]
    assert "It should save" in action["reason"]
    row = plan.tables["comparison"].row(by_predicate=pl.col("policy") == "lookahead", named=True)
    assert plan.cost == row["cost"] > plan.bound == 500
    over = dict(plan.tables["departures"].select("place", "over").iter_rows())
    assert over["Store 3"] == pytest.approx(34 / 16 - 1)
    assert over["Store 1"] == 0


def reasons(came: list[int], *, waiting: int = 0) -> Reasons:
    """Sentences about Store 1, whose evening brings four times the visitors of the morning."""
    now = pl.DataFrame({"place": ["Store 1"], "waiting": [waiting]})
    view = view_of_today(PROBLEM, DAY, so_far=counts(came) if came else None, now=now)
    left = PROBLEM.steps - view.step
    arrivals = np.where(np.arange(left) < left - 4, 6.0, 24.0) * np.ones((3, 1))
    return Reasons(PROBLEM, DAY, view, arrivals, np.full((3, left), 4.0))


COMING = "From 12:00 to 13:00 Store 1 expects 96 visitors, work for 8.0 people; only 4 will be there. "
CALLS = "Call one person in to Store 1, there in 90 minutes."


@pytest.mark.parametrize(
    ("came", "waiting", "said"),
    [
        ([], 0, ""),  # before anybody has come there is no departure
        ([8, 8, 8, 8], 0, ""),
        ([4, 4, 4, 4], 0, "Although Store 1 has had 50 % fewer visitors than forecast since 09:00, and nobody waits, what "
         "is still to come counts more. "),
        ([4, 4, 4, 4], 3, "Although Store 1 has had 50 % fewer visitors than forecast since 09:00, 3 visitors wait. "),
        ([8, 8, 16, 16], 0, "Store 1 has had 100 % more visitors than forecast since 09:30, and nobody waits. "),
    ],
)  # fmt: skip
def test_a_reason_never_argues_against_its_offer(came: list[int], waiting: int, said: str) -> None:
    told = reasons(came, waiting=waiting).of_action((CALL, 0, 1), None)
    assert told == f"{COMING}{said}{CALLS}"


def test_the_hour_that_is_told_is_the_one_with_least_to_spare_not_an_hour_when_nobody_is_there() -> None:
    told = reasons([])
    arrivals, heads = told.arrivals.copy(), told.heads.copy()
    arrivals[:, -4:], heads[:, -4:] = 0, 0  # closed
    arrivals[:, 4:8] = 11  # work for 3.7 people, of the 4 there
    said = replace(told, arrivals=arrivals, heads=heads).of_action((CALL, 0, 0), None)
    assert said.startswith(
        "From 10:00 to 11:00 Store 1 expects 44 visitors, work for 3.7 people; only 4 will be there. Call"
    )


def test_who_is_sent_home_is_not_needed_at_the_busiest_hour_either() -> None:
    told = reasons([8, 8, 8, 8], waiting=2).of_action((SEND, 0, 0), None)
    although = (
        "Although Store 1 has had about as many visitors as forecast, and 2 visitors wait, what is still to come counts"
    )
    assert told == f"{COMING.replace('only ', '')}{although} more. Send one person home from Store 1."


def test_a_day_as_forecast_and_one_that_has_not_begun_need_nothing() -> None:
    policy = judged(Static())
    for so_far in (None, counts([8, 8], [8, 8], [8, 8])):
        plan = plan_of(PROBLEM, DAY, judged=policy, offered=offered(policy.in_charge, so_far))
        assert plan.actions.height == 0
        assert plan.actions.schema["time"] == pl.Datetime("us", "UTC")
        assert plan.tables["departures"].height == 3


def test_what_is_not_counted_is_taken_from_the_forecast() -> None:
    view = view_of_today(PROBLEM, DAY, so_far=counts([9, 9, 9], [7]))
    assert view.step == 3
    assert view.arrived[0].tolist() == [[9, 9, 9], [7, 8, 8], [8, 8, 8]]
    assert view.heads[0].tolist() == [4, 4, 4]


def test_what_is_possible_is_what_the_simulator_allows() -> None:
    simulator = Simulator(PROBLEM, busy_days(PROBLEM, 5), size=5)
    for _ in range(PROBLEM.steps):
        assert (possible(PROBLEM, simulator.view()) == simulator.mask()).all()
        simulator.act(np.arange(5) * 3)
        assert (possible(PROBLEM, simulator.view()) == simulator.mask()).all()
        simulator.advance()


@pytest.mark.parametrize(
    ("table", "error", "told"),
    [
        (pl.DataFrame({"place": ["Store 1"]}), ColumnMissingError, "time"),
        (counts([8]).with_columns(place=pl.lit("Shop")), UnknownPlaceError, "Shop"),
        (counts([8]).with_columns(pl.col("time") - pl.duration(hours=1)), InputError, "outside the day"),
        (counts([8]).with_columns(pl.col("time").dt.replace_time_zone(None)), InputError, "no time zone"),
        (counts([-8]), InputError, "has -8"),
        (counts([8] * 16), InputError, "day is over"),
    ],
)
def test_a_day_so_far_that_cannot_be_is_refused(table: pl.DataFrame, error: type[InputError], told: str) -> None:
    with pytest.raises(error, match=told):
        view_of_today(PROBLEM, DAY, so_far=table)
