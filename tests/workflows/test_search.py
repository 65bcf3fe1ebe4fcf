"""A search goes on where it stopped, never sees the test windows, and finds settings that can be used."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, MissingExtraError, TooLittleHistoryError
from busyness.models.blend import BlendForecaster
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.backtest import chosen_origins
from busyness.workflows.config import read_config
from busyness.workflows.ingest import from_panel
from busyness.workflows.search import STORAGE, Budget, _Tried, before_tests, search
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


def replace_arguments(settings, **arguments):
    return settings.model_copy(update={"model": settings.model.model_copy(update={"arguments": arguments})})


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
    assert run.best in run.trials["mae"]
    assert first["model.alpha"] == pytest.approx(1e-3)
    assert set(run.trials["state"]) <= {"complete", "pruned"}
    ended = run.trials.filter(pl.col("state") == "pruned")
    assert ended["mae"].null_count() == ended.height
    assert ended["mean_to_1"].null_count() == 0  # it was scored on the first window, and ended there


def test_what_seems_better_has_to_beat_the_given_on_windows_that_no_trial_saw(ran):
    _, run = ran
    proven = run.trials.filter(pl.col("proof").is_not_null())
    better = run.trials.filter(pl.col("mae") < run.given).sort("mae", "number")
    better = better.unique(["outliers", "impute", "last_days"], keep="first", maintain_order=True).head(5)  # differ
    assert set(proven["number"]) == {0, *better["number"]}
    given = proven.filter(pl.col("number") == 0)["proof"].item()
    stood = proven.filter(pl.col("proof") < given)
    best = stood.sort(pl.col("mae") + pl.col("proof")).row(0, named=True)
    assert run.proof == (given, best["proof"])
    assert run.best == best["mae"]
    assert run.chosen == best["number"]
    assert "no trial was scored on" in run.told()
    assert "Proof on later ones" in run.to_yaml()


def test_the_given_settings_stay_where_nothing_stands_the_proof(city, tmp_path, monkeypatch):
    real = _Tried.error

    def unlucky(self, settings, origin):
        worse = origin in self.proof and settings.model.arguments["alpha"] != 1e-3
        return real(self, settings, origin) + 100 * worse

    monkeypatch.setattr(_Tried, "error", unlucky)
    run = search(settings_in(tmp_path), city, budget=Budget(5, 8, 2))
    assert run.trials["mae"].min() < run.given == run.best
    assert run.settings.model.arguments == {"alpha": 1e-3}
    assert "given settings stay" in run.told()
    run.write(tmp_path)
    assert "Some trials seemed better" in (tmp_path / "search.html").read_text()


def test_windows_of_the_proof_come_after_those_of_the_trials(city, tmp_path, monkeypatch):
    asked = []
    real = _Tried.error

    def remembered(self, settings, origin):
        asked.append((origin, self.origins, self.proof))
        return real(self, settings, origin)

    monkeypatch.setattr(_Tried, "error", remembered)
    search(settings_in(tmp_path), city, budget=Budget(5, 3, 2))
    first = chosen_origins(city, 24, settings_in(tmp_path).backtest)[0]
    origins, proof = asked[0][1:]
    assert len(origins) == len(proof) == 2
    assert max(origins) < min(proof) <= max(proof) + 24 <= first
    assert {origin for origin, *_ in asked} == {*origins, *proof}


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
    assert more.trials.head(run.trials.height).drop("proof").equals(run.trials.drop("proof"))
    assert more.given == run.given
    assert more.best <= more.given
    assert (settings.output.out / STORAGE).is_file()
    own = replace_arguments(settings, alpha=0.01)
    run = search(own, city, budget=Budget(5, 1, 2))  # from other settings: they are tried, and compared with the same trials
    assert run.given == run.trials.filter(pl.col("model.alpha") == 0.01)["mae"].item()
    assert run.best <= run.given
    other = search(settings, tiny_city(1, weeks=8, opening=False, future=48, seed=1), budget=Budget(5, 1, 2))
    assert other.trials.height == 1  # other data: another study in the same file


SMALL = {"windows": 500, "epochs": 2, "encoder": 32, "width": 32, "layers": 1}
SEARCHED = {
    "ridge": {},
    "blend": {"arguments": {"members": ["ridge", {"model": "ridge", "days": 40}, "seasonal"]}},
    "embedding": {"fast": True},
    "tide": {"fast": True, "arguments": SMALL},
}


@pytest.mark.parametrize("model", list(SEARCHED))
def test_no_slot_of_the_test_windows_is_touched(city, tmp_path, model):
    if model in {"embedding", "tide"}:
        pytest.importorskip("torch")
    first = chosen_origins(city, 24, settings_in(tmp_path).backtest)[0]
    noise = np.random.default_rng(0).uniform(0, 1e6, city.demand.shape).astype(np.float32)
    later = (np.arange(city.slots.count) >= first) & np.isfinite(city.demand)
    other = replace(city, demand=np.where(later, noise, city.demand))
    chosen, trials = SEARCHED[model], 6 if model in {"ridge", "blend"} else 2
    runs = [
        search(settings_in(tmp_path / name, model=model, **chosen), panel, budget=Budget(5, trials, 2))
        for name, panel in (("as it is", city), ("noise", other))
    ]
    assert runs[0].trials.drop("seconds").equals(runs[1].trials.drop("seconds"))
    assert runs[0].trials["mae"].drop_nulls().n_unique() > 1 or model == "tide"
    assert runs[0].settings.model.arguments == runs[1].settings.model.arguments


def test_before_the_tests_is_before_their_first_slot(city, tmp_path):
    first = chosen_origins(city, 24, settings_in(tmp_path).backtest)[0]
    cut = before_tests(from_panel(city, settings_in(tmp_path)), settings_in(tmp_path))
    assert cut.history == first
    assert not np.isfinite(cut.demand[:, first:]).any()


def test_the_blend_that_was_found_is_the_blend_that_is_trained(city, tmp_path):
    settings = settings_in(tmp_path / "found", model="blend", **SEARCHED["blend"])
    run = search(settings, city, budget=Budget(5, 8, 2))
    taking = run.trials.select("members.ridge1", "members.ridge2", "members.seasonal").drop_nulls()
    assert taking.unique().height > 1  # some trials leave a candidate out
    left_out = run.trials.filter(~pl.col("members.ridge1"))
    assert left_out["ridge1.alpha"].null_count() == left_out.height > 0
    run.write(tmp_path / "found")
    best = read_config(tmp_path / "found" / "best.yaml")
    assert {"model", "preparation"} <= best.model_fields_set  # retrain takes each block as a whole
    assert (best.model, best.preparation) == (run.settings.model, run.settings.preparation)
    trained = train(best, city)
    assert isinstance(trained.model.member, BlendForecaster)
    wanted = [each if isinstance(each, str) else each["model"] for each in best.model.arguments["members"]]
    assert [getattr(each, "member", each).kind for each in trained.model.member.members] == wanted


def test_a_search_that_was_killed_tries_the_given_settings_again(city, tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("busyness.workflows.search._Tried.error", killed)
        with pytest.raises(KeyboardInterrupt):
            search(settings_in(tmp_path), city, budget=Budget(5, 1, 2))
    run = search(settings_in(tmp_path), city, budget=Budget(5, 1, 2))
    assert run.trials["state"].to_list() == ["fail", "complete"]
    assert run.best == run.given


@pytest.mark.parametrize("stopped_in", ["searching", "proving"])
def test_a_search_that_is_stopped_writes_what_it_found(city, tmp_path, monkeypatch, capfd, stopped_in):
    real, calls = _Tried.error, []

    def stopped(self, settings, origin):
        calls.append(origin)
        if origin in self.proof if stopped_in == "proving" else len(calls) == 10:
            raise KeyboardInterrupt
        return real(self, settings, origin)

    settings = settings_in(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(_Tried, "error", stopped)
        run = search(settings, city, budget=Budget(5, 6, 2))
    assert run.stopped
    assert run.proof is None
    assert run.best == run.trials["mae"].min()
    assert ("It was stopped before the proof; the same command goes on." in run.told()) == (run.best < run.given)
    assert "given settings stay" not in run.told()
    spanish = run.settings.model_copy(update={"output": run.settings.output.model_copy(update={"lang": "es"})})
    assert "la misma orden continúa" in replace(run, settings=spanish).told()
    run.write(tmp_path)
    assert read_config(tmp_path / "best.yaml").model.arguments == run.settings.model.arguments
    assert "Traceback" not in capfd.readouterr().err
    more = search(settings, city, budget=Budget(5, 2, 2))
    assert not more.stopped
    assert more.trials.height == run.trials.height + 2


def test_fewer_windows_than_asked_for_are_told(city, tmp_path):
    run = search(settings_in(tmp_path), city, budget=Budget(5, 1, 500))
    assert run.notes[0].startswith(f"The history has room for {len(run.origins)} windows to search on, not 500")
    assert not search(settings_in(tmp_path / "few"), city, budget=Budget(5, 1, 2)).notes


def test_what_the_given_settings_cannot_do_is_said_at_once(city, tmp_path, monkeypatch):
    pytest.importorskip("torch")
    monkeypatch.setattr("busyness.models.neural.descent.torch", None)
    for _ in range(2):  # the second time the given settings failed already
        with pytest.raises(MissingExtraError, match="PyTorch"):
            search(settings_in(tmp_path, model="embedding", fast=True), city, budget=Budget(5, 3, 2))


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
