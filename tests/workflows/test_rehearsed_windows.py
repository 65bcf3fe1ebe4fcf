"""What a fit says of itself: raw counts, cells that the lighter fit had not seen, and bands of the other half."""

from dataclasses import replace

import numpy as np
import pytest

from busyness.backtesting.baselines import seasonal_naive
from busyness.registry.artifact import load_artifact
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.rehearsed_windows import measured_by, rehearsal_metrics
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import train
from busyness.workflows.wiring.restored import restored

HORIZON = 48


def settings_for(model: str = "seasonal", **blocks: object) -> RunSettings:
    return RunSettings.model_validate({"model": {"model": model, "horizon": HORIZON, "threads": 1, "fast": True}, **blocks})


@pytest.fixture(scope="module")
def city():
    return tiny_city(3, weeks=14, future=HORIZON, opening=False)


@pytest.fixture(scope="module")
def done(city):
    return train(settings_for(), city, clock=FakeClock())


def test_training_writes_the_rehearsal_of_the_calibration_into_the_card(done, city, tmp_path):
    metrics = done.card.metrics
    assert (metrics["how"], measured_by(metrics)) == ("rehearsal", "rehearsal")
    errors = done.model.rehearsal
    first = errors.observed[0], errors.predicted[0]
    there = np.isfinite(first[0])
    window = metrics["windows"][0]
    assert window["rows"] == there.sum()
    assert window["mae"] == pytest.approx(np.abs(first[0] - first[1])[there].mean(), rel=1e-6)
    naive = seasonal_naive(city.sealed(), errors.origins[:1], HORIZON)[0]
    assert window["seasonal_naive"] == pytest.approx(np.abs(first[0] - naive)[there].mean(), rel=1e-6)
    assert metrics["rows"] == np.isfinite(errors.observed).sum() == sum(one["rows"] for one in metrics["windows"])
    missed, came = np.abs(errors.observed - errors.predicted), errors.observed
    assert metrics["mae"] == pytest.approx(np.nanmean(missed), rel=1e-5)
    assert metrics["wape"] == pytest.approx(np.nansum(missed) / np.nansum(came), rel=1e-5)
    assert 0.7 < metrics["coverage_80"] < 0.9
    assert metrics["mae"] < metrics["seasonal_naive"]

    done.write(tmp_path)
    parts, card = load_artifact(tmp_path / "model")
    assert card.metrics == metrics
    assert rehearsal_metrics(restored(parts, threads=1), city) == {}  # the card keeps it, not the model


def test_what_a_preparation_filled_in_is_not_scored(city):
    demand = city.demand.copy()
    demand[:, city.history - 200 : city.history - 100] = np.nan
    holed = replace(city, demand=demand)
    filled = train(settings_for(preparation={"impute": "seasonal"}), holed, clock=FakeClock())
    assert np.isfinite(filled.model.rehearsal.observed).sum() > filled.card.metrics["rows"]
    plain = train(settings_for(), holed, clock=FakeClock())
    assert filled.card.metrics["rows"] == plain.card.metrics["rows"]


def test_bands_are_taught_by_the_other_half(done, city):
    """Where the errors of late origins are twice as large, early bands are too narrow for them, and it shows."""
    errors = done.model.rehearsal
    late = np.arange(len(errors.origins)) >= len(errors.origins) / 2
    wild = np.where(late[:, None, None], 3 * np.nan_to_num(errors.predicted - errors.observed), np.float32(0))
    model = replace_errors(done.model, replace(errors, predicted=errors.predicted + wild))
    found = rehearsal_metrics(model, city)["windows"]
    calm, rough = ([one["coverage_80"] for one in some] for some in (found[: late.argmax()], found[late.argmax() :]))
    assert np.mean(calm) > 0.9
    assert np.mean(rough) < 0.6


def replace_errors(model, errors):
    other = type(model)(model.member)
    other.places, other.rehearsal = model.places, errors
    return other


def test_a_blend_s_errors_are_those_of_weights_that_had_not_seen_them(city):
    settings = settings_for("blend").model_copy(
        update={"model": settings_for("blend").model.model_copy(update={"arguments": {"members": ["seasonal", "ridge"]}})}
    )
    done = train(settings, city, clock=FakeClock())
    assert done.card.metrics["mae"] == pytest.approx(done.model.member.record["mae"]["blend"], rel=1e-4)


def test_with_too_few_origins_nothing_is_said_of_bands(done, city):
    few = {name: getattr(done.model.rehearsal, name)[:3] for name in ("origins", "observed", "predicted", "level")}
    found = rehearsal_metrics(replace_errors(done.model, type(done.model.rehearsal)(**few)), city)
    assert "coverage_80" not in found
    assert found["mae"] > 0
    none = {name: values[:0] for name, values in few.items()}
    assert rehearsal_metrics(replace_errors(done.model, type(done.model.rehearsal)(**none)), city) == {}
    assert measured_by({}) == ""
    assert measured_by({"mae": 1.0}) == "replay"
