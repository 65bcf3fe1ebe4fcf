"""A search goes on where it stopped, never sees the test windows, and finds settings that can be used."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, TooLittleHistoryError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.backtest import chosen_origins
from busyness.workflows.config import read_config
from busyness.workflows.ingest import from_panel
from busyness.workflows.search import STORAGE, Budget, before_tests, search
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import train

pytest.importorskip("optuna")


def settings_in(out, **model):
    return RunSettings.model_validate(
        {
            "model": {"model": "ridge", "horizon": 24, "threads": 1, **model},
            "backtest": {"windows": 2},
            "output": {"out": str(out)},
        }
    )


@pytest.fixture(scope="module")
def city():
    return tiny_city(1, weeks=9, opening=False, future=48)


@pytest.fixture(scope="module")
def ran(city, tmp_path_factory):
    out = tmp_path_factory.mktemp("search")
    settings = settings_in(out)
    return settings, search(settings, city, budget=Budget(5, 10, 2))


def test_the_best_is_at_least_as_good_as_what_was_given(ran):
    _, run = ran
    assert run.best <= run.given
    first = run.trials.row(0, named=True)
    assert (first["state"], first["outliers"], first["last_days"]) == ("complete", "none", "all")
    assert first["mae"] == run.given
    assert run.trials["mae"].min() == run.best
    assert first["model.alpha"] == pytest.approx(1e-3)
    assert set(run.trials["state"]) <= {"complete", "pruned"}
    ended = run.trials.filter(pl.col("state") == "pruned")
    assert ended["mae"].null_count() == ended.height
    assert ended["mean_to_1"].null_count() == 0  # it was scored on the first window, and ended there


def test_what_was_found_can_be_trained_with(ran, city, tmp_path):
    settings, run = ran
    files = run.write(tmp_path)
    assert [file.name for file in files] == ["best.yaml", "search.html", "trials.csv", "trials.parquet"]
    found = read_config(tmp_path / "best.yaml")
    assert found.preparation == run.settings.preparation
    assert found.model.arguments == run.settings.model.arguments
    card = train(found, city).card
    assert card.parameters["arguments"]["alpha"] == pytest.approx(run.settings.model.arguments["alpha"])
    page = (tmp_path / "search.html").read_text()
    assert "off by" in page
    assert page.count("<circle") == run.trials["mae"].count()
    assert pl.read_csv(tmp_path / "trials.csv").height == run.trials.height
    assert settings.model.arguments == {}


def test_the_same_command_goes_on_where_it_stopped(ran, city):
    settings, run = ran
    more = search(settings, city, budget=Budget(5, 2, 2))
    assert more.trials.height == run.trials.height + 2
    assert more.trials.head(run.trials.height).equals(run.trials)
    assert more.given == run.given
    assert more.best <= run.best
    assert (settings.output.out / STORAGE).is_file()
    other = search(settings, tiny_city(1, weeks=8, opening=False, future=48, seed=1), budget=Budget(5, 1, 2))
    assert other.trials.height == 1  # other data: another study in the same file


def test_no_slot_of_the_test_windows_is_touched(city, tmp_path):
    first = chosen_origins(city, 24, settings_in(tmp_path).backtest)[0]
    noise = np.random.default_rng(0).uniform(0, 1e6, city.demand.shape).astype(np.float32)
    later = (np.arange(city.slots.count) >= first) & np.isfinite(city.demand)
    other = replace(city, demand=np.where(later, noise, city.demand))
    runs = [
        search(settings_in(tmp_path / name), panel, budget=Budget(5, 6, 2))
        for name, panel in (("as it is", city), ("noise", other))
    ]
    assert runs[0].trials.drop("seconds").equals(runs[1].trials.drop("seconds"))
    cut = before_tests(from_panel(city, settings_in(tmp_path)), settings_in(tmp_path))
    assert cut.history == first
    assert not np.isfinite(cut.demand[:, first:]).any()


def test_however_short_the_time_there_is_an_answer(city, tmp_path):
    run = search(settings_in(tmp_path), city, budget=Budget(1e-6))
    assert run.trials.height == 1
    assert run.best == run.given


@pytest.mark.parametrize(
    ("model", "budget", "said"),
    [
        ({"model": "seasonal"}, {}, "nothing to search in 'seasonal'"),
        ({"arguments": {"alfa": 1}}, {}, "Did you mean 'alpha'"),
        ({"arguments": {"alpha": -1}}, {}, "above zero"),
        ({}, {"minutes": 0}, "some minutes"),
    ],
)
def test_what_cannot_be_searched_is_said(city, tmp_path, model, budget, said):
    with pytest.raises(InputError, match=said):
        search(settings_in(tmp_path, **model), city, budget=Budget(**budget))


def test_nothing_left_before_the_test_windows_is_said(tmp_path):
    settings = settings_in(tmp_path)
    settings = settings.model_copy(update={"backtest": settings.backtest.model_copy(update={"windows": 13})})
    with pytest.raises(TooLittleHistoryError, match="before the test windows"):
        search(settings, tiny_city(1, weeks=0.3, opening=False, future=48), budget=Budget(5, 1, 2))
