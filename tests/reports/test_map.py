from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.place import Place
from busyness.reports.map import Map, MapMaterial, drawn_map
from busyness.reports.words import words_of

ENGLISH = words_of("en")
SQUARE = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
HOLE = [(0.4, 0.4), (0.6, 0.4), (0.6, 0.6), (0.4, 0.6), (0.4, 0.4)]


def drawn(*args: object, **fields: object) -> Map:
    made = drawn_map(MapMaterial(*args, **fields), ENGLISH)  # type: ignore[arg-type]
    assert made is not None
    return made


def test_an_area_is_its_outline_with_its_holes_and_a_place_without_is_a_dot() -> None:
    places = (Place("a", "Area"), Place("s", latitude=0.5, longitude=2.0), Place("n"))
    made = drawn(places, {"a": [SQUARE, HOLE]}, {"a": 1200, "s": None}, title="Trips", unit="trips")
    area, dot = sorted(made.spots, key=lambda spot: spot.number)
    assert area.path.count("M") == area.path.count("Z") == 2
    assert area.said == "Area: 1,200 trips"
    assert dot.radius > 0
    assert not dot.path
    assert dot.said == "s: no value"
    assert dot.shade == -1
    assert made.note == "1 place has no position and is not on the map. 1 place has no value."
    assert "2 places: Trips" in made.said


def test_nothing_to_draw_is_no_map() -> None:
    assert drawn_map(MapMaterial((Place("a"),), {"a": []}, {"a": 3.0}), ENGLISH) is None


def test_larger_values_are_darker_and_larger() -> None:
    places = tuple(Place(str(k), latitude=k / 50, longitude=k / 60) for k in range(8))
    spots = sorted(drawn(places, values={str(k): float(k) for k in range(8)}).spots, key=lambda spot: spot.number)
    assert [spot.shade for spot in spots] == sorted(spot.shade for spot in spots)
    assert [spot.radius for spot in spots] == sorted({spot.radius for spot in spots})
    assert (spots[0].shade, spots[-1].shade) == (0, 5)


def test_small_dots_lie_upon_large_ones() -> None:
    places = tuple(Place(str(k), latitude=0, longitude=0) for k in range(3))
    assert [spot.number for spot in drawn(places, values={"0": 1.0, "1": 9.0, "2": 4.0}).spots] == [1, 2, 0]


def test_a_map_without_values_names_places_only() -> None:
    made = drawn((Place("a", "Here", latitude=1, longitude=1),))
    assert made.spots[0].said == "Here"
    assert made.legend == ()


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-179, 179)), min_size=1, max_size=30))
def test_every_spot_lies_in_the_picture_and_no_name_meets_another(at: list[tuple[float, float]]) -> None:
    places = tuple(Place(f"place {k}", latitude=lat, longitude=lon) for k, (lat, lon) in enumerate(at))
    made = drawn(places, values={place.id: 1.0 for place in places})
    assert len(made.spots) == len(places)
    for spot in made.spots:
        assert 0 <= spot.x <= made.width
        assert 0 <= spot.y <= made.height
    named = [spot for spot in made.spots if spot.name_at]
    assert len(places) <= 25 or not named
    for k, one in enumerate(named):
        for other in named[k + 1 :]:
            (x, y), (u, v) = one.name_at, other.name_at  # type: ignore[misc]
            assert abs(y - v) >= 14.9 or abs(x - u) >= 7 * 6


@pytest.mark.parametrize("corners", [200, 30_000])
def test_corners_that_nobody_can_see_are_left_out(corners: int) -> None:
    turn = np.linspace(0, 2 * np.pi, corners)
    ring = list(zip(np.cos(turn), np.sin(turn), strict=True))
    path = drawn((Place("a"),), {"a": [ring]}).spots[0].path
    points = re.findall(r"[\d.]+,[\d.]+", path)
    assert len(points) <= min(corners, 5000)
    assert len(points) > 150
