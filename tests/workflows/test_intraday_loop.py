"""The loop, day by day: decided, answered, counted, logged, recalibrated, judged, learned again, and watched."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday import log as g
from busyness.decisions.intraday.days import draw_days
from busyness.decisions.intraday.plan import possible
from busyness.decisions.intraday.problem import IntradayProblem, Reality
from busyness.decisions.intraday.question import Question
from busyness.decisions.intraday.residual import Residual
from busyness.decisions.intraday.simulator import Simulator
from busyness.decisions.intraday.today import view_of_today
from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.intraday.kept_decisions import Gone, decision_files
from busyness.workflows.intraday.kept_policy import Charge, Kept, packed_policy, unpacked_policy
from busyness.workflows.log_intraday import log_intraday
from busyness.workflows.plan_intraday import (
    LEARNED_FILE,
    Asked,
    IntradayTables,
    Today,
    decide_step,
    judge_today,
    kept_day,
    lay_out,
    plan_intraday,
)

pytest.importorskip("numba")

FLEX = """\
service_minutes: 3
patience_minutes: 6
callable: 1
sendable: 0
wage: 9
move: 0.5
on_the_way: 2
kmh: 60
currency: PEN
"""
FIRST = date(2026, 3, 2)
SLOWER = 1.5
"""Services take so many times as long as flex.yaml says."""
SMALL = Asked(days=40, trying=0.3)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forecast of two days for two stores near each other, open from 9 to 13, forty visitors an hour."""
    home = tmp_path_factory.mktemp("said")
    places = tuple(
        Place(id_, name=f"Store {id_}", latitude=-12.1 + k / 100, longitude=-77.0, timezone="America/Lima")
        for k, id_ in enumerate(("A", "B"))
    )
    hour = np.arange(48) % 24
    is_open = (hour >= 9) & (hour < 13)
    mean = np.tile(np.where(is_open, 40.0, 0.0), (2, 1)).astype(np.float32)
    forecast = Forecast(
        places=places,
        slots=Slots(np.datetime64("2026-03-02T05:00:00", "s"), SlotLength(60), 48),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * np.linspace(0.5, 1.6, len(DENSE_LEVELS), dtype=np.float32),
        mean=mean,
        open=np.tile(is_open, (2, 1)),
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, 2, 48)),
        model="boosted-1",
    )
    write_paths(forecast, home / PATHS)
    (home / "flex.yaml").write_text(FLEX)
    return home


class Clock:
    """Stores that live through one day after the other, in steps of a quarter of an hour, and write down what they see."""

    def __init__(self, today: Today, *, asked: Asked) -> None:
        self.today, self.asked, self.rng = today, asked, np.random.default_rng(0)
        self.answers: list[str] = ["time,turn,accepted,by,travel_minutes"]
        self.came: list[str] = ["place,time,arrivals,served,gave_up,waited_minutes,busy_minutes"]

    @property
    def true(self) -> IntradayProblem:
        """How it really is: services take longer."""
        return replace(self.today.cluster.problem, reality=Reality(service_factor=SLOWER))

    def live(self, plan: Path, *, days: int, since: int = 0) -> Path:
        """This will play ``days`` days, keep the decisions in ``plan``, and write answers.csv and came.csv beside it."""
        plan.mkdir(parents=True, exist_ok=True)
        first = self.today.cluster.day
        drawn = draw_days(first.paths, first.expected, count=since + days, seed=9)
        for number in range(since, since + days):
            ahead = replace(first, start=first.start + timedelta(days=number))
            today = replace(self.today, cluster=replace(self.today.cluster, day=ahead))
            simulator = Simulator(self.true, drawn.part(slice(number, number + 1)), size=1)
            for _ in range(self.true.steps):
                self._step(today, simulator, plan)
        (plan / "answers.csv").write_text("\n".join(self.answers) + "\n")
        (plan / "came.csv").write_text("\n".join(self.came) + "\n")
        return plan

    def _step(self, today: Today, simulator: Simulator, plan: Path) -> None:
        view, places = simulator.view(), self.true.places
        local = today.cluster.day.start + timedelta(minutes=15 * view.step)
        times = [today.cluster.day.start + timedelta(minutes=15 * k) for k in range(view.step)]
        seen = [
            (p, time, int(n))
            for p, row in zip(places, view.arrived[0], strict=True)
            for time, n in zip(times, row, strict=True)
        ]
        so_far = pl.DataFrame(seen, schema=["place", "time", "observed"], orient="row") if seen else None
        now = pl.DataFrame({"place": places, "waiting": view.waiting[0], "busy": view.busy[0], "flex": view.flex[0]})
        gone = Gone(int(view.called[0]), int(view.sent[0]))
        _, rows = decide_step(today, asked=self.asked, so_far=so_far, now=now, gone=gone)
        for name, content in decision_files(plan, kept_day(today), rows).items():
            (plan / name).write_bytes(content)
        action = int(rows[g.ACTION][0])
        if action:
            yes = bool(self.rng.random() < 0.8)
            minutes = rows[g.PLANNED_TRAVEL].drop_nulls()
            took = f"{1.5 * minutes[0]:.1f}" if yes and len(minutes) else ""
            self.answers.append(f"{local:%Y-%m-%d %H:%M},0,{'yes' if yes else 'no'},Ana,{took}")
            simulator.act(np.array([action if yes else 0]))
        stepped, came = simulator.advance(), simulator.days.arrivals[0, :, view.step]
        for k, place in enumerate(places):
            counted = (came[k], stepped.served[0, k], stepped.gave_up[0, k], stepped.waited[0, k], stepped.worked[0, k])
            self.came.append(",".join([place, f"{local:%Y-%m-%d %H:%M}", *map(str, counted)]))


def day_of(said: Path, *, learned: Path | None = None, asked: Asked = SMALL) -> Today:
    tables = IntradayTables(said, flex=said / "flex.yaml", learned=learned)
    return judge_today(lay_out(tables, asked=asked), asked=asked)


@pytest.fixture(scope="module")
def lived(said: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten days with the look-ahead in charge, which tries something else in three of ten steps."""
    return Clock(day_of(said), asked=SMALL).live(tmp_path_factory.mktemp("lived") / "plan", days=10)


@pytest.fixture(scope="module")
def logged(lived: Path) -> Path:
    """The folder of the log of these days."""
    log_intraday([lived], lived / "came.csv", lived / "log", answers=lived / "answers.csv")
    return lived / "log"


def untrained(today: Today) -> Residual:
    """A policy that does what the look-ahead says."""
    problem, lookahead = today.cluster.problem, today.compared.lookahead
    view = view_of_today(problem, today.cluster.day)
    question = Question.of(problem, lookahead, view=view, mask=possible(problem, view))
    return Residual.untrained(question.seen([]), width=4)


def spoiled(policy: Residual) -> Residual:
    """A policy that always does what the look-ahead thinks is worst."""
    weights = {name: np.zeros_like(array) for name, array in policy.weights.items()}
    worth = 5  # of the facts about an action: after its four kinds and the minutes it takes
    weights["actor.0.weight"][worth, 0] = -1
    weights["actor.1.weight"][0, 0] = 1
    weights["actor.2.weight"][0, 0] = 500
    return replace(policy, weights=weights)


def test_ten_days_are_logged_recalibrated_judged_and_learned_from(said: Path, logged: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    log = g.read(logged)
    assert log.height == 10 * 16 * 2
    assert log[g.BY].drop_nulls().unique().to_list() == ["Ana"]
    assert 0.6 < log[g.ACCEPTED].mean() < 0.95
    tables = IntradayTables(said, flex=said / "flex.yaml", log=logged)
    plan, _ = plan_intraday(tables, tmp_path / "night", asked=replace(SMALL, rounds=1))
    found = {row["parameter"]: row for row in plan.tables["recalibrated"].iter_rows(named=True)}
    assert found["service_minutes"]["believed"] == 3
    assert found["service_minutes"]["low"] > 3.5
    assert found["service_minutes"]["value"] == pytest.approx(3 * SLOWER, rel=0.1)
    assert found["travel_factor"]["value"] > 1.2
    judged = plan.tables["judged"]
    assert set(judged["over"]) == {"day", "hour"}
    assert (judged["low"] <= judged["cost"]).all()
    standing = plan.tables["standing"].row(0, named=True)
    assert (standing["in_charge"] == "learned") == (standing["low"] > 0)
    kept = unpacked_policy(tmp_path / "night" / LEARNED_FILE)
    assert kept.charge is not None
    assert (kept.charge.in_charge, kept.charge.since) == (standing["in_charge"], FIRST)
    again = replace(tables, learned=tmp_path / "night" / LEARNED_FILE)
    more, _ = plan_intraday(again, tmp_path / "next", asked=replace(SMALL, rounds=2))
    assert more.tables["standing"]["before"].to_list() == [standing["in_charge"]]


def test_the_same_days_twice_do_not_double(lived: Path, logged: Path, tmp_path: Path) -> None:
    before = g.read(logged)
    done = log_intraday([lived], lived / "came.csv", logged, answers=lived / "answers.csv")
    assert (done.again, done.days.height, done.rejected.height) == (10, 10, 0)
    assert g.read(logged).equals(before)
    one = tmp_path / "log.parquet"
    for again in (0, 10):
        assert log_intraday([lived], lived / "came.csv", one, answers=lived / "answers.csv").again == again
    assert g.read(one).sort("time", "place").equals(before.sort("time", "place"))
    assert [file.name for file in tmp_path.iterdir()] == ["log.parquet"]


def test_a_spoiled_policy_is_sent_away_and_told_why(said: Path, tmp_path: Path) -> None:
    charge = Charge("A+B", "learned", FIRST, 15.0, sent_away=False, reason="It was better.")
    worse = Kept(spoiled(untrained(day_of(said))), charge)
    file = tmp_path / "worse.npz"
    file.write_bytes(packed_policy(worse))
    asked = replace(SMALL, trying=0.0)
    today = day_of(said, learned=file, asked=asked)
    assert today.standing.in_charge == "learned"
    assert today.standing.reason == "It stays as it was decided for 2026-03-02. It was better."
    plan = Clock(today, asked=asked).live(tmp_path / "plan", days=12)
    done = log_intraday([plan], plan / "came.csv", tmp_path / "log", answers=plan / "answers.csv")
    assert done.days["accepted"].sum() > 20
    tables = IntradayTables(said, flex=said / "flex.yaml", log=tmp_path / "log", learned=file)
    night, _ = plan_intraday(tables, tmp_path / "night", asked=asked)
    row = night.tables["standing"].row(0, named=True)
    assert (row["before"], row["in_charge"]) == ("learned", "lookahead")
    assert row["high"] < 0
    assert row["reason"].startswith("Fell behind on day 1")
    assert night.tables["watched"].height == 12
    assert (night.tables["watched"]["gain"] < 0).mean() > 0.8
    assert night.versions["policy"] == "lookahead"
    after = replace(tables, learned=tmp_path / "night" / LEARNED_FILE)
    again, _ = plan_intraday(after, tmp_path / "again", asked=asked)
    assert again.tables["standing"]["in_charge"].to_list() == ["lookahead"]
    assert "Learn again" in again.tables["standing"]["reason"][0]
