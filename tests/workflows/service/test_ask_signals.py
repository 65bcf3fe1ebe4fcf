"""A level that drifts away from what is said becomes an alert, from what the service knows by itself."""

import shutil
from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from busyness.domain.slots import SlotLength, Slots
from busyness.registry.releases import Releases
from busyness.workflows.folder import PATHS, read_forecast, write_paths
from busyness.workflows.service.alert_words import said
from busyness.workflows.service.alerts import alerts_of
from busyness.workflows.service.ask_now import ask_now
from busyness.workflows.service.ask_signals import ask_signals
from busyness.workflows.service.past import Past
from busyness.workflows.service.said_before import answered_before, said_before

from .conftest import ORIGIN

NOTHING = pl.DataFrame(schema={"place": pl.String, "time": pl.Datetime("us", "UTC"), "demand": pl.Float64})
DAYS = 35
HOURS = np.arange(24 * DAYS)
SHAPE = np.where((HOURS % 24 >= 8) & (HOURS % 24 < 22), 60 + 20 * np.sin(HOURS % 24), np.nan)


def noisy(mean, seed):
    rng = np.random.default_rng(seed)
    days = np.repeat(rng.lognormal(0, 0.05, (len(mean), -(-mean.shape[1] // 24))), 24, axis=1)[:, : mean.shape[1]]
    return np.where(np.isnan(mean), np.nan, rng.poisson(np.nan_to_num(mean) * days)).astype(np.float32)


@pytest.fixture
def world(snapshot):
    """Five weeks of replay without bias, and a week ahead that says the same."""
    many = len(snapshot.forecast.places)
    mean = np.tile(SHAPE, (many, 1))
    slots = Slots(snapshot.forecast.slots.start - np.timedelta64(DAYS, "D"), SlotLength(60), len(HOURS))
    line = {"mean": mean, "q50": mean, "q10": mean - 12, "q90": mean + 12, "seasonal_naive": mean * 1.3}
    cubes = {name: cube.astype(np.float32) for name, cube in line.items()} | {"observed": noisy(mean, 1)}
    ahead = np.nan_to_num(mean[:, :168])
    levels = (0.1, 0.5, 0.9)
    quantiles = np.stack([np.maximum(ahead + off, 0) * (ahead > 0) for off in (-12, 0, 12)], axis=-1).astype(np.float32)
    forecast = replace(snapshot.forecast, mean=ahead.astype(np.float32), quantiles=quantiles, levels=levels, open=ahead > 0)
    return replace(snapshot, replayed=Past(slots, cubes), history=None, forecast=forecast, card=None)


def posted(world, factor, *, days=7, seed=2):
    came = noisy(np.where(world.forecast.open, world.forecast.mean, np.nan) * np.array(factor)[:, None], seed)[
        :, : 24 * days
    ]
    rows, hours = np.nonzero(np.isfinite(came))
    return pl.DataFrame(
        {
            "place": [world.forecast.ids[row] for row in rows],
            "time": pl.Series([ORIGIN + timedelta(hours=int(hour)) for hour in hours], dtype=pl.Datetime("us", "UTC")),
            "demand": came[rows, hours].astype(float),
        }
    )


def alerts(world, counts, now):
    drift = ask_signals(world, now, posted=counts)
    found = alerts_of(world, ask_now(world, now, posted=counts), now=now, drift=drift)
    return {alert for alert in found if alert.code.startswith("drift")}


NIGHT = ORIGIN + timedelta(days=6, hours=2)


def test_where_all_is_as_it_was_nothing_is_said(world):
    assert alerts(world, posted(world, (1, 1, 1)), NIGHT) == set()


@pytest.mark.parametrize(("factor", "more", "mas"), [(0.6, "less", "menos"), (1.5, "more", "más")])
def test_a_shift_at_one_place_is_an_alert_in_both_languages(world, factor, more, mas):
    drift = ask_signals(world, NIGHT, posted=(counts := posted(world, (1, factor, 1))))
    assert drift.filter(pl.col("signal") == "level")["place"].to_list() == ["P2"]
    (alert,) = [
        each
        for each in alerts_of(world, ask_now(world, NIGHT, posted=counts), now=NIGHT, drift=drift)
        if each.code == "drift_level"
    ]
    assert (alert.level, alert.place) == ("warning", "P2")
    assert alert.params["size"] == pytest.approx(factor - 1, abs=0.1)
    assert said(alert, "en").startswith("Store 2: about ")
    assert more in said(alert, "en")
    assert mas in said(alert, "es")
    assert "2024-03-11" in said(alert, "en")


def test_it_is_found_within_days_and_not_before_it_begins(world):
    counts = posted(world, (0.6, 0.6, 0.6))
    found = [ask_signals(world, ORIGIN + timedelta(days=day, hours=1), posted=counts).height for day in range(7)]
    assert found[0] == 0
    assert found[4] > 0


def test_a_limited_view_is_told_of_its_places_alone(world):
    drift = pl.DataFrame(
        {
            "place": ["", "P1", "P2"],
            "signal": ["coverage"] * 3,
            "since": [ORIGIN.date()] * 3,
            "found": [ORIGIN.date()] * 3,
            "size": [0.5] * 3,
        }
    )
    for places, told in ((None, {None}), (["P2"], {"P2"})):
        standing = ask_now(world, NIGHT, places=places)
        found = alerts_of(world, standing, now=NIGHT, drift=drift)
        assert {alert.place for alert in found if alert.code == "drift_coverage"} == told


def test_what_the_model_has_learned_is_no_news(world, snapshot):
    late = snapshot.card.model_copy(
        update={"data_card": snapshot.card.data_card.model_copy(update={"last": NIGHT + timedelta(days=1)})}
    )
    assert ask_signals(replace(world, card=late), NIGHT, posted=posted(world, (0.6, 0.6, 0.6))).is_empty()


def test_without_a_replay_or_with_little_of_it_nothing_is_said(world):
    assert ask_signals(replace(world, replayed=None), NIGHT, posted=NOTHING).is_empty()
    short = {name: cube[:, :240] for name, cube in world.replayed.values.items()}
    few = replace(world, replayed=Past(replace(world.replayed.slots, count=240), short))
    assert ask_signals(few, ORIGIN - timedelta(days=25), posted=NOTHING).is_empty()


def test_it_is_worked_out_once_a_day(world):
    counts = posted(world, (0.6, 0.6, 0.6))
    first = ask_signals(world, NIGHT, posted=counts)
    assert ask_signals(world, NIGHT + timedelta(hours=3), posted=counts) is first
    assert ask_signals(world, NIGHT, posted=counts.head(5)) is not first


def test_the_newest_forecast_before_a_slot_counts_and_only_past_days(world):
    earlier = replace(
        world.forecast,
        slots=replace(world.forecast.slots, start=world.forecast.slots.start - np.timedelta64(2, "D")),
        quantiles=world.forecast.quantiles * 3,
    )
    short = {name: cube[:, :-24] for name, cube in world.replayed.values.items()}
    world = replace(world, replayed=Past(replace(world.replayed.slots, count=24 * (DAYS - 1)), short))
    walked = said_before(world, NIGHT, posted=posted(world, (1, 1, 1)), earlier=[earlier])
    start = 24 * DAYS
    opened = np.where(world.forecast.open[0, :24], 1.0, np.nan)
    wanted = world.forecast.at(0.5)[0, :24] * opened
    assert np.allclose(walked.median[0, start - 24 : start], 3 * wanted, equal_nan=True, rtol=1e-4)
    assert np.allclose(walked.median[0, start : start + 24], wanted, equal_nan=True)
    assert np.allclose(walked.median[0, start - 48 : start - 24], SHAPE[:24], equal_nan=True)  # the replay
    assert np.isfinite(walked.observed[0, start : start + 144]).any()
    assert not np.isfinite(walked.observed[0, start + 144 :]).any()
    assert np.allclose(walked.baseline[0, start : start + 24], walked.observed[0, start - 168 : start - 144], equal_nan=True)


def test_forecasts_that_answered_before_are_read_and_a_damaged_one_passed_over(folder, tmp_path):
    releases = Releases(tmp_path / "world")
    ids = []
    for number in range(3):
        run = shutil.copytree(folder, tmp_path / f"run{number}")
        kept = read_forecast(run).forecast
        write_paths(replace(kept, model=f"m{number}"), run / PATHS)
        ids.append(releases.add(run, now=ORIGIN + timedelta(hours=number)))
        releases.promote(ids[-1], by="a test", why="newer", now=ORIGIN + timedelta(hours=number))
    start = read_forecast(folder).forecast.slots.start
    assert [one.model for one in answered_before(releases, since=start)] == ["m0", "m1"]
    assert answered_before(releases, since=start + np.timedelta64(30, "D")) == []
    (releases.folder(ids[0]) / PATHS).write_bytes(b"")
    assert [one.model for one in answered_before(releases, since=start)] == ["m1"]
    (releases.world / "champion.json").write_text("{")
    assert answered_before(releases, since=start) == answered_before(None, since=start) == []
