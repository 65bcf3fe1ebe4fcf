"""How long a slot the rows seem to have."""

from __future__ import annotations

import polars as pl

from busyness.sources.files.duplicates import place_codes

_LENGTHS = (1, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1440)
_SHARE = 0.8
_ROWS = 1_000_000
_MICROS_PER_MINUTE = 60_000_000


def infer_slot(places: pl.Series, times: pl.Series, walls: pl.Series) -> int | None:
    """This will return the slot length in minutes, ``None`` where the times lie on no grid.

    The commonest gap between consecutive times of a place is taken to the nearest usual length; at least 80 % of the
    local times ``walls`` must lie on its grid, counted from midnight. A part of the places is enough of a sample.
    """
    commonest = commonest_gap(places, times)
    if commonest is None:
        return None
    minutes = commonest[0] / _MICROS_PER_MINUTE
    length = min(_LENGTHS, key=lambda usual: abs(usual - minutes))
    on_grid = walls.drop_nulls().to_physical() % (length * _MICROS_PER_MINUTE) == 0
    return length if on_grid.len() and on_grid.sum() >= _SHARE * on_grid.len() else None


def commonest_gap(places: pl.Series, times: pl.Series) -> tuple[int, float] | None:
    """This will return the commonest positive gap in microseconds, and the share of all gaps (0 ones too) that it has."""
    frame = pl.DataFrame({"place": place_codes(places), "time": times.to_physical()})
    if frame.height > _ROWS:
        frame = frame.filter(pl.col("place") % (frame.height // _ROWS + 1) == 0)
    frame = frame.sort("place", "time")
    inside = (frame["place"].diff() == 0).fill_null(False)
    gaps = frame["time"].diff().filter(inside)
    positive = gaps.filter(gaps > 0)
    if not positive.len():
        return None
    counted = positive.value_counts(sort=False).sort(["count", "time"], descending=[True, False])
    return int(counted["time"][0]), int(counted["count"][0]) / gaps.len()


def is_regular(places: pl.Series, times: pl.Series) -> bool:
    """This will say whether times follow each other at one fixed gap, as counted slots do and single events do not."""
    gap = commonest_gap(places, times)
    return gap is not None and gap[1] >= _SHARE and places.len() > 2
