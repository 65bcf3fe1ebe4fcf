"""Means, spreads and medians of eight beside NumPy's own."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from busyness.features.order import mean_of_seen, median_of_eight, moments


@pytest.mark.parametrize("missing", [0.0, 0.3, 0.9, 1.0])
def test_eight_values_in_any_order_with_any_missing(missing: float) -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(8, 2000)).astype(np.float32)
    values[rng.random(values.shape) < missing] = np.nan
    mean, spread, seen = moments(values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = np.nanmean(values, 0), np.nanstd(values, 0), np.nanmedian(values, 0)
    np.testing.assert_allclose(mean, expected[0], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(mean_of_seen(values), mean)
    np.testing.assert_allclose(spread, expected[1], rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(median_of_eight(values, seen), expected[2])
    np.testing.assert_array_equal(seen, np.isfinite(values).sum(0))


def test_the_network_sorts_every_zero_and_one() -> None:
    """A network that sorts all rows of zeros and ones sorts all rows (the 0–1 principle)."""
    bits = (np.arange(256)[None, :] >> np.arange(8)[:, None] & 1).astype(np.float32)
    found = median_of_eight(bits, np.full(256, 8, np.float32))
    np.testing.assert_array_equal(found, np.median(bits, axis=0))
