"""A trial is drawn, shadowed, and decided once, at its end; the decision and its figures stay beside it."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.artifact import read_card
from busyness.registry.releases import Releases
from busyness.testing.clock import FakeClock
from busyness.workflows.explain import Explainer
from busyness.workflows.models.outcomes import read_outcomes
from busyness.workflows.models.shadow import shadow, shadow_effect
from busyness.workflows.models.trial import (
    Plan,
    Verdict,
    current,
    decide,
    forecast_again,
    nothing_to_learn,
    start,
    status,
    stop,
)
from busyness.workflows.posted import POSTED, Store
from busyness.workflows.service.ask_forecast import ForecastQuery, ask_forecast
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import WorldSettings

from .conftest import NOW, counts_of, world_in

CLOCK = FakeClock(NOW)
PLAN = Plan(date(2024, 3, 25), shadow_days=0, weeks=4, seed=4, by="ana", why="knows more")
OVER = FakeClock(NOW + timedelta(days=28))


def costs(trial, gain):
    rng = np.random.default_rng(2)
    days = [PLAN.start + timedelta(days=k) for k in range(28)]
    rows = [
        (place, day, 100 * rng.normal(1, 0.03) * (1 - gain * (trial.plan.design.arm(place, day) == "challenger")))
        for place in ("P1", "P2")
        for day in days
    ]
    return pl.DataFrame(rows, schema=["place", "date", "value"], orient="row")


def test_a_trial_names_its_challenger_and_draws_the_lots(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    assert (trial.champion, trial.challenger) == world.releases
    assert Releases(world.folder).champion().challenger == world.releases[1]
    assert current(world.folder) == trial
    lots = pl.read_csv(trial.folder / "assignment.csv")
    assert lots.height == 2 * 28
    assert (lots["arm"] == "challenger").sum() == 28
    stands = status(world.folder, clock=FakeClock(NOW + timedelta(days=10)))
    assert (stands["phase"], stands["days_left"], stands["places"]) == ("by lot", 18, 2)
    day = (NOW + timedelta(days=10)).date()
    arms = [trial.plan.design.arm(place, day) for place in ("P1", "P2")]
    assert stands["served_by_challenger_today"] == arms.count("challenger")
    with pytest.raises(InputError, match="still runs"):
        start(world.folder, "newest", PLAN, clock=CLOCK)


def test_a_real_gain_is_promoted_with_a_fresh_forecast_and_written_down(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    table = costs(trial, 0.1)
    told = decide(world.folder, Verdict("eva"), clock=OVER, outcomes=table, dry_run=True)
    assert told.promoted
    assert Releases(world.folder).champion().release == world.releases[0]
    found = decide(world.folder, Verdict("eva"), clock=OVER, outcomes=table)
    assert found.effect == told.effect
    champion = Releases(world.folder).champion()
    assert champion.release not in world.releases  # the challenger's model, forecasting anew
    card = read_card(Releases(world.folder).folder(champion.release) / "model")
    assert card.version == trial.versions[1]
    assert champion.challenger is None
    assert (champion.by, champion.why) == ("eva", found.sentence)
    kept = json.loads((trial.folder / "decision.json").read_text())
    assert kept["effect"]["relative"]["mean"] == pytest.approx(-0.1, abs=0.03)
    with pytest.raises(InputError, match="No trial runs"):
        current(world.folder)


def test_chance_leaves_the_champion(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    found = decide(world.folder, Verdict("eva"), clock=OVER, outcomes=costs(trial, 0.0))
    assert not found.promoted
    assert "the champion stays" in found.sentence
    champion = Releases(world.folder).champion()
    assert (champion.release, champion.challenger) == (world.releases[0], None)


def test_a_worse_challenger_is_told_as_such(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    found = decide(world.folder, Verdict("eva"), clock=OVER, outcomes=costs(trial, -0.2), dry_run=True)
    assert not found.promoted
    assert "it is the better one" in found.sentence
    sales = decide(world.folder, Verdict("eva", higher=True), clock=OVER, outcomes=costs(trial, -0.2), dry_run=True)
    assert sales.promoted


def test_nobody_decides_early(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    with pytest.raises(InputError, match="runs until 2024-04-22"):
        decide(world.folder, Verdict("eva"), clock=FakeClock(NOW + timedelta(days=27)), outcomes=costs(trial, 0.5))


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda w: start(w.folder, "champion", PLAN, clock=CLOCK), "nothing to try"),
        (lambda w: start(w.folder, "nobody", PLAN, clock=CLOCK), "no release"),
        (lambda w: start(w.folder, "newest", Plan(PLAN.start, weeks=3), clock=CLOCK), "pair"),
        (lambda w: start(w.folder, "newest", Plan(PLAN.start, shadow_days=-1), clock=CLOCK), "fewer than no days"),
        (lambda w: status(w.folder, clock=CLOCK), "No trial runs"),
    ],
)
def test_what_cannot_be_begun_is_said(world, ask, said):
    with pytest.raises(InputError, match=said):
        ask(world)
    assert Releases(world.folder).champion().challenger is None


def test_nothing_to_decide_by_and_a_damaged_trial_are_said(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    with pytest.raises(InputError, match="nothing to decide by"):
        decide(world.folder, Verdict("eva"), clock=OVER)
    (trial.folder / "trial.json").write_text("{")
    with pytest.raises(ArtifactError, match="damaged"):
        current(world.folder)


def test_the_shadow_stores_both_before_and_learns_what_came(tmp_path):
    world = world_in(tmp_path, 10)
    plan = Plan(date(2024, 3, 11), shadow_days=7, weeks=0)
    begun = datetime.combine(plan.start, NOW.timetz())
    trial = start(world.folder, "newest", plan, clock=FakeClock(begun))
    assert not (trial.folder / "assignment.csv").exists()
    folders = [Releases(world.folder).folder(release) for release in world.releases]
    for day in range(8):
        counts_of(10 + day / 7).write_csv(world.counts)
        table = shadow(*folders, trial.folder)
    assert table.select("place", "time", "arm").is_duplicated().sum() == 0
    assert set(table["version"]) == set(trial.versions)
    known = table.filter(pl.col("observed").is_not_null())
    assert (known["origin"] <= known["time"]).all()  # said before it came
    assert known["date"].n_unique() >= 7
    found = shadow_effect(trial.folder)
    sides = [known.filter(pl.col("arm") == arm) for arm in ("champion", "challenger")]
    maes = [float((side["q50"] - side["observed"]).abs().mean()) for side in sides]
    assert found.difference.mean == pytest.approx(maes[1] - maes[0], rel=1e-4)
    over = FakeClock(begun + timedelta(days=7))
    assert status(world.folder, clock=over)["shadow"]["difference"]["clusters"] == found.difference.clusters
    decided = decide(world.folder, Verdict("eva"), clock=over)
    assert decided.rests_on == "absolute errors in the shadow"
    assert decided.promoted == (found.difference.high < 0)


def test_the_shadow_learns_what_was_only_posted_to_the_service(tmp_path):
    world = world_in(tmp_path, 10)
    trial = start(world.folder, "newest", Plan(date(2024, 3, 11), shadow_days=7, weeks=0), clock=CLOCK)
    folders = [Releases(world.folder).folder(release) for release in world.releases]
    assert not shadow(*folders, trial.folder)["observed"].is_not_null().any()
    time = pl.col("time").dt.replace_time_zone("America/Lima").dt.convert_time_zone("UTC")
    fresh = counts_of(72 / 7).join(counts_of(10), on=["place", "time"], how="anti")
    posted = fresh.select("place", time, amount="visitors", known_at=time)
    posted.write_parquet(world.folder / POSTED)
    table = shadow(*folders, trial.folder)
    first = table.filter(pl.col("origin") == table["origin"].min())
    assert first["observed"].is_not_null().mean() > 0.9  # but what no sensor saw
    assert table["origin"].n_unique() == 2
    assert shadow(*folders, trial.folder, posted=Store(read=False))["origin"].n_unique() == 2


def test_a_world_whose_data_end_before_the_trial_is_told(world):
    trial = start(world.folder, "newest", replace(PLAN, start=date(2025, 6, 2)), clock=CLOCK)
    assert "before the trial begins on 2025-06-02" in nothing_to_learn(world.folder, trial)
    assert nothing_to_learn(world.folder, replace(trial, plan=PLAN)) == ""
    assert not status(world.folder, clock=CLOCK)["shadow_begun"]
    shadow(*(Releases(world.folder).folder(one) for one in world.releases), trial.folder)
    stands = status(world.folder, clock=CLOCK)
    assert stands["shadow_begun"]
    assert stands["shadow"] is None  # nothing of it has come
    assert "it will learn nothing" in nothing_to_learn(world.folder, trial)


def test_outcomes_are_read_as_people_write_them(tmp_path):
    file = tmp_path / "costs.csv"
    file.write_text("place,date,value,note\n7,2024-03-25,12,x\n8,2024-03-26,13.5,y\n")
    table = read_outcomes(file)
    assert table.rows() == [("7", date(2024, 3, 25), 12.0), ("8", date(2024, 3, 26), 13.5)]
    table.write_parquet(tmp_path / "costs.parquet")
    assert read_outcomes(tmp_path / "costs.parquet").equals(table)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,day,value\nP1,2024-03-25,1\n", "no column 'date'"),
        ("place,date,value\nP1,soon,1\n", "is none"),
        (None, "table"),
    ],
)
def test_outcomes_that_cannot_be_read_are_said(tmp_path, text, said):
    file = tmp_path / "costs.csv"
    if text:
        file.write_text(text)
    with pytest.raises(InputError, match=said):
        read_outcomes(file)


def test_the_service_of_the_world_follows_the_assignment(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    holder = Holder([WorldSettings(name="shop", folder=world.folder)], clock=CLOCK)
    (swap,) = holder.refresh()
    said = ask_forecast(swap.after, ForecastQuery())
    lots = {
        (place, day): arm for place, day, arm in pl.read_csv(trial.folder / "assignment.csv", try_parse_dates=True).rows()
    }
    for one in said.places:
        days = [date.fromisoformat(label[:10]) for label in one.labels]
        assert list(one.said_by) == [lots[one.place.id, day] for day in days]
    assert swap.after.lot.challenger.model_version == trial.versions[1]
    assert status(world.folder, clock=CLOCK)["refused"] == ""


def test_why_the_challenger_may_not_answer_is_told(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    (Releases(world.folder).folder(trial.challenger) / "peaks.csv").write_text("")
    assert "peaks.csv" in status(world.folder, clock=CLOCK)["refused"]


def test_a_trial_that_does_harm_is_stopped_for_the_champion(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    with pytest.raises(InputError, match="needs a reason"):
        stop(world.folder, by="eva", why=" ", clock=CLOCK)
    sentence = stop(world.folder, by="eva", why="late orders", clock=CLOCK)
    assert sentence.endswith("late orders")
    assert json.loads((trial.folder / "decision.json").read_text())["promoted"] is False
    champion = Releases(world.folder).champion()
    assert (champion.release, champion.challenger) == (trial.champion, None)
    with pytest.raises(InputError, match="No trial runs"):
        stop(world.folder, by="eva", why="again", clock=CLOCK)


def test_the_challenger_forecasts_anew_and_the_lots_stay(world):
    trial = start(world.folder, "newest", PLAN, clock=CLOCK)
    again = forecast_again(world.folder, clock=FakeClock(NOW + timedelta(hours=3)))
    assert again.challenger not in world.releases
    assert current(world.folder) == again == replace(trial, challenger=again.challenger)
    releases = Releases(world.folder)
    assert (releases.champion().release, releases.champion().challenger) == (trial.champion, again.challenger)
    folder = releases.folder(again.challenger)
    assert read_card(folder / "model").version == trial.versions[1]
    explainer = Explainer.of(folder)
    assert len(explainer.rows_of()) > 0
