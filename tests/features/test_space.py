"""Distance to the centre and what the neighbours had, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from busyness.domain.place import Place
from busyness.features.builder import DirectFeatures
from busyness.features.space import distance_to_centre
from busyness.tables.examples import Cells
from busyness.tables.panel import Panel

NAN = np.nan
DAYS = 60


def row_of_three(make_panel: Callable[..., Panel], zones: tuple[str, ...] = ("UTC",) * 3) -> Panel:
    """Three places a degree apart on the equator: 10, 20 and 40 a day; the second doubles on the last day."""
    places = tuple(Place(id=f"P{k}", latitude=0.0, longitude=float(k), timezone=zones[k]) for k in range(3))
    demand = np.repeat([[10.0], [20.0], [40.0]], DAYS + 1, axis=1)
    demand[1, DAYS - 1] *= 2
    demand[:, DAYS] = NAN
    neighbours = np.array([[1, -1], [0, 2], [1, -1]], np.int32)
    return make_panel(demand, every="1d", places=places, neighbours=neighbours, history=DAYS)


def space(panel: Panel, *names: str, origin: int = DAYS) -> list[list[float]]:
    count = len(panel.places)
    sealed = panel.sealed()
    cells = Cells(np.arange(count, dtype=np.int32), *np.full((2, count), origin, np.int32))
    examples = DirectFeatures().prepared(sealed).examples(sealed, cells)
    return [examples.column(name).tolist() for name in names]


def test_neighbours_recent_demand_over_their_level(make_panel: Callable[..., Panel]) -> None:
    panel = row_of_three(make_panel)
    level = (27 * 20 + 40) / 28
    (day, week) = space(panel, "neighbours_last_day", "neighbours_trend")
    assert day == pytest.approx([40 / level, 1, 40 / level], rel=1e-5)
    assert week == pytest.approx([(6 * 20 + 40) / 7 / level, 1, (6 * 20 + 40) / 7 / level], rel=1e-5)
    (before,) = space(panel, "neighbours_last_day", origin=DAYS - 1)
    assert before == pytest.approx([1, 1, 1])


def test_without_neighbours_nothing_is_said(make_panel: Callable[..., Panel]) -> None:
    panel = make_panel(np.ones((2, DAYS + 1)), every="1d", history=DAYS)
    for values in space(panel, "distance_to_centre", "neighbours_last_day", "neighbours_trend"):
        assert np.isnan(values).all()


def test_a_neighbour_never_observed_or_by_another_clock_is_left_out(make_panel: Callable[..., Panel]) -> None:
    panel = row_of_three(make_panel)
    panel.demand[2] = NAN
    assert space(panel, "neighbours_last_day")[0][1] == pytest.approx(1)
    apart = row_of_three(make_panel, ("Europe/Lisbon", "Europe/Madrid", "Europe/Madrid"))
    day = space(apart, "neighbours_last_day")[0]
    assert np.isnan(day[0])
    assert day[1] == pytest.approx(1)


def test_the_rows_agree_however_many_are_asked_at_once(make_panel: Callable[..., Panel]) -> None:
    """A grid of places and origins is filled at once, scattered ones are worked out row by row."""
    panel = row_of_three(make_panel)
    sealed, builder = panel.sealed(), DirectFeatures().prepared(panel.sealed())
    grid = Cells.ahead(3, [50, 55, 60 - 1], 1)
    whole = builder.examples(sealed, grid)
    for k in (0, 4, 8):
        alone = builder.examples(sealed, grid.take(np.array([k])))
        for name in ("neighbours_last_day", "neighbours_trend", "distance_to_centre"):
            assert alone.column(name)[0] == whole.column(name)[k]


def test_distance_in_km() -> None:
    places = [
        Place("A", latitude=0, longitude=179),
        Place("B", latitude=0, longitude=179.5),
        Place("C", latitude=1, longitude=180),
    ]
    found = distance_to_centre([*places, Place("D")])
    assert found[:3] == pytest.approx([55.6, 0, np.hypot(111.2, 55.6)], rel=1e-3)
    assert np.isnan(found[3])
    assert np.isnan(distance_to_centre([Place("D")])).all()
    assert distance_to_centre([]).shape == (0,)
