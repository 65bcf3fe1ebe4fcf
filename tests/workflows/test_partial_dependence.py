"""One feature at other values, all else as it is: a strong one moves the forecast, through what is said."""

from datetime import UTC

import pytest

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.explain import Explainer
from busyness.workflows.explained import explained
from busyness.workflows.forecast import forecast
from busyness.workflows.partial_dependence import VALUES, partial_dependence
from busyness.workflows.settings import RunSettings
from busyness.workflows.simulated import MARK


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("said")
    settings = RunSettings.model_validate({"model": {"horizon": 48, "fast": True, "threads": 1}, "backtest": {"windows": 0}})
    forecast(settings, tiny_city(weeks=12)).write(out)
    return out


def test_the_hour_moves_the_forecast_and_its_own_values_bring_back_what_is_said(folder):
    explainer = Explainer.of(folder)
    strongest = max(explainer.names, key=lambda name: _span(explainer, name))
    found = partial_dependence(explainer, strongest)
    assert 2 <= found.table.height <= VALUES
    assert (found.table["low"] <= found.table["high"]).all()
    assert found.table["expected"].min() <= found.now <= found.table["expected"].max()
    assert found.table["value"].is_sorted()


def _span(explainer, name):
    try:
        expected = partial_dependence(explainer, name).table["expected"]
    except InputError:
        return -1.0
    return expected.max() - expected.min()


def test_what_cannot_be_asked_is_told(folder):
    explainer = Explainer.of(folder)
    with pytest.raises(InputError, match="no feature 'hou'"):
        partial_dependence(explainer, "hou")
    with pytest.raises(UnknownPlaceError):
        partial_dependence(explainer, explainer.names[0], place="nowhere")
    with pytest.raises(InputError, match="either for one slot or for the effect"):
        explained(folder, "A", None)


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_are_written_in_both_languages(folder, tmp_path, language):
    explainer = Explainer.of(folder)
    place = explainer.places[0]
    rows = explainer.rows_of(place.id)
    step = int(explainer.examples(rows[:1]).cells.slot[0])
    start = explainer._said.slots.start + step * explainer._said.slots.length.step
    time = start.astype("datetime64[us]").item()
    found = explained(folder, place.id, time.replace(tzinfo=UTC), language=language, page=tmp_path / "why.html")
    page = (tmp_path / "why.html").read_text()
    assert place.id in page
    assert ("Por qué el pronóstico" if language == "es" else "Why the forecast") in page
    assert "http" not in page.replace("http-equiv", "")
    assert found.facts["forecast"] > 0
    effect = explained(folder, None, None, effect="horizon", language=language, page=tmp_path / "effect.html")
    assert "horizon" in (tmp_path / "effect.html").read_text()
    assert effect.facts["values"]
    meaning = explainer.meaning("horizon", language)
    assert meaning
    assert meaning in (tmp_path / "effect.html").read_text()
    assert any(share in page for share in (explainer.meaning(name, language) for name in found.facts["features"]))
    told = " ".join([effect.sentence, *effect.notes])
    assert ("De y a: entre ambos" if language == "es" else "low and high: four in five") in told
    assert ("Tal como está" if language == "es" else "As it is") in told


def test_pages_of_simulated_data_say_so(folder, tmp_path):
    explainer = Explainer.of(folder)
    place = explainer.places[0]
    step = int(explainer.examples(explainer.rows_of(place.id)[:1]).cells.slot[0])
    start = explainer._said.slots.start + step * explainer._said.slots.length.step
    time = start.astype("datetime64[us]").item().replace(tzinfo=UTC)
    mark = folder / "input" / MARK
    mark.parent.mkdir()
    for told in (False, True):
        if told:
            mark.write_text("simulated")
        explained(folder, place.id, time, page=tmp_path / "why.html")
        explained(folder, None, None, effect="horizon", page=tmp_path / "effect.html")
        for name in ("why.html", "effect.html"):
            assert ('class="banner"' in (tmp_path / name).read_text()) is told
    mark.unlink()
    mark.parent.rmdir()
