"""Our locators beside the bare libraries, in one process and on the same points."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import polars_h3
import shapely
from cube import answer, asked

from busyness.domain.measures import MEASURES
from busyness.domain.slots import SlotLength
from busyness.geo.areas import Areas
from busyness.geo.hexagons import Hexagons
from busyness.preparation.tally import SlotClock, Tally, tally
from busyness.sources.areas import read_areas
from busyness.tables import columns as c
from busyness.tables.events import Events

_SAMPLE = 500_000
_RESOLUTION = 8
_CHUNK = 1_000_000


def main() -> None:
    """This will print points per second of ours and of the peers, the best round of each."""
    want = asked()
    os.environ["RAYON_NUM_THREADS"] = str(want["threads"])  # read at the first call of the H3 library, which comes later
    {"hexagons": hexagons, "counts": counts, "areas": areas}[want["to"]](want)


def hexagons(want: dict[str, Any]) -> None:
    frame = _points(want["points"])
    locator = Hexagons(_RESOLUTION, timezone="America/Chicago")
    bare = polars_h3.latlng_to_cell(c.LATITUDE, c.LONGITUDE, _RESOLUTION, return_dtype=pl.UInt64)
    mine, theirs = _by_turns(want["rounds"], lambda: locator.codes(frame), lambda: frame.select(bare).to_series())
    codes = locator.codes(frame)
    if not codes.equals(frame.select(bare).to_series().alias(codes.name)):
        raise RuntimeError("ours and the bare call do not agree")
    answer(
        ours=frame.height / mine,
        peer=frame.height / theirs,
        places=codes.drop_nulls().n_unique(),
        unmapped=codes.null_count(),
    )


def counts(want: dict[str, Any]) -> None:
    frame = _points(want["points"])
    micros = np.random.default_rng(1).integers(0, 28 * 86_400 * 10**6, frame.height) + 1_767_225_600 * 10**6
    time_of = pl.Series(c.TIME, micros).cast(pl.Datetime("us", "UTC"))
    chunks = [Events(part) for part in frame.with_columns(time_of, pl.lit(1.0).alias(c.AMOUNT)).iter_slices(_CHUNK)]
    locator = Hexagons(_RESOLUTION, timezone="America/Chicago")
    bare = polars_h3.latlng_to_cell(c.LATITUDE, c.LONGITUDE, _RESOLUTION, return_dtype=pl.UInt64)

    def counted() -> Tally:
        return tally(chunks, locator, measure=MEASURES["events"], clock=SlotClock(SlotLength(60), "America/Chicago"))

    mine, theirs = _by_turns(want["rounds"], counted, lambda: frame.select(bare).to_series())
    found = counted()
    if found.counts[c.AMOUNT].sum() != found.mapped or found.mapped + found.unmapped != frame.height:
        raise RuntimeError("events were lost")
    answer(ours=frame.height / mine, peer=frame.height / theirs, cells=found.counts.height)


def areas(want: dict[str, Any]) -> None:
    frame = _points(want["points"])
    read = read_areas(want["outlines"])
    few = frame.head(_SAMPLE)
    longitude, latitude = few[c.LONGITUDE].to_numpy(), few[c.LATITUDE].to_numpy()

    def fresh() -> pl.Series:
        return Areas(read.all, list(shapely.from_wkb(shapely.to_wkb(read.polygons)))).codes(frame)

    def by_polygon() -> Any:
        return shapely.STRtree(shapely.points(longitude, latitude)).query(read.polygons, predicate="intersects")

    def by_point() -> Any:
        return shapely.STRtree(read.polygons).query(shapely.points(longitude, latitude), predicate="intersects")

    mine, theirs, plain = _by_turns(want["rounds"], fresh, by_polygon, by_point)
    codes = fresh()
    area, point = by_polygon()
    first = np.full(few.height, len(read))
    np.minimum.at(first, point, area)
    if not (codes.head(_SAMPLE).fill_null(len(read)).to_numpy() == first).all():
        raise RuntimeError("ours and shapely do not agree")
    answer(
        ours=frame.height / mine,
        peer=few.height / theirs,
        plain=few.height / plain,
        places=codes.drop_nulls().n_unique(),
        unmapped=codes.null_count(),
        sample=few.height,
    )


def _points(count: int) -> pl.DataFrame:
    """Trips of a city: crowded in the middle, some of them outside of it."""
    rng = np.random.default_rng(0)
    return pl.DataFrame({c.LATITUDE: rng.normal(41.86, 0.07, count), c.LONGITUDE: rng.normal(-87.68, 0.06, count)})


def _by_turns(rounds: int, *each: Callable[[], Any]) -> list[float]:
    """The fewest seconds of each, measured by turns."""
    least = [float("inf")] * len(each)
    for _ in range(rounds):
        for i, work in enumerate(each):
            begun = time.perf_counter()
            work()
            least[i] = min(least[i], time.perf_counter() - begun)
    return least


if __name__ == "__main__":
    main()
