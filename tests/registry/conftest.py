"""A model's parts and card that hold one of everything."""

from __future__ import annotations

import numpy as np
import pytest

from busyness.registry.card import Card, software
from busyness.registry.fingerprint import data_card, version_of
from busyness.tables.parts import Parts
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city


@pytest.fixture
def parts() -> Parts:
    arrays = {
        "calibration.ranks": np.arange(12, dtype=np.uint8).reshape(3, 4),
        "fortran": np.asfortranarray(np.linspace(0, 1, 6, dtype=np.float32).reshape(2, 3)),
        "scalar": np.array(3.5),
        "words": np.array(["P1", "Ñandú"]),
        "times": np.array(["2024-01-01", "NaT"], "datetime64[s]"),
        "none": np.zeros((0, 5), np.float32),
    }
    facts = {"levels": [0.1, 0.5], "features": {"families": ["level", "recent"]}, "name": "Ñ", "rows": 12, "none": None}
    return Parts("calibrated", facts, {"member.trees": "tree\nend of trees\r\nñ", "empty": ""}, arrays)


@pytest.fixture
def card(parts: Parts) -> Card:
    seen = data_card(tiny_city(), source="counts.csv")
    return Card(
        kind="boosted",
        version=version_of(parts, seen.fingerprint),
        created_at=FakeClock().now(),
        software=software(),
        data_card=seen,
        features=({"name": "hour", "family": "calendar", "kind": "numeric"},),
        parameters={"trees": 20, "levels": (0.1, 0.9)},
        seed=3,
        threads=2,
        metrics={"mae": 1.5, "seasonal_naive": {"mae": 2.5}},
        seconds={"fit": 1.25},
    )
