"""Writes the artifacts that ``test_golden.py`` reads back: run it once for each new format, never for an old one.

``python tests/registry/make_golden.py tests/registry/golden/3`` with the code that writes format 3.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from busyness.domain.stopwatch import Stopwatch
from busyness.features.builder import DirectFeatures
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.sampling import Sampling
from busyness.models.seasonal import SeasonalForecaster
from busyness.models.trees import TreeForecaster, TreeSettings
from busyness.registry.artifact import save_artifact
from busyness.registry.card import Card, software
from busyness.registry.fingerprint import data_card, version_of
from busyness.tables.panel import Panel
from busyness.tables.verbs import Forecaster, MedianForecaster
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city

HORIZON = 24


def golden_panel() -> Panel:
    """This will return the two places that the golden models know."""
    return tiny_city(2, weeks=5, seed=7, future=HORIZON)


def members() -> dict[str, MedianForecaster]:
    """This will return what is kept: one model that learns nothing and one of few trees."""
    few = TreeSettings(trees=6, num_leaves=7, sampling=Sampling(rows=2_000))
    return {
        "seasonal": SeasonalForecaster(DirectFeatures()),
        "boosted": TreeForecaster(DirectFeatures(), few, kind="boosted"),
    }


def numbers(model: Forecaster) -> dict[str, list[float]]:
    """This will return a few numbers of the forecast: those that have to come back."""
    said = model.predict(golden_panel().sealed(), HORIZON)
    middle = said.quantiles[:, :, len(said.levels) // 2]
    return {"median": np.round(middle[:, 8:20:4], 4).ravel().tolist(), "mean": np.round(said.mean[:, 12], 4).tolist()}


def main(folder: Path) -> None:
    """This will write both models and what they say."""
    panel, seen = golden_panel(), data_card(golden_panel(), source="tiny city")
    expected = {}
    for name, member in members().items():
        model = CalibratedForecaster(member, watch=Stopwatch()).fit(panel.sealed(), HORIZON)
        card = Card(
            kind=name,
            version=version_of(model.to_parts(), seen.fingerprint),
            created_at=FakeClock().now(),
            software=software(),
            data_card=seen,
            parameters={"horizon": HORIZON},
        )
        save_artifact(folder / name, model.to_parts(), card)
        expected[name] = {"version": card.version, **numbers(model)}
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
