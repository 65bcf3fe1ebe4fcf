"""The embedding network in Keras, each backend in a process of its own: PyTorch and TensorFlow in one process crash."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_NO_BACKEND = """
from busyness.domain.errors import SettingsError
from busyness.models.neural.keras_embedding import keras_library
try:
    keras_library()
except SettingsError as fault:
    print(fault)
"""

_SCRIPT = """
import json, sys, warnings
import numpy as np
from busyness.features.builder import DirectFeatures
from busyness.models.neural.embedding import EmbeddingForecaster, NetworkSettings
from busyness.models.neural.keras_embedding import keras_library, keras_trained
from busyness.models.neural.schedule import Descent
from busyness.models.seasonal import SeasonalForecaster
from busyness.tables.parts import Parts
from busyness.testing.tiny_city import tiny_city

panel = tiny_city(weeks=16)
origin = panel.history - 168
sealed, ahead = panel.until(origin), panel.demand[:, origin : origin + 168]
settings = NetworkSettings(hidden=(16,), embedding=2, descent=Descent(epochs=4, batch=256, rate=1e-2))

def said(model):
    return model.medians(sealed, [origin], 168)[0]

def make():
    return EmbeddingForecaster(DirectFeatures(), settings, trainer=keras_trained, kind="keras")

one, two = make().fit(sealed, 168), make().fit(sealed, 168)
parts = one.to_parts()
features = DirectFeatures.from_facts(parts.facts["features"])
again = EmbeddingForecaster(features, settings, trainer=keras_trained, kind="keras")
profile = SeasonalForecaster(DirectFeatures()).fit(sealed, 168)
print(json.dumps({
    "backend": keras_library().backend.backend(),
    "both": {"torch", "tensorflow"} <= set(sys.modules),
    "error": float(np.nanmean(np.abs(said(one) - ahead))),
    "profile": float(np.nanmean(np.abs(said(profile) - ahead))),
    "same": bool((said(one) == said(two)).all()),
    "restored": bool((said(one) == said(again.restored(parts))).all()),
    "kind": parts.kind,
    "continued": bool((said(one.continued(sealed)) != said(one)).any()),
}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["torch", "tensorflow"])
def test_it_learns_answers_and_is_restored_on(backend: str, tmp_path: Path) -> None:
    for library in ("keras", backend):
        if importlib.util.find_spec(library) is None:
            pytest.skip(f"{library} is not installed")
    script = tmp_path / "learn.py"
    script.write_text(_SCRIPT, "utf-8")
    quiet = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
    environment = {**os.environ, **quiet}
    ran = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, env=environment)
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    assert found["backend"] == backend
    assert not found["both"], "PyTorch and TensorFlow were both loaded"
    assert found["kind"] == "keras"
    assert found["error"] < found["profile"]
    assert found["same"], "the same seed trained another network"
    assert found["restored"]
    assert found["continued"]


@pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="the extra keras is not installed")
def test_a_backend_that_there_is_not_is_said() -> None:
    environment = {**os.environ, "KERAS_BACKEND": "nonsense"}
    done = subprocess.run([sys.executable, "-c", _NO_BACKEND], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "Keras cannot work with KERAS_BACKEND=nonsense. Use torch or tensorflow."
