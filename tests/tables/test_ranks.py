from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from busyness.tables.ranks import RANK_STEPS, RankReader, spread_over_places


def test_a_rank_is_read_where_it_lies_between_the_levels() -> None:
    reader = RankReader((0.25, 0.5, 0.75), np.array([[[0, 100, 200]]], np.float32))
    still = np.zeros((1, 1), np.int16)
    read = [float(reader.at(np.array([[rank]], np.uint8), still)[0, 0]) for rank in (0, 63, 96, 128, 192, 255)]
    np.testing.assert_allclose(read, [0, 0, 100 * 0.127 / 0.25, 100.8, 200, 200], atol=1)


def test_a_shift_never_leaves_the_distribution() -> None:
    reader = RankReader((0.1, 0.9), np.array([[[3, 7]]], np.float32))
    for rank, shift, value in ((0, -40, 3), (255, 300, 7)):
        assert reader.at(np.array([[rank]], np.uint8), np.array([[shift]], np.int16))[0, 0] == value


@given(st.integers(1, 256), st.floats(0, 1, exclude_max=True), st.integers(8, 400))
def test_the_shifts_of_many_places_cancel(templates: int, chance: float, places: int) -> None:
    width = RANK_STEPS / templates
    shift = spread_over_places(np.array([chance]), np.arange(places), templates=templates)
    assert shift.shape == (places, 1)
    assert (np.abs(shift) <= width / 2 + 1).all()
    assert abs(shift.mean() + 0.5) <= 0.5 + 2 * width / places  # rounded down to a step: half a step on average


def test_the_templates_reach_every_rank_once() -> None:
    for templates in (1, 4, 64, 256):
        width = RANK_STEPS // templates
        shift = spread_over_places((np.arange(width) + 0.5) / width, np.array([0]), templates=templates)[0]
        reached = (np.arange(templates) + 0.5)[:, None] * width
        assert sorted((reached.astype(int) + shift).ravel()) == list(range(RANK_STEPS))
