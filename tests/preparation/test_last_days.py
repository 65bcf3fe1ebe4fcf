"""Only the last days are seen, and nothing else changes."""

import numpy as np

from busyness.preparation.last_days import last_days
from busyness.testing.tiny_city import tiny_city


def test_what_lies_before_is_not_observed():
    panel = tiny_city(2, weeks=8).sealed()
    some = last_days(panel, 28)
    first = panel.origin - 28 * 24
    assert not np.isfinite(some.demand[:, :first]).any()
    assert np.array_equal(some.demand[:, first:], panel.demand[:, first:], equal_nan=True)
    assert np.array_equal(some.open, panel.open)
    assert some.origin == panel.origin


def test_more_days_than_there_are_change_nothing():
    panel = tiny_city(1, weeks=3).sealed()
    assert np.array_equal(last_days(panel, 365).demand, panel.demand, equal_nan=True)
