"""Windows: every step has passed, most are near, and a look back ends at its origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from busyness.models.neural.lookback import Windows, look_back, training_windows
from busyness.testing.tiny_city import tiny_city


def test_windows_lie_before_the_origin_at_its_hour() -> None:
    panel = tiny_city(weeks=20).sealed()
    windows = training_windows(panel, 72, most=100, seed=0)
    assert len(windows.place) == 100
    assert (windows.origin + 72 <= panel.origin).all()
    assert ((panel.origin - windows.origin) % 24 == 0).all()
    assert set(windows.place) == {0, 1, 2}
    assert len(set(zip(windows.place.tolist(), windows.origin.tolist(), strict=True))) == 100
    again = training_windows(panel, 72, most=100, seed=0)
    assert (again.origin == windows.origin).all()


def test_near_windows_are_drawn_more_often() -> None:
    panel = tiny_city(weeks=40).sealed()
    few, every = (training_windows(panel, 72, most=most, seed=0) for most in (200, 100_000))
    recent = [float((panel.origin - windows.origin < 56 * 24).mean()) for windows in (few, every)]
    assert recent[0] > 1.5 * recent[1]


def test_cells_are_the_steps_of_each_window() -> None:
    cells = Windows(np.array([1, 0], np.int32), np.array([48, 24], np.int32)).cells(3)
    assert cells.place.tolist() == [1, 1, 1, 0, 0, 0]
    assert cells.slot.tolist() == [48, 49, 50, 24, 25, 26]
    assert cells.origin.tolist() == [48, 48, 48, 24, 24, 24]


def test_a_look_back_ends_at_its_origin_and_leaves_outliers_out() -> None:
    panel = tiny_city(opening=False)
    windows = Windows(np.array([0, 1], np.int32), np.array([5, 800], np.int32))
    level = np.array([10, 20], np.float32)
    seen = look_back(panel.sealed(), windows, level)
    assert seen.shape == (2, 14 * 24)
    assert (seen[0, :-5] == 0).all(), "before the history there is nothing"
    assert np.allclose(seen[1], np.nan_to_num(np.log1p(panel.demand[1, 800 - 336 : 800] / 20)))
    outlier = panel.outlier.copy()
    outlier[1, 799] = True
    assert look_back(replace(panel, outlier=outlier).sealed(), windows, level)[1, -1] == 0
