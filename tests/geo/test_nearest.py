from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.geo.distance import metres_between
from busyness.geo.nearest import Stores
from busyness.tables import columns as c

DEGREES = st.one_of(st.none(), st.floats(-180, 180), st.sampled_from([float("nan"), float("inf")]))


def points(*rows) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={c.LATITUDE: pl.Float64, c.LONGITUDE: pl.Float64}, orient="row")


def test_the_nearest_store_within_reach():
    stores = Stores(
        [Place("lost", "Lost"), Place("a", latitude=0.0, longitude=0.0), Place("b", latitude=0.0, longitude=0.01)],
        within=600,
    )
    codes = stores.codes(points((0.0, 0.002), (0.0, 0.0051), (0.0, 0.02), (0.001, 0.01), (None, 0.0), (0.0, float("nan"))))
    assert codes.to_list() == [1, 2, None, 2, None, None]
    assert codes.dtype == pl.UInt64
    assert [place.id for place in stores.places([2, 1])] == ["b", "a"]
    assert stores.notes == ("No point can belong to Lost: no position is given.",)


def test_across_the_date_line():
    stores = Stores([Place("fiji", latitude=-17.0, longitude=179.999)], within=1000)
    assert stores.codes(points((-17.0, -179.999), (-17.0, 179.9))).to_list() == [0, None]


@given(st.lists(st.tuples(DEGREES, DEGREES), max_size=20), st.integers(0, 1000), st.floats(1, 2e7))
def test_as_by_the_definition(rows, seed, within):
    rng = np.random.default_rng(seed)
    lat, lon = rng.uniform(-90, 90, 7), rng.uniform(-180, 180, 7)
    stores = Stores([Place(str(i), latitude=lat[i], longitude=lon[i]) for i in range(7)], within=within)
    codes = stores.codes(points(*rows)).to_list()
    assert len(codes) == len(rows)
    for (north, east), code in zip(rows, codes, strict=True):
        if north is None or east is None or not (abs(north) <= 90 and abs(east) <= 180):
            assert code is None
            continue
        metres = metres_between(north, east, to_latitude=lat, to_longitude=lon)
        if code is None:
            assert metres.min() >= within * (1 - 1e-6)
        else:
            assert metres[code] == pytest.approx(metres.min(), rel=1e-6, abs=0.1)
            assert metres[code] <= within * (1 + 1e-6) + 0.1


def test_what_is_refused():
    with pytest.raises(InputError, match="No store has a position"):
        Stores([Place("a")], within=5)
    with pytest.raises(InputError, match="cannot reach 0 metres"):
        Stores([Place("a", latitude=0.0, longitude=0.0)], within=0)
