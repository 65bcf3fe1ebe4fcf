from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.place import Place
from busyness.models.likeness import Likeness, traits
from busyness.testing.tiny_city import tiny_city

PLACES = tuple(
    Place(f"P{k}", capacity=10.0 * (k + 1), attributes={"area": float(k), "kind": "shop" if k % 2 else "kiosk"})
    for k in range(12)
)


def likeness(known: np.ndarray, *, neighbours: np.ndarray | None = None, places: tuple[Place, ...] = PLACES) -> Likeness:
    panel = replace(tiny_city(12, 1, opening=False), places=places, neighbours=neighbours)
    return Likeness.among(panel.sealed(), known)


def test_traits_are_logarithms_numbers_and_frequent_words() -> None:
    found = traits(PLACES)
    np.testing.assert_allclose(found[:, 0], np.log(10 * np.arange(1, 13)))
    np.testing.assert_allclose(found[:, 1], np.arange(12))  # holds a zero: no logarithm
    assert found[:, 2:].tolist() == [[float(k % 2 == 0), float(k % 2 == 1)] for k in range(12)]
    named = [Place(f"P{k}", attributes={"street": f"number {k}"}) for k in range(12)]
    assert traits(named).shape == (12, 1)  # a word of each its own tells nothing


def test_the_level_of_an_unknown_place_follows_capacity() -> None:
    known = np.ones(12, bool)
    known[[2, 10]] = False
    level = (3 * 10 * np.arange(1, 13)).astype(np.float32)
    level[~known] = 1
    found = likeness(known).levels(level)
    assert found[10] > 2 * found[2]
    assert found[10] == pytest.approx(330, rel=0.25)
    assert level[known].min() / 2 <= found.min() * 1.0001
    assert found.max() <= 2.0001 * level[known].max()


def test_with_nothing_to_compare_it_is_the_median() -> None:
    bare = tuple(Place(f"P{k}") for k in range(12))
    known = np.arange(12) > 0
    level = np.array([1000, *range(1, 12)], np.float32)
    np.testing.assert_allclose(likeness(known, places=bare).levels(level), 6, rtol=1e-5)


def test_those_around_count_half() -> None:
    around = np.full((12, 2), -1, np.int32)
    around[0] = [1, 2]
    table = np.repeat(np.arange(12, dtype=np.float32)[:, None], 3, axis=1)
    table[:, 2] = np.nan
    known = np.arange(12) > 0
    said = likeness(known, neighbours=around).mixed(table, 0, share=0.5)
    assert said[:2].tolist() == [0.5 * 6 + 0.5 * 1.5] * 2
    assert np.isnan(said[2])


def test_places_of_the_same_clock_are_asked_first() -> None:
    zoned = tuple(replace(place, timezone="Asia/Tokyo" if k < 3 else "America/Lima") for k, place in enumerate(PLACES))
    table = np.arange(12, dtype=np.float32)[:, None]
    known = np.arange(12) > 0
    assert likeness(known, places=zoned).mixed(table, 0, share=0.5).tolist() == [1.5]
    assert likeness(known & (np.arange(12) > 2), places=zoned).mixed(table, 0, share=0.5).tolist() == [7]
