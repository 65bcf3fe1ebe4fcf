"""The design matrix: every observed cell, in bounded pieces, and as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.features.builder import FAMILIES, DirectFeatures, FeatureSpec
from busyness.features.matrix import design_matrix, matrix_table
from busyness.tables.examples import Cells
from busyness.tables.panel import Panel, SealedPanel


@pytest.fixture
def panel(make_panel: Callable[..., Panel]) -> SealedPanel:
    rng = np.random.default_rng(0)
    demand = rng.poisson(9, (3, 24 * 12)).astype(np.float32)
    demand[rng.random(demand.shape) < 0.2] = np.nan
    demand[2] = np.nan
    demand[2, 30] = 5
    return make_panel(demand, history=24 * 10 + 7, timezones=("America/Lima",)).sealed()


def builder_for(panel: SealedPanel) -> DirectFeatures:
    return DirectFeatures(FeatureSpec(families=tuple(FAMILIES))).prepared(panel)


def cells_of(pieces: list) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(np.concatenate([getattr(e.cells, name) for e in pieces]) for name in ("place", "slot", "origin"))


@pytest.mark.parametrize("chunk", [5, 37, 100_000])
def test_every_observed_cell_comes_once_by_place_and_slot(panel: SealedPanel, chunk: int) -> None:
    builder = builder_for(panel)
    pieces = list(design_matrix(builder, panel, chunk=chunk))
    place, slot, origin = cells_of(pieces)
    expected = np.nonzero(np.isfinite(panel.demand))
    np.testing.assert_array_equal(place, expected[0])
    np.testing.assert_array_equal(slot, expected[1])
    assert max(len(e.y) for e in pieces) <= chunk
    np.testing.assert_array_equal(origin, np.maximum(slot - (slot - panel.origin) % 24, 0))
    whole = builder.examples(panel, Cells(place, slot, origin))
    assert np.concatenate([e.X for e in pieces]).tobytes() == whole.X.tobytes()


def test_a_longer_horizon_sees_each_cell_from_several_origins(panel: SealedPanel) -> None:
    pieces = list(design_matrix(builder_for(panel), panel, origins_every=12, horizon=30, chunk=50))
    place, slot, origin = cells_of(pieces)
    found = set(zip(place.tolist(), slot.tolist(), origin.tolist(), strict=True))
    grid = range(panel.origin % 12, panel.origin, 12)
    expected = set()
    for p, s in zip(*np.nonzero(np.isfinite(panel.demand)), strict=True):
        seen_from = [o for o in grid if o <= s < o + 30] or [0]
        expected |= {(int(p), int(s), o) for o in seen_from}
    assert found == expected
    assert len(found) == len(place)


def test_a_fixed_lead(panel: SealedPanel) -> None:
    for lead in (1, 24):
        _, slot, origin = cells_of(list(design_matrix(builder_for(panel), panel, lead=lead, chunk=64)))
        assert (slot - origin == lead - 1).all()
        assert len(slot) == np.isfinite(panel.demand[:, lead - 1 :]).sum()


@pytest.mark.parametrize(
    "wrong", [{"lead": 0}, {"chunk": 0}, {"horizon": 0}, {"origins_every": -1}, {"lead": 1, "horizon": 4}]
)
def test_impossible_requests(panel: SealedPanel, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError):
        list(design_matrix(builder_for(panel), panel, **wrong))


def test_the_table_holds_keys_features_and_demand(make_panel: Callable[..., Panel]) -> None:
    demand = np.array([[3, 4, np.nan, 7, 900]], np.float32)
    outlier = np.array([[False, False, False, False, True]])
    known = {"y": np.arange(5, dtype=np.float32)[None], "temperature": np.full((1, 5), np.nan, np.float32)}
    sealed = make_panel(demand, outlier=outlier, known=known, timezones=("America/Lima",)).sealed()
    [examples] = design_matrix(builder_for(sealed), sealed, lead=1)
    table = matrix_table(sealed, examples)
    assert table.columns[:3] == ["place", "time", "origin"]
    assert table["place"].to_list() == ["P0"] * 4
    assert table["time"][0] == datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert table["origin"].to_list() == table["time"].to_list()
    assert table["y"].to_list() == [3, 4, 7, None]
    assert table["feature_y"].to_list() == [0, 1, 3, 4]
    assert table["feature_place"].to_list() == [0] * 4
    assert table["temperature"].null_count() == 4
    assert table["prev_hourly_traffic"].to_list() == [None, pytest.approx(1), None, pytest.approx(7 / (14 / 3))]
    assert table["y"].dtype == pl.Float32
    assert set(examples.names) - {"y", "place"} < set(table.columns)


def test_daily_slots_begin_at_each_places_midnight(make_panel: Callable[..., Panel]) -> None:
    sealed = make_panel(np.ones((2, 9)), every="1d", timezones=("America/Lima", "Asia/Tokyo")).sealed()
    [examples] = design_matrix(builder_for(sealed), sealed)
    times = matrix_table(sealed, examples)["time"]
    assert times[0] == datetime(2024, 1, 1, 5, tzinfo=UTC)
    assert times[9] == datetime(2023, 12, 31, 15, tzinfo=UTC)


def test_nothing_observed(make_panel: Callable[..., Panel]) -> None:
    sealed = make_panel(np.full((2, 48), np.nan)).sealed()
    assert list(design_matrix(builder_for(sealed), sealed)) == []
