"""Pretrained models: every promise of a member, by a stand-in that is as quick as it is simple; and real, tiny weights."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, InputError, MissingExtraError
from busyness.features.builder import DirectFeatures
from busyness.models.chronos import ChronosForecaster, ChronosSettings, pipeline
from busyness.tables.parts import Parts
from busyness.testing.conformance import MedianForecasterConformance
from busyness.testing.tiny_city import tiny_city

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.skipif(find_spec("chronos") is None, reason="the extra chronos is not installed")


class YesterdayAgain:
    """A stand-in with the interface of the library's pipelines."""

    def predict_quantiles(self, inputs: Any, prediction_length: int, quantile_levels: list[float]) -> tuple[Any, Any]:
        day = torch.nan_to_num(inputs[:, -24:])
        said = day.repeat(1, prediction_length // 24 + 1)[:, :prediction_length]
        return torch.stack([said * (0.5 + level) for level in quantile_levels], dim=-1), said


def stand_in(settings: ChronosSettings) -> YesterdayAgain:
    del settings
    return YesterdayAgain()


def make() -> ChronosForecaster:
    return ChronosForecaster(DirectFeatures(), ChronosSettings("somewhere", context=336), load=stand_in)


def restored(parts: Parts) -> ChronosForecaster:
    features = DirectFeatures.from_facts(parts.facts["features"])
    return ChronosForecaster(features, ChronosSettings(), load=stand_in).restored(parts)


class TestChronos(MedianForecasterConformance):
    def make(self) -> ChronosForecaster:
        return make()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored


def test_it_says_what_the_pipeline_says_where_the_place_is_open() -> None:
    panel = tiny_city(opening=False).sealed()
    said = make().fit(panel, 24).medians(panel, [panel.origin], 24)[0]
    assert (said == np.nan_to_num(panel.demand[:, -24:])).all()


def test_weights_that_cannot_be_had_are_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    model = ChronosForecaster(DirectFeatures(), ChronosSettings(str(tmp_path / "none")))
    with pytest.raises(InputError, match=r"cannot be had here.*name their folder"):
        model.fit(tiny_city().sealed(), 24)


def test_a_hub_that_does_not_answer_is_asked_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    hub = import_module("huggingface_hub")
    asked = []

    def silent(**_: object) -> None:
        asked.append(1)
        raise OSError("nobody there")

    monkeypatch.setattr(hub, "get_session", lambda: SimpleNamespace(head=lambda *_, **__: silent()))
    with pytest.raises(InputError, match='--arguments "weights=FOLDER"'):
        pipeline(ChronosSettings("busyness-tests/no-such-weights"))
    assert asked == [1]
    assert "Retry" not in caplog.text


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("busyness.models.chronos.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"busyness\[chronos\]"):
        pipeline(ChronosSettings())


def test_parts_without_settings_are_refused() -> None:
    with pytest.raises(ArtifactError):
        make().restored(Parts("chronos", {}))


@pytest.mark.slow
def test_real_weights_in_a_folder_answer(tmp_path: Path) -> None:
    bolt_model = import_module("chronos.chronos_bolt").ChronosBoltModelForForecasting
    torch.manual_seed(0)
    patches = {"context_length": 64, "prediction_length": 16, "input_patch_size": 8, "input_patch_stride": 8}
    bolt = {**patches, "quantiles": [0.1, 0.5, 0.9], "use_reg_token": True}
    sizes = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_decoder_layers": 1, "num_heads": 2, "vocab_size": 2}
    kind = {
        "chronos_config": bolt,
        "chronos_pipeline_class": "ChronosBoltPipeline",
        "pad_token_id": 0,
        "decoder_start_token_id": 0,
    }
    config = import_module("transformers").T5Config(**sizes, **kind)
    config.architectures = ["ChronosBoltModelForForecasting"]
    bolt_model(config).save_pretrained(tmp_path)
    panel = tiny_city(opening=False).sealed()
    model = ChronosForecaster(DirectFeatures(), ChronosSettings(str(tmp_path), context=64)).fit(panel, 24)
    said = model.medians(panel, [panel.origin], 24)
    assert np.isfinite(said).all()
    assert (said == model.medians(panel, [panel.origin], 24)).all()
    assert (said[..., :10] == model.medians(panel, [panel.origin], 10)).all()
