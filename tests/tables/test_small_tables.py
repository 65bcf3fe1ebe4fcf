"""Events, cells, examples, residuals, parts: what they refuse and what they hand on."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.tables.events import REJECTED_SCHEMA, Events, Reason, no_rejections
from busyness.tables.examples import Cells, Examples
from busyness.tables.instants import utc_series
from busyness.tables.parts import Parts
from busyness.tables.residuals import Residuals


def frame(**changes: pl.Series) -> pl.DataFrame:
    row = pl.DataFrame({"time": [datetime(2024, 1, 1, tzinfo=UTC)], "place": ["a"], "amount": [1.0]})
    return row.with_columns(**changes)


def test_events_need_their_columns_in_utc() -> None:
    assert Events(frame()).rejected.schema == REJECTED_SCHEMA
    with pytest.raises(InputError, match="missing: amount, place"):
        Events(frame().drop("amount", "place"))
    for wrong in (pl.Series([datetime(2024, 1, 1)]), pl.Series(["2024-01-01"])):
        with pytest.raises(InputError, match="aware UTC times"):
            Events(frame(time=wrong))


def test_rejections_are_counted_the_commonest_first() -> None:
    reasons = [Reason.DUPLICATE, Reason.NEGATIVE, Reason.DUPLICATE, Reason.BAD_TIME]
    rows = [{"line": k, "reason": reason, "place": "a", "time": "", "value": ""} for k, reason in enumerate(reasons)]
    counted = Events(frame(), no_rejections().vstack(pl.DataFrame(rows, schema=REJECTED_SCHEMA))).reasons()
    assert list(counted.items()) == [("duplicate", 2), ("negative count", 1), ("unparseable time", 1)]
    assert Events(frame()).reasons() == {}


def test_cells_ahead_are_ordered_by_origin_place_and_step() -> None:
    cells = Cells.ahead(2, [10, 20], 3)
    assert len(cells) == 12
    assert cells.origin.tolist() == [10] * 6 + [20] * 6
    assert cells.place.tolist() == [0, 0, 0, 1, 1, 1] * 2
    assert cells.slot.tolist() == [10, 11, 12] * 2 + [20, 21, 22] * 2
    assert cells.place.dtype == cells.slot.dtype == cells.origin.dtype == np.int32
    assert cells.take(slice(2, 4)).slot.tolist() == [12, 10]
    assert len(Cells.ahead(0, [10], 3)) == len(Cells.ahead(2, [], 3)) == 0


def test_cells_that_do_not_fit_are_refused() -> None:
    one, two = np.zeros(1, np.int32), np.zeros(2, np.int32)
    with pytest.raises(InputError, match="as many places"):
        Cells(one, two, two)
    with pytest.raises(InputError, match="before its origin"):
        Cells(one, one, one + 1)


def examples(rows: int = 2, columns: int = 2) -> Examples:
    values = np.arange(rows * columns, dtype=np.float32).reshape(rows, columns)
    along = np.arange(rows, dtype=np.float32)
    cells = Cells(*(np.arange(rows, dtype=np.int32) for _ in range(3)))
    return Examples(values, tuple(f"f{k}" for k in range(columns)), (), along, along, along, cells)


def test_examples_are_taken_by_row_and_read_by_name() -> None:
    taken = examples(4).take(np.array([3, 1]))
    assert taken.y.tolist() == taken.cells.slot.tolist() == [3, 1]
    assert taken.column("f1").tolist() == [7, 3]
    with pytest.raises(ValueError, match="not in tuple"):
        taken.column("f9")


def test_examples_that_do_not_fit_are_refused() -> None:
    good = examples()
    with pytest.raises(InputError, match="rows × names"):
        Examples(good.X, ("one",), (), good.y, good.weight, good.level, good.cells)
    with pytest.raises(InputError, match="one value per row"):
        Examples(good.X, good.names, (), good.y[:1], good.weight, good.level, good.cells)


def test_residuals_that_do_not_fit_are_refused() -> None:
    cube, level = np.zeros((4, 3, 24), np.float32), np.ones((4, 3), np.float32)
    assert Residuals(np.arange(4), cube, cube, level).horizon == 24
    with pytest.raises(InputError, match="do not match"):
        Residuals(np.arange(4), cube, cube[:, :, 1:], level)
    with pytest.raises(InputError, match="do not match"):
        Residuals(np.arange(4), cube[0], cube[0], level)
    for origins, of_place in ((np.arange(3), level), (np.arange(4), level[:, 1:])):
        with pytest.raises(InputError, match="one level"):
            Residuals(origins, cube, cube, of_place)


def test_parts_are_nested_and_found_again() -> None:
    one = Parts("boosted", {"rows": 1}, {"trees": "t1"}, {"x": np.ones(1)})
    two = Parts("forest", {"rows": 2}, {"trees": "t2"}, {"x": np.zeros(1)})
    nested = [part.nested(name) for part, name in ((one, "m1"), (two, "m10"))]
    both = Parts("average", {}, nested[0].texts | nested[1].texts, nested[0].arrays | nested[1].arrays)
    assert sorted(both.texts) == ["m1.trees", "m10.trees"]
    found = both.inner("m1", "boosted", {"rows": 1})
    assert (found.kind, found.facts, found.texts, list(found.arrays)) == ("boosted", {"rows": 1}, {"trees": "t1"}, ["x"])
    assert found.arrays["x"] is one.arrays["x"]
    assert both.inner("m", "k", {}) == Parts("k")
    deep = nested[0].nested("member")
    assert deep.inner("member", "boosted", {}).inner("m1", "boosted", {}).texts == {"trees": "t1"}


def test_numpy_times_become_aware_ones() -> None:
    for unit in ("s", "h", "D", "us"):
        series = utc_series(np.array(["2024-01-01"], f"datetime64[{unit}]"))
        assert series.dtype == pl.Datetime("us", "UTC")
        assert series.to_list() == [datetime(2024, 1, 1, tzinfo=UTC)]
