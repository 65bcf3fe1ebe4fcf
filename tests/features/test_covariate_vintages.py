"""Forecast covariates as features: each row sees what its own origin could see, and no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.features.builder import DirectFeatures, FeatureSpec
from busyness.tables.examples import Cells
from busyness.tables.panel import Panel
from busyness.tables.vintages import Vintages

DAYS = 45
HOURS = 24 * DAYS


def with_vintages(panel: Panel, *, seed: int = 0, reach: int = 48, every: int = 12) -> Panel:
    """Every twelve hours a forecast of the next 48: 100 × the hour it was issued, plus the hour it is about, plus noise."""
    rng = np.random.default_rng(seed)
    places, slots = panel.demand.shape
    place, issue, ahead = (grid.ravel() for grid in np.indices((places, slots // every, reach)))
    slot, known = issue * every + ahead, issue * every
    there = slot < slots
    value = 100.0 * known + slot + rng.integers(0, 2, len(slot)) / 2
    vintages = Vintages(slots).with_values(
        "temperature", place[there], slot=slot[there], known_from=known[there], value=value[there].astype(np.float32)
    )
    return replace(panel, vintages=vintages)


def hourly(make_panel, *, timezones: tuple[str, ...] = ("UTC", "Australia/Melbourne")) -> Panel:
    rng = np.random.default_rng(1)
    past = rng.normal(20, 5, (2, HOURS)).astype(np.float32)
    panel = make_panel(rng.poisson(30, (2, HOURS)), first="2024-03-15", timezones=timezones, past={"temperature": past})
    return with_vintages(panel)


def cells(rng: np.random.Generator, newest: int, count: int = 400) -> Cells:
    origin = rng.integers(24 * 20, newest + 1, count)
    slot = origin + rng.integers(0, 60, count)
    kept = slot < HOURS
    place = rng.integers(0, 2, count)
    return Cells(*(numbers[kept].astype(np.int32) for numbers in (place, slot, origin)))


def test_each_row_has_the_newest_forecast_of_its_own_origin(make_panel) -> None:
    panel = hourly(make_panel)
    sealed = panel.sealed()
    builder = DirectFeatures(FeatureSpec(families=("vintages",))).prepared(sealed)
    some = Cells(*(np.array(numbers, np.int32) for numbers in ([0, 0, 0, 1], [500, 505, 560, 505], [500, 500, 500, 503])))
    examples = builder.examples(sealed, some)
    assert examples.names == ("temperature_forecast", "temperature_forecast_24h")
    newest = examples.column("temperature_forecast") - 100 * 492
    assert np.abs(newest[[0, 1]] - [500.25, 505.25]).max() <= 0.25
    assert np.isnan(newest[2])  # beyond the forecast's reach
    assert abs(newest[3] - 505.25) <= 0.25


def test_the_day_s_mean_is_of_what_the_origin_knew_of_the_24_hours_up_to_the_slot(make_panel) -> None:
    panel = hourly(make_panel, timezones=("UTC",))
    builder = DirectFeatures(FeatureSpec(families=("vintages",))).prepared(panel.sealed())
    origin, slots = 600, np.array([610, 648, 655, 670], np.int32)
    ones = np.ones(len(slots), np.int32)
    told = builder.examples(panel.sealed(), Cells(0 * ones, slots, origin * ones)).column("temperature_forecast_24h")
    assert panel.vintages is not None
    for slot, mean in zip(slots, told, strict=True):
        hours = np.arange(slot, slot - 24, -3, dtype=np.int32)
        ones = np.ones(len(hours), np.int32)
        seen = panel.vintages.at("temperature", 0 * ones, slot=hours, origin=origin * ones)
        expected = np.nanmean(seen) if np.isfinite(seen).sum() >= 4 else np.nan
        np.testing.assert_allclose(mean, expected, rtol=1e-6)
    assert np.isfinite(told).tolist() == [True, True, True, False]


@pytest.mark.parametrize("seed", range(3))
def test_what_came_after_each_origin_changes_nothing(make_panel, seed: int) -> None:
    """All vintages issued after an origin, and all that was observed after it, become noise: its rows stay the same."""
    rng = np.random.default_rng(seed)
    panel = hourly(make_panel)
    builder = DirectFeatures().prepared(panel.sealed())
    asked = cells(rng, HOURS - 30)
    assert panel.vintages is not None
    keys, values = panel.vintages.keys["temperature"], panel.vintages.values["temperature"]
    said = builder.examples(panel.sealed(), asked)
    for origin in np.unique(asked.origin)[::80]:
        later = (keys & ((1 << 24) - 1)) > origin
        noise = np.where(later, rng.normal(0, 1000, len(values)), values).astype(np.float32)
        vintages = Vintages(HOURS, {"temperature": keys}, {"temperature": noise})
        demand, past = panel.demand.copy(), panel.past["temperature"].copy()
        demand[:, origin:] = rng.integers(0, 900, demand[:, origin:].shape)
        past[:, origin:] = rng.normal(0, 900, past[:, origin:].shape)
        other = replace(panel, vintages=vintages, demand=demand, past={"temperature": past})
        rows = asked.origin <= origin
        again = builder.examples(other.sealed(), asked.take(rows))
        np.testing.assert_array_equal(said.X[rows], again.X)
        np.testing.assert_array_equal(said.X[rows], builder.examples(panel.until(int(origin)), asked.take(rows)).X)
    assert "temperature_last_day" in said.names
    assert np.isfinite(said.column("temperature_forecast_24h")).any()


def test_a_model_s_forecasts_have_to_be_there_and_facts_keep_their_names(make_panel) -> None:
    panel = hourly(make_panel)
    builder = DirectFeatures().prepared(panel.sealed())
    again = DirectFeatures.from_facts(builder.to_facts())
    assert again.spec == builder.spec
    assert again.spec.vintages == ("temperature",)
    old = builder.to_facts()
    del old["vintages"]  # a model saved before there were any
    assert DirectFeatures.from_facts(old).spec.vintages == ()
    bare = replace(panel, vintages=None)
    with pytest.raises(InputError, match="the forecast 'temperature', which this data does not have"):
        builder.examples(bare.sealed(), cells(np.random.default_rng(0), 600))


def test_without_vintages_there_is_no_column(make_panel) -> None:
    panel = replace(hourly(make_panel), vintages=None)
    builder = DirectFeatures().prepared(panel.sealed())
    assert not [feature for feature in builder.catalog(panel.sealed()) if feature.family == "vintages"]
