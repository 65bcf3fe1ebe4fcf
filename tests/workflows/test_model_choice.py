"""What ``--model auto`` chooses, and what it says."""

from __future__ import annotations

import pytest

from busyness.domain.errors import SettingsError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.api import backtest, forecast
from busyness.workflows.model_choice import CANDIDATES, budget, chosen, with_model_chosen
from busyness.workflows.settings import ModelSettings, RunSettings

ONE_CORE = ModelSettings(model="auto", threads=1)


def choice(*, places: int = 8, weeks: int = 40, minutes: float = 10):
    return chosen(tiny_city(places, weeks), 168, minutes=minutes, settings=ONE_CORE)


def test_much_history_and_time_mean_a_blend():
    found = choice()
    assert found.model == "blend"
    assert "8 places" in found.why
    assert "10 minutes" in found.why


@pytest.mark.parametrize(("weeks", "model"), [(1, "seasonal"), (6, "boosted"), (30, "blend")])
def test_little_history_means_a_simpler_model(weeks, model):
    found = choice(weeks=weeks)
    assert found.model == model
    assert ("wants" in found.why) == (model != "blend")


def test_less_time_means_a_quicker_model_and_the_last_one_is_always_taken():
    order = [candidate.model for candidate in CANDIDATES]
    picked = [order.index(choice(places=30, weeks=40, minutes=minutes).model) for minutes in (100, 0.8, 0.1, 1e-6)]
    assert picked == sorted(picked)
    assert order[picked[-1]] == "seasonal"
    assert "would take about" in choice(places=30, minutes=1e-6).why


def test_the_note_and_the_card_say_what_was_chosen():
    run = forecast(tiny_city(2, 5), horizon=24, model="auto", arguments="minutes=2", windows=1)
    assert run.card.kind == "boosted"
    assert any("Model chosen for 2 places" in note for note in run.ingested.notes)
    assert any("Model chosen" in note for note in run.card.data_card.collection.notes)
    assert run.checked is not None
    assert run.checked.scores["model"] == "boosted"


def test_a_backtest_says_it_too():
    run = backtest(tiny_city(2, 2), horizon=24, model="auto", windows=1)
    assert run.scores["model"] == "seasonal"
    assert any("seasonal" in note for note in run.ingested.notes)


def test_a_named_model_is_left_alone():
    settings = RunSettings()
    assert with_model_chosen(None, settings) == (None, settings)


@pytest.mark.parametrize("arguments", [{"minutes": 0}, {"minutes": "soon"}, {"minutes": True}, {"hours": 1}])
def test_a_budget_that_is_none_is_refused(arguments):
    with pytest.raises(SettingsError):
        budget(arguments)
