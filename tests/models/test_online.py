"""Learning as data arrives: exact, without leaks, calm, and back soon after the world has changed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import ArtifactError, InputError
from busyness.features.builder import DirectFeatures
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.online import UpdatingForecaster
from busyness.models.seasonal import SeasonalForecaster
from busyness.registry.artifact import load_artifact, save_artifact
from busyness.registry.card import Card, software
from busyness.registry.fingerprint import data_card
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel
from busyness.tables.parts import Parts
from busyness.testing.clock import FakeClock
from busyness.testing.conformance import ForecasterConformance
from busyness.testing.suite import noisy_from
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.wiring.restored import restored

DAY = 24
HORIZON = 72


def made() -> UpdatingForecaster:
    return UpdatingForecaster(CalibratedForecaster(SeasonalForecaster(DirectFeatures())))


class TestUpdating(ForecasterConformance):
    """It keeps every promise of a forecaster."""

    def make(self) -> UpdatingForecaster:
        return made()

    def roundtrip(self) -> Any:  # a function of the parts
        return restored


@cache
def city() -> Panel:
    return tiny_city(places=3, weeks=12)


@cache
def begun() -> UpdatingForecaster:
    """Fitted ten weeks in; two weeks are to arrive."""
    return made().fit(city().until(70 * DAY), HORIZON)


def shifted(panel: Panel, at: int, factor: float, rows: slice = slice(None)) -> Panel:
    demand = panel.demand.copy()
    demand[rows, at:] = np.round(demand[rows, at:] * factor)
    return replace(panel, demand=demand)


def state(model: UpdatingForecaster) -> dict[str, bytes]:
    return {name: array.tobytes() for name, array in model.to_parts().arrays.items()}


def error(panel: Panel, said: Forecast, origin: int, rows: slice = slice(None)) -> float:
    came = panel.demand[rows, origin : origin + DAY]
    off = np.abs(came - said.at(0.5)[rows, :DAY])
    return float(np.nansum(off) / np.nansum(came))


def walked(panel: Panel, model: UpdatingForecaster, days: range) -> tuple[list[float], list[float]]:
    """Errors of each day's forecast, of the updating and of the frozen model."""
    updating, frozen = [], []
    for day in days:
        sealed = panel.until(day * DAY)
        model = model.update(sealed)
        updating.append(error(panel, model.predict(sealed, DAY), day * DAY))
        frozen.append(error(panel, model.frozen.predict(sealed, DAY), day * DAY))
    return updating, frozen


# ---- exact ----------------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(70 * DAY, 76 * DAY), min_size=1, max_size=8))
def test_slot_by_slot_is_the_same_as_all_at_once(stops: list[int]) -> None:
    end = 76 * DAY
    once = begun().update(city().until(end))
    model = begun()
    for stop in [*sorted(stops), end]:
        model = model.update(city().until(stop))
    assert state(model) == state(once)
    assert (
        model.predict(city().until(end), HORIZON).quantiles.tobytes()
        == once.predict(city().until(end), HORIZON).quantiles.tobytes()
    )


def test_every_single_slot_is_the_same_as_all_at_once() -> None:
    model = begun()
    for stop in range(70 * DAY, 72 * DAY + 1):
        model = model.update(city().until(stop))
    assert state(model) == state(begun().update(city().until(72 * DAY)))


def test_to_look_ahead_before_the_update_changes_nothing_but_the_wait() -> None:
    end = 73 * DAY + 5
    model = begun()
    for stop in range(70 * DAY, end + 1, 8):
        model = model.update(city().until(stop)).ahead(city().until(stop))
    assert state(model.update(city().until(end))) == state(begun().update(city().until(end)))
    assert begun().ahead(city().until(70 * DAY)).outlook is not None


def test_nothing_new_changes_nothing() -> None:
    model = begun().update(city().until(73 * DAY))
    assert model.update(city().until(73 * DAY)) is model
    assert model.update(city().until(71 * DAY)) is model


def test_an_update_leaves_the_model_before_it_as_it_was() -> None:
    model = begun().update(city().until(72 * DAY))
    before = state(model)
    model.update(city().until(74 * DAY))
    assert state(model) == before


@settings(max_examples=6, deadline=None)
@given(st.integers(70 * DAY + 1, 80 * DAY), st.integers(0, 100))
def test_the_future_is_not_read(origin: int, seed: int) -> None:
    real, noisy = city().until(origin), noisy_from(city(), origin, seed=seed).until(origin)
    assert state(begun().update(real)) == state(begun().update(noisy))


def test_an_origin_before_what_was_learned_is_answered_by_the_fitted_model() -> None:
    model = begun().update(shifted(city(), 70 * DAY, 3.0).until(75 * DAY))
    early = city().until(72 * DAY)
    assert (model.predict(early, HORIZON).quantiles == model.frozen.predict(early, HORIZON).quantiles).all()


def test_before_anything_was_learned_the_fitted_model_answers_bit_for_bit() -> None:
    said, frozen = (model.predict(city().until(70 * DAY), HORIZON) for model in (begun(), begun().frozen))
    np.testing.assert_allclose(said.quantiles, frozen.quantiles, rtol=1e-5, atol=1e-5)


def test_the_first_update_of_a_loaded_model_only_notes_where_it_stands() -> None:
    model = UpdatingForecaster(begun().frozen).update(city().until(72 * DAY))
    assert not model.corrections.came.any()
    assert model.update(city().until(74 * DAY)).corrections.came.any()  # day 72 is a holiday


def test_a_model_that_was_not_fitted_says_so() -> None:
    with pytest.raises(InputError, match="not been fitted"):
        made().update(city().sealed())


def test_a_panel_that_begins_later_goes_on_from_there() -> None:
    """The rows of the last weeks are enough: slots are told by their time, not by their number."""
    whole, cut = city(), 20 * DAY
    later = replace(
        whole,
        slots=type(whole.slots)(whole.slots.times()[cut], whole.slots.length, whole.slots.count - cut),
        history=whole.history - cut,
        demand=whole.demand[:, cut:],
        open=whole.open[:, cut:],
        outlier=whole.outlier[:, cut:],
        known={name: cube[:, cut:] for name, cube in whole.known.items()},
        past={name: cube[:, cut:] for name, cube in whole.past.items()},
    )
    model = begun().update(whole.until(72 * DAY))
    np.testing.assert_allclose(
        model.update(later.until(72 * DAY + 5 - cut)).corrections.came,
        model.update(whole.until(72 * DAY + 5)).corrections.came,
        rtol=1e-4,
    )


@pytest.mark.parametrize(("every", "horizon"), [("1d", 14), ("15min", 96)])
def test_days_and_quarter_hours_are_learned_from_alike(every: str, horizon: int) -> None:
    panel = tiny_city(places=2, weeks=10, every=every, future=horizon, timezone="Europe/Madrid")
    day = panel.slots.length.per_day
    model = made().fit(panel.until(60 * day), horizon)
    once, model = model.update(panel.until(68 * day)), model.update(panel.until(64 * day))
    assert state(model.update(panel.until(68 * day))) == state(once)
    assert once.corrections.came.any()
    assert np.isfinite(once.predict(panel.until(68 * day), horizon).quantiles).all()


# ---- places ---------------------------------------------------------------------------------------------------------


def test_places_added_later_are_carried_and_others_kept() -> None:
    few = made().fit(city().select(["P1", "P2"]).until(70 * DAY), HORIZON)
    model = few.update(city().until(74 * DAY))
    assert model.places == ("P1", "P2", "P3")
    assert model.corrections.came[2].any()
    alone = model.update(city().select(["P3"]).until(76 * DAY))
    assert alone.places == model.places
    assert (alone.corrections.came[:2] == model.corrections.came[:2]).all()
    assert alone.predict(city().until(76 * DAY), HORIZON).ids == ("P1", "P2", "P3")


def test_a_place_is_corrected_by_its_own_counts_alone() -> None:
    panel = shifted(city(), 70 * DAY, 1.5, rows=slice(0, 1))
    one, other = begun().update(city().until(74 * DAY)), begun().update(panel.until(74 * DAY))
    assert (one.corrections.came[1:] == other.corrections.came[1:]).all()
    assert (one.corrections.came[0] != other.corrections.came[0]).any()


# ---- robust ---------------------------------------------------------------------------------------------------------


def test_closed_unobserved_and_flagged_slots_are_passed_over() -> None:
    origin, end = 70 * DAY, 72 * DAY
    nothing = city().demand.copy()
    nothing[:, origin:end] = np.nan
    assert begun().update(city().until(end)).corrections.came.any()
    unobserved = begun().update(replace(city(), demand=nothing).until(end))
    flags = np.zeros(city().demand.shape, bool)
    flags[:, origin:end] = True
    flagged = begun().update(replace(city(), outlier=flags).until(end))
    for model in (unobserved, flagged):
        assert not model.corrections.came.any()
        assert not model.corrections.missed.any()


def test_one_spike_moves_little_and_a_silent_sensor_nothing() -> None:
    origin = 70 * DAY
    spiked, stuck = city().demand.copy(), city().demand.copy()
    spiked[:, origin + 3 * DAY + 13] *= 10
    stuck[:, origin + 3 * DAY + 12 : origin + 3 * DAY + 20] = 0
    stuck[~city().open] = np.nan
    end = origin + 4 * DAY
    plain = begun().update(city().until(end)).corrections.level()
    assert np.abs(begun().update(replace(city(), demand=spiked).until(end)).corrections.level() - plain).max() < 0.15
    assert np.abs(begun().update(replace(city(), demand=stuck).until(end)).corrections.level() - plain).max() < 0.15


def test_a_holiday_teaches_nothing() -> None:
    feast = next(day for day in city().holidays if day.toordinal() - min(city().holidays).toordinal() == 72)
    first = city().origin_of(feast)
    before = begun().update(city().until(first))
    after = before.update(city().until(first + DAY))
    assert (after.corrections.came == before.corrections.came).all()


# ---- after a shift --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.6, 1.4])
def test_after_a_shift_it_is_back_in_three_days_and_the_frozen_model_is_not(factor: float) -> None:
    panel = tiny_city(places=8, weeks=14, seed=2)
    model = made().fit(panel.until(80 * DAY), HORIZON)
    changed = shifted(panel, 86 * DAY, factor)
    steady, _ = walked(panel, model, range(81, 97))
    updating, frozen = walked(changed, model, range(81, 97))
    usual = np.mean(steady[8:13])
    assert np.mean(updating[8:13]) < 1.2 * usual, f"days 4 to 8: {updating[5:13]} beside {steady[5:13]}"
    assert np.mean(frozen[8:13]) > 1.5 * usual, f"frozen: {frozen[5:13]} beside {steady[5:13]}"


def test_ordinary_weeks_stay_calm() -> None:
    panel = tiny_city(places=8, weeks=14, seed=3)
    updating, frozen = walked(panel, made().fit(panel.until(80 * DAY), HORIZON), range(81, 97))
    assert np.mean(updating) < 1.08 * np.mean(frozen)  # noise here is white: nothing could be gained


# ---- kept -----------------------------------------------------------------------------------------------------------


def test_what_was_learned_survives_the_artifact(tmp_path: Path) -> None:
    sealed = city().until(75 * DAY + 7)
    model = begun().update(sealed)
    card = Card(
        kind="seasonal",
        version="v",
        created_at=FakeClock().now(),
        software=software(),
        data_card=data_card(city(), source="tiny city"),
    )
    save_artifact(tmp_path / "model", model.to_parts(), card)
    parts, _ = load_artifact(tmp_path / "model")
    again = restored(parts, threads=1, version="v")
    assert isinstance(again, UpdatingForecaster)
    assert state(again) == state(model)
    later = city().until(78 * DAY)
    assert state(again.update(later)) == state(model.update(later))
    assert (again.predict(sealed, HORIZON).quantiles == model.predict(sealed, HORIZON).quantiles).all()


def test_parts_without_what_was_learned_are_refused() -> None:
    parts = begun().to_parts()
    with pytest.raises(ArtifactError):
        UpdatingForecaster.from_parts(Parts(parts.kind, {}, parts.texts, parts.arrays), begun().frozen)
    with pytest.raises(ArtifactError):
        UpdatingForecaster.from_parts(Parts(parts.kind, parts.facts), begun().frozen)


def test_quantiles_never_cross_after_wild_days() -> None:
    rng = np.random.default_rng(0)
    wild = city().demand.copy()
    wild[:, 70 * DAY :] = rng.gamma(0.3, 200, wild[:, 70 * DAY :].shape)
    model = begun().update(replace(city(), demand=wild.astype(np.float32)).until(80 * DAY))
    said = model.predict(city().until(80 * DAY), HORIZON)
    assert (np.diff(said.quantiles, axis=-1) >= 0).all()
    assert np.isfinite(said.quantiles).all()
    assert (said.quantiles[~said.open] == 0).all()
    assert all(later > earlier for earlier, later in pairwise(said.levels))
