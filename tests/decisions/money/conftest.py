"""Two places over a week: a plan that follows the visitors and a flat practice with as many hours."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from busyness.decisions.money.from_tables import flat_heads
from busyness.decisions.money.problem import MoneyProblem, Practice

START = datetime(2025, 1, 6, 5, tzinfo=UTC)


@pytest.fixture
def problem() -> MoneyProblem:
    rng = np.random.default_rng(2)
    hour = np.arange(168) % 24
    opened = np.broadcast_to((hour >= 8) & (hour < 22), (2, 168)).astype(float)
    usual = opened * np.array([[90.0], [50.0]]) * (1 + 0.6 * np.sin((hour - 8) * np.pi / 7))
    visitors = rng.poisson(usual * rng.lognormal(0, 0.1, (120, 2, 1))).astype(float)
    heads = np.ceil(usual * 3 / 60 / 0.85)
    return MoneyProblem(
        ("A", "B"), START, 1.0, visitors, Practice(heads), Practice(flat_heads(heads, opened)), currency="PEN"
    )
