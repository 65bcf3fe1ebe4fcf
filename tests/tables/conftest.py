"""A forecast made by hand: gamma quantiles, templates in which the hours of a day move together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from busyness.domain.quantiles import DENSE_LEVELS
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel
from busyness.testing.tiny_city import tiny_city


def made(panel: Panel, horizon: int, *, templates: int = 64) -> Forecast:
    """This will return a forecast with known quantiles: those of 10,000 gamma draws, scaled by cell."""
    rng = np.random.default_rng(1)
    places = len(panel.places)
    usual = np.quantile(rng.gamma(4, 0.25, 10_000), DENSE_LEVELS).astype(np.float32)
    scale = rng.uniform(5, 50, (places, horizon)).astype(np.float32)
    opened = panel.open[:, panel.history : panel.history + horizon]
    quantiles = np.where(opened[..., None], scale[..., None] * usual, 0).astype(np.float32)
    shared = rng.permuted((np.arange(templates) + 0.5) / templates)[:, None, None]  # one rank for the whole day
    own = rng.permuted(np.tile(((np.arange(templates) + 0.5) / templates)[:, None, None], (1, places, horizon)), axis=0)
    ranks = np.where(np.arange(places)[None, :, None] == 0, shared, own)  # the first place's hours move as one
    return Forecast(
        places=panel.places,
        slots=panel.sealed().ahead(horizon),
        levels=DENSE_LEVELS,
        quantiles=quantiles,
        mean=np.where(opened, scale, 0).astype(np.float32),
        open=opened,
        ranks=(ranks * 256).astype(np.uint8),
        model="by hand",
    )


@pytest.fixture
def make_forecast() -> Callable[..., Forecast]:
    return made


@pytest.fixture
def forecast() -> Forecast:
    return made(tiny_city(weeks=2), 48)
