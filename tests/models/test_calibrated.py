"""A forecaster that goes on learning is calibrated by the weeks it is taught now, with errors that it had not seen."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.features.builder import DirectFeatures
from busyness.models.blend import BlendForecaster
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.recent_weeks import recent_rehearsal
from busyness.models.sampling import Sampling
from busyness.models.seasonal import SeasonalForecaster
from busyness.models.trees import TreeForecaster, TreeSettings
from busyness.tables.panel import Panel
from busyness.testing.tiny_city import tiny_city

DAY, HORIZON = 24, 72
CHANGE, NOW, END = 112 * DAY, 140 * DAY, 168 * DAY
FEW = TreeSettings(trees=60, sampling=Sampling(rows=12_000))


@cache
def wilder(before: float = 0.15, after: float = 0.5) -> Panel:
    """From one midnight on, as many come as before, but the hours scatter by ``after`` and not by ``before``."""
    panel = tiny_city(places=6, weeks=25, opening=False)
    hours = np.arange(panel.slots.count)
    usual = np.float32(60) * (1.2 + np.sin(hours / DAY * 2 * np.pi)) * (1 + np.arange(6)[:, None] / 3)
    spread = np.where(hours < CHANGE, before, after)
    noise = np.random.default_rng(3).normal(0, 1, panel.demand.shape)
    demand = np.round(usual * np.exp(noise * spread - spread**2 / 2))
    demand[:, panel.history :] = np.nan
    return replace(panel, demand=demand.astype(np.float32), known={}, past={}, holidays={})


@cache
def fitted(until: int, before: float = 0.15, after: float = 0.5) -> CalibratedForecaster:
    model = CalibratedForecaster(TreeForecaster(DirectFeatures(), FEW), version="first")
    return model.fit(wilder(before, after).until(until), HORIZON)


def covered(model: CalibratedForecaster, panel: Panel) -> float:
    """The share of what came within the 80 % bands, in the four weeks after the continuation."""
    inside = []
    for origin in range(NOW, END - HORIZON, 3 * DAY):
        said = model.predict(panel.until(origin), HORIZON)
        came = panel.demand[:, origin : origin + HORIZON]
        inside.append((came >= said.at(0.1)) & (came <= said.at(0.9)))
    return float(np.mean(inside))


@pytest.mark.parametrize("seen", [CHANGE, NOW - 7 * DAY, None], ids=["not these weeks", "most of them", "nobody knows"])
@pytest.mark.parametrize(("before", "after"), [(0.15, 0.5), (0.5, 0.15)], ids=["wilder", "calmer"])
def test_bands_hold_80_percent_after_a_continuation_over_a_change_in_spread(seen, before, after):
    panel = wilder(before, after)
    model = fitted(seen or NOW - 7 * DAY, before, after)
    longer = model.continued(panel.until(NOW), seen=seen)
    assert 0.72 < covered(longer, panel) < 0.88
    stale = fitted(CHANGE, before, after)
    assert not 0.72 < covered(stale, panel) < 0.88
    assert longer.version == model.version == "first"
    assert longer.member.boosters.keys() == model.member.boosters.keys()
    assert longer.rehearsal.origins[0] == NOW - 28 * DAY


def test_a_member_that_had_seen_the_weeks_is_not_asked_about_them():
    """Its own word on what it learned from would make the bands too narrow: somebody else is fitted before them."""
    panel = wilder()
    fits = []
    model = fitted(NOW - 7 * DAY)

    class Watched(TreeForecaster):
        def fit(self, panel, horizon):
            fits.append(panel.origin)
            return super().fit(panel, horizon)

    member = Watched(model.member.builder, model.member.settings).restored(model.member.to_parts())
    old = CalibratedForecaster.from_parts(model.to_parts(), member)
    old.continued(panel.until(NOW), seen=NOW - 7 * DAY)
    assert fits == [NOW - 28 * DAY]
    old.continued(panel.until(NOW), seen=NOW - 28 * DAY)
    assert fits == [NOW - 28 * DAY]  # it had not seen them: no fit


@pytest.mark.parametrize("seen", [CHANGE, NOW - 7 * DAY])
def test_a_blend_goes_on_with_its_weights_and_is_calibrated_too(seen):
    panel = wilder()
    members = [TreeForecaster(DirectFeatures(), replace(FEW, trees=trees)) for trees in (40, 60)]
    model = CalibratedForecaster(BlendForecaster(members)).fit(panel.until(seen), HORIZON)
    longer = model.continued(panel.until(NOW), seen=seen)
    assert longer.member.weights is model.member.weights
    assert 0.72 < covered(longer, panel) < 0.88


def test_nothing_after_the_origin_is_read():
    panel = wilder()
    noise = panel.demand.copy()
    noise[:, NOW:] = 1e6
    one, other = (fitted(CHANGE).continued(each.until(NOW), seen=CHANGE) for each in (panel, replace(panel, demand=noise)))
    for name, array in one.to_parts().arrays.items():
        np.testing.assert_array_equal(array, other.to_parts().arrays[name])
    assert one.to_parts().texts == other.to_parts().texts


def test_with_too_little_to_measure_the_old_calibration_stays():
    panel = wilder()
    young = fitted(CHANGE)
    assert recent_rehearsal(panel.until(20 * DAY), HORIZON) is None
    silent = panel.demand.copy()
    silent[:, CHANGE:] = np.nan
    longer = young.continued(replace(panel, demand=silent).until(NOW), seen=CHANGE)
    assert longer.calibrator is young.calibrator
    assert longer.places == young.places


def test_a_member_that_cannot_go_on_says_so():
    model = CalibratedForecaster(SeasonalForecaster(DirectFeatures())).fit(wilder().until(60 * DAY), HORIZON)
    with pytest.raises(InputError, match="A 'seasonal' model cannot be continued"):
        model.continued(wilder().until(NOW))
    with pytest.raises(InputError, match="cannot be continued"):
        CalibratedForecaster(TreeForecaster(DirectFeatures(), FEW)).continued(wilder().until(NOW))
