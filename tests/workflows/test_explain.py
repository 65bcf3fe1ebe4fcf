"""An explanation adds up to the forecast, speaks both languages, and says what is wrong with a question."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.models.online import UpdatingForecaster
from busyness.registry.artifact import load_artifact, save_artifact
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.explain import EXAMPLES, Explainer, explain, families_table
from busyness.workflows.explained import explained
from busyness.workflows.folder import read_forecast
from busyness.workflows.forecast import forecast
from busyness.workflows.predict import predict
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.restored import restored


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("said")
    settings = RunSettings.model_validate({"model": {"horizon": 48, "fast": True, "threads": 1}, "backtest": {"windows": 0}})
    forecast(settings, tiny_city(weeks=12)).write(out)
    return out


def moments(folder):
    said = read_forecast(folder).forecast
    start = datetime.fromisoformat(str(said.slots.start)).replace(tzinfo=UTC)
    return said, [start + timedelta(hours=k) for k in range(said.slots.count)]


def test_families_add_up_to_every_open_slot_s_forecast(folder):
    explainer = Explainer.of(folder)
    said, times = moments(folder)
    seen = 0
    for step in range(0, 48, 5):
        if not said.open[1, step]:
            continue
        found = explainer.explain(said.ids[1], times[step])
        median = float(said.quantiles[1, step, said.levels.index(0.5)])
        assert sum(share.amount for share in found.families) == pytest.approx(median, abs=1e-3)
        assert found.time == times[step]
        assert families_table(found)["contribution"].sum() == pytest.approx(median, abs=1e-3)
        rest = next((share.amount for share in found.families if share.name == "rest"), 0.0)
        assert abs(rest) < 0.1 * median + 1
        seen += 1
    assert seen >= 3


def test_both_languages_and_names(folder):
    said, times = moments(folder)
    step = int(said.open[0].argmax())
    place = said.places[0]
    english = explain(folder, place.name, times[step])
    spanish = explain(folder, place.id, times[step], language="es")
    assert english.forecast == spanish.forecast
    assert "expected" in english.sentence
    assert "se esperan" in spanish.sentence
    assert place.label in spanish.sentence
    for one, other in zip(english.features, spanish.features, strict=True):
        assert one.name == other.name
        assert one.meaning != other.meaning or one.meaning.startswith("1 …")


def test_a_model_that_goes_on_learning_is_explained_by_the_one_within(folder, tmp_path):
    said, times = moments(folder)
    step = int(said.open[0].argmax())
    shutil.copytree(folder, tmp_path / "own")
    parts, card = load_artifact(folder / "model")
    learning = UpdatingForecaster(restored(parts, threads=1, version=card.version))
    save_artifact(tmp_path / "own" / "model", learning.to_parts(), card)
    assert explain(tmp_path / "own", said.ids[0], times[step]) == explain(folder, said.ids[0], times[step])


def test_what_cannot_be_explained_is_told(folder, tmp_path):
    said, times = moments(folder)
    with pytest.raises(UnknownPlaceError):
        explain(folder, "P9", times[0])
    with pytest.raises(InputError, match="runs from"):
        explain(folder, said.ids[0], times[0] - timedelta(days=1))
    closed = int((~said.open[0]).argmax())
    with pytest.raises(InputError, match="closed"):
        explain(folder, said.ids[0], times[closed])
    with pytest.raises(InputError, match="es or en"):
        explain(folder, said.ids[0], times[0], language="fr")
    with pytest.raises(InputError, match="keeps no rows"):
        explain(tmp_path, said.ids[0], times[0])
    (tmp_path / EXAMPLES).write_bytes(b"PK broken")
    with pytest.raises(ArtifactError, match="cannot be read"):
        explain(tmp_path, said.ids[0], times[0])
    (tmp_path / EXAMPLES).unlink()
    shutil.copytree(folder, tmp_path / "older")
    (tmp_path / "older" / EXAMPLES).unlink()
    with pytest.raises(InputError, match=r"written without them\. Forecast again"):
        explain(tmp_path / "older", said.ids[0], times[0])


def test_a_forecast_too_large_for_its_rows_says_so(folder, tmp_path, monkeypatch):
    monkeypatch.setattr("busyness.workflows.explain._MOST_VALUES", 100)
    shutil.copytree(folder, tmp_path / "large")
    (tmp_path / "large" / EXAMPLES).unlink()
    said, times = moments(folder)
    with pytest.raises(InputError, match="too many to be kept"):
        explain(tmp_path / "large", said.ids[0], times[0])


def test_what_a_saved_model_says_of_fresh_rows_is_explained(folder, tmp_path):
    settings = RunSettings.model_validate({"model": {"horizon": 48, "threads": 1}})
    predict(folder, settings, source=tiny_city(weeks=12)).write(tmp_path)
    said, times = moments(folder)
    step = int(said.open[0].argmax())
    assert explain(tmp_path, said.ids[0], times[step]) == explain(folder, said.ids[0], times[step])


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_model_that_does_not_say_what_features_did_leaves_their_table_out(tmp_path, language):
    settings = RunSettings.model_validate(
        {"model": {"model": "seasonal", "horizon": 24, "threads": 1}, "backtest": {"windows": 0}}
    )
    forecast(settings, tiny_city(weeks=8)).write(tmp_path)
    said, times = moments(tmp_path)
    page = tmp_path / "why.html"
    found = explained(tmp_path, said.ids[0], times[int(said.open[0].argmax())], language=language, page=page)
    sentence = {"en": "What each single feature adds is not told", "es": "Aquí no se dice cuánto suma cada"}[language]
    assert found.notes[0].startswith(sentence)
    assert len(found.tables) == 1
    assert found.facts["features"] == {}
    assert sentence in page.read_text()
    assert 'id="features"' not in page.read_text()
