"""An explanation adds up to the forecast, speaks both languages, and says what is wrong with a question."""

from datetime import UTC, datetime, timedelta

import pytest

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.explain import EXAMPLES, Explainer, explain, families_table
from busyness.workflows.folder import read_forecast
from busyness.workflows.forecast import forecast
from busyness.workflows.settings import RunSettings


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
