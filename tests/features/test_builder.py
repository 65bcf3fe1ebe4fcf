"""The builder's laws: nothing from the origin on is read; parts, threads and a saved specification change nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import ArtifactError, InputError, LeakError
from busyness.domain.place import Place
from busyness.features import builder as module
from busyness.features.builder import FAMILIES, DirectFeatures, FeatureSpec
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import Panel

from .conftest import panel_of

EVERYTHING = FeatureSpec(families=tuple(FAMILIES))
HOLIDAYS = {date(2024, 1, 1) + timedelta(days=3 * k): f"Feast {k % 3}" for k in range(220)}
ZONES = st.sampled_from([("UTC",), ("Australia/Melbourne",), ("Asia/Tokyo", "America/Lima", "Asia/Kolkata")])


def city(rng: np.random.Generator, *, every: str, days: int, timezones: tuple[str, ...] = ("UTC",)) -> Panel:
    slots = days * {"1h": 24, "1d": 1, "15min": 96}[every]
    demand = rng.poisson(30, (4, slots)).astype(np.float32)
    demand[rng.random(demand.shape) < 0.1] = np.nan
    demand[3] = np.nan
    weather = rng.normal(20, 5, demand.shape).astype(np.float32)
    names = ("temperature", "promo_event_1")
    places = tuple(
        Place(f"P{k}", timezone=timezones[k % len(timezones)], attributes={"area": 10.0 * k, "kind": "ab"[k % 2]})
        for k in range(4)
    )
    return panel_of(
        demand,
        first="2024-03-20",
        every=every,
        places=places,
        outlier=rng.random(demand.shape) < 0.02,
        known=dict.fromkeys(names, weather),
        past={"sales": rng.gamma(2, 10, demand.shape).astype(np.float32)},
        holidays=HOLIDAYS,
    )


def some_cells(rng: np.random.Generator, panel: Panel, count: int, origin: int | None = None) -> Cells:
    place = rng.integers(0, len(panel.places), count)
    if origin is None:
        slot = rng.integers(0, panel.slots.count, count)
        seen_from = rng.integers(0, np.minimum(slot, panel.history) + 1)
    else:
        slot, seen_from = rng.integers(origin, panel.slots.count, count), np.full(count, origin)
    return Cells(place.astype(np.int32), slot.astype(np.int32), seen_from.astype(np.int32))


def same(one: Examples, other: Examples) -> bool:
    arrays = (one.X, one.y, one.level, one.weight), (other.X, other.y, other.level, other.weight)
    return one.names == other.names and all(a.tobytes() == b.tobytes() for a, b in zip(*arrays, strict=True))


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    share=st.floats(0, 1),
    slots=st.sampled_from([("1h", 75), ("1d", 420), ("15min", 20)]),
    timezones=ZONES,
)
def test_noise_from_the_origin_on_changes_no_example(
    seed: int, share: float, slots: tuple[str, int], timezones: tuple[str, ...]
) -> None:
    rng = np.random.default_rng(seed)
    panel = city(rng, every=slots[0], days=slots[1], timezones=timezones)
    origin = int(share * (panel.history - 1))

    def noisy(cube: np.ndarray, noise: np.ndarray) -> np.ndarray:
        changed = cube.copy()
        changed[:, origin:] = noise[:, origin:]
        return changed

    noise = (rng.gamma(0.3, 1e4, panel.demand.shape)).astype(np.float32)
    noise[rng.random(noise.shape) < 0.3] = np.nan
    other = replace(
        panel,
        demand=noisy(panel.demand, noise),
        outlier=noisy(panel.outlier, rng.random(noise.shape) < 0.5),
        past={"sales": noisy(panel.past["sales"], noise)},
    )
    builder = DirectFeatures(EVERYTHING).prepared(panel.sealed())
    cells = some_cells(rng, panel, 60, origin)
    one, two = builder.examples(panel.sealed(), cells), builder.examples(other.sealed(), cells)
    sealed = builder.examples(panel.until(origin), cells)
    assert one.X.tobytes() == two.X.tobytes() == sealed.X.tobytes()
    assert one.level.tobytes() == two.level.tobytes() == sealed.level.tobytes()
    levels = [builder.levels(p.sealed(), [origin]).tobytes() for p in (panel, other)]
    assert levels[0] == levels[1] == builder.levels(panel.until(origin), [origin]).tobytes()


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1), cut=st.integers(0, 400), timezones=ZONES)
def test_examples_of_parts_are_the_parts_of_examples(seed: int, cut: int, timezones: tuple[str, ...]) -> None:
    rng = np.random.default_rng(seed)
    panel = city(rng, every="1h", days=60, timezones=timezones)
    sealed, cells = panel.sealed(), some_cells(rng, panel, 400)
    builder = DirectFeatures(EVERYTHING).prepared(sealed)
    whole = builder.examples(sealed, cells)
    for part in (slice(0, cut), slice(cut, None)):
        streamed = builder.examples(sealed, cells.take(part))
        assert streamed.X.tobytes() == whole.X[part].tobytes()
        assert streamed.y.tobytes() == whole.y[part].tobytes()


def test_threads_and_blocks_do_not_change_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    panel = city(rng, every="1h", days=80)
    sealed, cells = panel.sealed(), some_cells(rng, panel, 3000)
    alone = DirectFeatures(EVERYTHING).prepared(sealed).examples(sealed, cells)
    monkeypatch.setattr(module, "_BLOCK", 170)
    assert same(alone, DirectFeatures(EVERYTHING, threads=4).prepared(sealed).examples(sealed, cells))


def test_dense_and_scattered_cells_give_the_same_rows() -> None:
    rng = np.random.default_rng(0)
    panel = city(rng, every="1h", days=70, timezones=("Australia/Melbourne",)).sealed()
    builder = DirectFeatures(EVERYTHING).prepared(panel)
    cells = Cells.ahead(4, [24 * k for k in range(30, 69)], 24)
    dense = builder.examples(panel, cells)
    for row in rng.integers(0, len(cells), 40):
        assert builder.examples(panel, cells.take(slice(row, row + 1))).X.tobytes() == dense.X[row].tobytes()


def test_a_saved_specification_builds_the_same_columns() -> None:
    rng = np.random.default_rng(0)
    panel = city(rng, every="1h", days=40)
    sealed, cells = panel.sealed(), some_cells(rng, panel, 50)
    builder = DirectFeatures(EVERYTHING).prepared(sealed)
    again = DirectFeatures.from_facts(json.loads(json.dumps(builder.to_facts())))
    assert again.spec == builder.spec
    assert same(builder.examples(sealed, cells), again.examples(sealed, cells))
    assert [f.name for f in builder.catalog(sealed)] == list(builder.examples(sealed, cells).names)


@pytest.mark.parametrize(
    "facts", [{}, {"families": ["level"]}, {"categories": [], "families": ["astrology"]}, {"categories": [], "x": [1]}]
)
def test_a_damaged_specification_is_refused(facts: dict[str, object]) -> None:
    with pytest.raises(ArtifactError):
        DirectFeatures.from_facts(facts)


def test_models_do_without_the_documents_family() -> None:
    panel = city(np.random.default_rng(0), every="1h", days=10).sealed()
    names = [feature.name for feature in DirectFeatures().prepared(panel).catalog(panel)]
    assert "since_payday" in names
    assert not {"day_of_month", "month", "season"} & set(names)


def test_targets_are_demand_over_level_and_nan_for_outliers_and_the_future(make_panel: Callable[..., Panel]) -> None:
    demand = np.full((1, 240), 6.0)
    demand[0, 200] = 12
    outlier = np.zeros((1, 240), bool)
    outlier[0, 201] = True
    panel = make_panel(demand, outlier=outlier, history=210).sealed()
    slots = np.array([200, 201, 202, 220], np.int32)
    examples = (
        DirectFeatures().prepared(panel).examples(panel, Cells(np.zeros(4, np.int32), slots, np.full(4, 192, np.int32)))
    )
    np.testing.assert_array_equal(examples.level, [6, 6, 6, 6])
    np.testing.assert_array_equal(examples.y, [2, np.nan, 1, np.nan])


def test_an_origin_outside_the_seal_is_refused() -> None:
    panel = city(np.random.default_rng(0), every="1h", days=10).until(100)
    builder = DirectFeatures().prepared(panel)
    for origins, error in (([101], LeakError), ([-1], InputError)):
        with pytest.raises(error):
            builder.examples(panel, Cells.ahead(1, origins, 2))
        with pytest.raises(error):
            builder.levels(panel, origins)


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(InputError, match="astrology"):
        FeatureSpec(families=("astrology",))


@pytest.mark.parametrize("every", ["15min", "1h", "1d"])
@pytest.mark.parametrize(("places", "history"), [(1, 0), (1, 1), (3, 0), (2, 30)])
def test_a_panel_without_history_still_has_examples(every: str, places: int, history: int) -> None:
    demand = np.full((places, history + 200), np.nan)
    demand[: places - 1, :history] = 4
    panel = panel_of(demand, every=every, history=history).sealed()
    builder = DirectFeatures(EVERYTHING).prepared(panel)
    examples = builder.examples(panel, Cells.ahead(places, [history], 200))
    assert np.isfinite(examples.level).all()
    assert (examples.level == (4 if places > 1 and history else 1)).all()
    assert np.isnan(examples.y).all()
    assert not np.isinf(examples.X).any()
    for name in ("horizon", "hour_of_day", "day_of_week", "log_level", "place", "weeks_seen"):
        assert np.isfinite(examples.column(name)).all(), name


def test_no_places_no_cells_no_origins() -> None:
    panel = panel_of(np.zeros((0, 48))).sealed()
    builder = DirectFeatures(EVERYTHING).prepared(panel)
    empty = np.zeros(0, np.int32)
    assert builder.examples(panel, Cells(empty, empty, empty)).X.shape[0] == 0
    assert builder.levels(panel, [0, 24]).shape == (2, 0)
    full = city(np.random.default_rng(0), every="1h", days=10).sealed()
    assert DirectFeatures().levels(full, []).shape == (0, 4)


def test_a_place_the_model_never_saw_has_no_number() -> None:
    panel = city(np.random.default_rng(0), every="1h", days=10)
    builder = DirectFeatures().prepared(panel.select(["P2", "P0"]).sealed())
    examples = builder.examples(panel.sealed(), Cells.ahead(4, [200], 1))
    np.testing.assert_array_equal(examples.column("place"), [1, np.nan, 0, np.nan])


def test_the_input_is_not_changed() -> None:
    panel = city(np.random.default_rng(0), every="1h", days=30)
    before = panel.demand.copy(), panel.past["sales"].copy(), panel.outlier.copy()
    sealed = panel.sealed()
    DirectFeatures(EVERYTHING).prepared(sealed).examples(sealed, Cells.ahead(4, [300], 24))
    for cube, kept in zip((panel.demand, panel.past["sales"], panel.outlier), before, strict=True):
        np.testing.assert_array_equal(cube, kept)
