"""A member that chooses its features drops planted noise, keeps what counts, and its artifact remembers."""

from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.errors import SettingsError
from busyness.domain.stopwatch import Stopwatch
from busyness.models.selected_columns import SelectedColumns
from busyness.models.selecting import SelectingForecaster
from busyness.registry.artifact import load_artifact
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.models.ancestry import feature_changes
from busyness.workflows.settings import ModelSettings, RunSettings
from busyness.workflows.train import train
from busyness.workflows.wiring.members import forecaster, maker
from busyness.workflows.wiring.restored import restored


@pytest.fixture(scope="module")
def city():
    """Promotions that double demand, the same twice, and noise."""
    panel = tiny_city(3, weeks=16, opening=False, future=72)
    promo = panel.known["promo"]
    noise = np.random.default_rng(1).normal(size=panel.demand.shape).astype(np.float32)
    known = {"promo": promo, "promo_again": 2 * promo, "noise": noise}
    return replace(panel, known=known, demand=(panel.demand * (1 + promo)).astype(np.float32))


def test_planted_noise_leaves_and_a_planted_signal_stays(city):
    member = maker("boosted")(ModelSettings(fast=True, arguments={"trees": 60}), 1, Stopwatch())
    left = SelectingForecaster(member).left_out(city.sealed(), 72)
    assert left["noise"].startswith("it mattered in 0 of")
    assert left["promo_again"].startswith("it repeats promo")
    assert "promo" not in left


def test_nothing_after_the_origin_is_read(city):
    member = maker("forest")(ModelSettings(model="forest", fast=True, arguments={"trees": 30}), 1, Stopwatch())
    origin = city.history - 7 * 24
    changed = city.demand.copy()
    changed[:, origin:] *= 50
    other = replace(city, demand=changed)
    choose = SelectingForecaster(member).left_out
    assert choose(city.until(origin), 48) == choose(other.until(origin), 48)


def test_the_card_and_the_artifact_remember_and_answers_use_the_same_columns(city, tmp_path):
    def settings(**more):
        return RunSettings.model_validate({"model": {"model": "forest", "horizon": 48, "fast": True, "threads": 1, **more}})

    done = train(settings(select_features=True), city, clock=FakeClock())
    left = done.card.parameters["selection"]["left"]
    assert {"noise", "promo_again"} <= set(left)
    assert not {line["name"] for line in done.card.features} & set(left)
    parts, card = load_artifact(done.write(tmp_path))
    back = restored(parts, threads=1, version=card.version)
    assert isinstance(back.member.builder, SelectedColumns)
    assert back.member.builder.left_out == left
    said = [model.predict(city.sealed(), 48).quantiles for model in (done.model, back)]
    assert np.array_equal(*said)
    plain = train(settings(), city, clock=FakeClock()).card
    changes = {change.name: change for change in feature_changes(plain, card)}
    assert changes["noise"].change == "left"
    assert changes["noise"].why == left["noise"]


def test_a_short_history_chooses_nothing():
    panel = tiny_city(1, weeks=1.5, opening=False)
    member = maker("boosted")(ModelSettings(fast=True, arguments={"trees": 60}), 1, Stopwatch())
    assert SelectingForecaster(member).left_out(panel.sealed(), 168) == {}


def test_a_model_that_reads_features_by_name_cannot_choose():
    with pytest.raises(SettingsError, match="cannot be chosen"):
        forecaster(ModelSettings(model="ridge", select_features=True), watch=Stopwatch())
