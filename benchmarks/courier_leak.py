"""How a random split flatters a model of courier pings, and how far pings are from busyness: on simulated couriers.

    .venv/bin/python benchmarks/courier_leak.py            # seconds
    .venv/bin/python benchmarks/courier_leak.py --quick    # tiny; its numbers mean nothing

The rows, features and target are those of the notebook in docs/couriers.md: one row a ping, columns of the hexagon, day
and hour beside it, and the number of pings of that hexagon-hour to be told. The same model is judged three ways.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import polars_h3 as h3
from numpy.typing import NDArray
from sklearn.metrics import mean_absolute_error, r2_score

from busyness.sources.simulator.courier_pings import PINGED, local_time
from busyness.sources.simulator.couriers import CourierCity, simulate_couriers
from figure import Figure, Options

TARGET = "orders_busyness_by_h3_hour"  # the notebook's name; what it counts are pings
FEATURES = (
    "dist_to_restaurant",
    "Hdist_to_restaurant",
    "avg_Hdist_to_restaurants",
    "date_day_number",
    "restaurant_id",
    "Five_Clusters_embedding",
    "h3_index",
    "date_hour_number",
    "restaurants_per_index",
)
CELL = ["h3_index", "date_day_number", "date_hour_number"]
EVENING, WHOLE_DAY = (18, 23), (12, 24)  # what little is collected after midnight belongs to the evening before
_RESOLUTION, _CLUSTERS, _TEST_SHARE = 7, 5, 0.33
_EARTH_KM = 6371.0
_TREES = {"n_estimators": 200, "num_leaves": 31, "learning_rate": 0.1, "verbosity": -1, "deterministic": True}


def run(options: Options) -> Iterator[Figure]:
    """This will yield R² by way of splitting, the median over several worlds, then how pings differ from couriers.

    ``little`` is about what the notebook had: five hours of three evenings of a small fleet. ``much`` is two weeks.
    """
    little = [CourierCity(couriers=60, restaurants=60, days=7, seed=seed) for seed in range(2 if options.quick else 9)]
    yield from _medians("little", [_splits(city, 3, EVENING, options.threads) for city in little])
    if not options.quick:
        much = [CourierCity(days=14, seed=seed) for seed in range(3)]
        yield from _medians("much", [_splits(city, 14, WHOLE_DAY, options.threads) for city in much])
    yield from ping_figures(simulate_couriers(little[0] if options.quick else CourierCity()).truth)


def _splits(city: CourierCity, days: int, hours: tuple[int, int], threads: int) -> list[Figure]:
    return list(
        split_figures(notebook_rows(simulate_couriers(city).pings, days, hours=hours), threads=threads, seed=city.seed)
    )


def _medians(size: str, worlds: list[list[Figure]]) -> Iterator[Figure]:
    """The median of every figure over the worlds, with all its values beside it."""
    for same in zip(*worlds, strict=True):
        extra = {name: float(np.median([figure.extra[name] for figure in same])) for name in same[0].extra}
        each = [round(figure.ours, 3) for figure in same]
        yield Figure(f"{same[0].benchmark}_{size}", float(np.median(each)), None, same[0].unit, {**extra, "ours_each": each})


def notebook_rows(pings: pl.DataFrame, days: int, *, hours: tuple[int, int]) -> pl.DataFrame:
    """This will make the notebook's rows of the last days, between two hours: one a ping, hexagons of resolution 7."""
    at = pl.col("at")
    rows = pings.with_columns(local_time(PINGED).alias("at")).filter(at.dt.hour().is_between(*hours, closed="left"))
    rows = rows.filter(at.dt.date() > at.dt.date().max() - pl.duration(days=days))
    shops = (
        rows.select("restaurant_lat", "restaurant_lon").unique(maintain_order=True).sort("restaurant_lat", "restaurant_lon")
    )
    rows = rows.join(shops.with_row_index("restaurant_id"), on=["restaurant_lat", "restaurant_lon"], maintain_order="left")
    here = rows.select("courier_lat", "courier_lon").to_numpy()
    there = rows.select("restaurant_lat", "restaurant_lon").to_numpy()
    centres = shops.to_numpy()[np.linspace(0, len(shops) - 1, _CLUSTERS).astype(int)]
    hexagon = h3.latlng_to_cell("courier_lat", "courier_lon", _RESOLUTION, return_dtype=pl.UInt64)
    rows = rows.with_columns(
        pl.Series("dist_to_restaurant", np.hypot(*(here - there).T)),
        pl.Series("Hdist_to_restaurant", kilometres(here, there)),
        pl.Series("avg_Hdist_to_restaurants", np.mean([kilometres(here, shop) for shop in shops.to_numpy()], axis=0)),
        pl.Series("Five_Clusters_embedding", np.argmin([kilometres(here, centre) for centre in centres], axis=0)),
        pl.col("at").dt.ordinal_day().alias("date_day_number"),
        pl.col("at").dt.hour().alias("date_hour_number"),
        hexagon.rank("dense").alias("h3_index"),
    )
    return rows.with_columns(
        pl.len().over(CELL).alias(TARGET),
        pl.col("restaurant_id").n_unique().over("h3_index").alias("restaurants_per_index"),
    )


def kilometres(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """This will return great-circle distances (haversine) between rows of latitude and longitude."""
    (north, east), (to_north, to_east) = np.radians(here).T, np.radians(there).T
    half = np.sin((to_north - north) / 2) ** 2 + np.cos(north) * np.cos(to_north) * np.sin((to_east - east) / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(half)))


def split_figures(rows: pl.DataFrame, *, threads: int, seed: int) -> Iterator[Figure]:
    """This will fit the same trees three times and yield R² on the rows held out, and on one row a hexagon-hour."""
    draw = np.random.default_rng(seed)
    cells = rows.select(pl.struct(CELL).rank("dense").alias("cell"))["cell"].to_numpy() - 1
    last = (rows["date_day_number"] == rows["date_day_number"].max()).to_numpy()
    ways = {
        "random_rows": draw.random(len(rows)) < _TEST_SHARE,
        "whole_hexagon_hours": (draw.random(int(cells.max()) + 1) < _TEST_SHARE)[cells],
        "another_day": last,
    }
    features = rows.select(pl.col(FEATURES).cast(pl.Float64)).to_numpy()
    target = rows[TARGET].to_numpy().astype(np.float64)
    for name, held in ways.items():
        model = lightgbm.LGBMRegressor(**_TREES, random_state=seed, n_jobs=threads)
        model.fit(features[~held], target[~held])
        told = np.asarray(model.booster_.predict(features[held]))
        each = _by_cell(cells[held], target[held], told)
        extra = {
            "mae_pings": mean_absolute_error(target[held], told),
            "r2_one_row_a_hexagon_hour": r2_score(*each),
            "rows_fitted": int((~held).sum()),
            "rows_held_out": int(held.sum()),
            "hexagon_hours_held_out": len(each[0]),
            "hexagon_hours_on_both_sides": len(np.intersect1d(cells[held], cells[~held])),
        }
        yield Figure(f"courier_leak_{name}", r2_score(target[held], told), None, "R² on pings", extra)
    yield _usual(rows, last)


def _by_cell(
    cells: NDArray[np.int64], target: NDArray[np.float64], told: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The target and the mean of what was told, one each a hexagon-hour."""
    count = np.bincount(cells)
    some = count > 0
    return tuple(np.bincount(cells, values)[some] / count[some] for values in (target, told))  # type: ignore[return-value]


def _usual(rows: pl.DataFrame, last: NDArray[np.bool_]) -> Figure:
    """What the hexagon's mean at this hour on the days before would have scored on the last day, without any model."""
    usual = [CELL[0], CELL[2]]
    before = rows.filter(~pl.Series(last)).unique(CELL).group_by(usual).agg(pl.col(TARGET).mean().alias("usual"))
    day = rows.filter(pl.Series(last)).join(before, on=usual, how="left").with_columns(pl.col("usual").fill_null(0.0))
    each = day.unique(CELL)
    extra = {
        "mae_pings": mean_absolute_error(day[TARGET], day["usual"]),
        "r2_one_row_a_hexagon_hour": r2_score(each[TARGET], each["usual"]),
    }
    return Figure("courier_leak_usual_of_that_hour", r2_score(day[TARGET], day["usual"]), None, "R² on pings", extra)


def ping_figures(truth: pl.DataFrame) -> Iterator[Figure]:
    """This will yield how pings differ from distinct couriers, by hexagon and hour (the world's own hexagons)."""
    pings, couriers = (truth[name].cast(pl.Int64).to_numpy() for name in ("pings", "couriers"))
    each = pings / couriers
    low, high = np.quantile(each[couriers >= 3], (0.05, 0.95))
    alone = int(pings[couriers == 1].max())
    spread = {"pings_a_courier_5_percent": low, "pings_a_courier_95_percent": high, "most_pings_of_one_courier": alone}
    yield Figure("pings_a_courier_high_over_low", high / low, None, "ratio, hexagon-hours with 3 couriers or more", spread)
    per_hour = truth.group_by("time").agg(
        (
            pl.col("hexagon").sort_by("pings", "hexagon").last() == pl.col("hexagon").sort_by("couriers", "pings").last()
        ).alias("same")
    )
    yield Figure("busiest_by_pings_is_not_by_couriers", 1 - float(per_hour["same"].mean()), None, "share of hours", {})
    order = np.random.default_rng(0).integers(0, len(pings), (2, 200_000))
    more, busier = (np.sign(values[order[0]] - values[order[1]]) for values in (pings, couriers))
    decided = (more != 0) & (busier != 0)
    wrong = float((more != busier)[decided].mean())
    yield Figure("pairs_that_pings_rank_the_wrong_way", wrong, None, "share of pairs of hexagon-hours", {})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The leak of the courier notebook, on simulated pings.")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    asked = parser.parse_args()
    for figure in run(Options(asked.quick, asked.threads, 1, Path())):
        print(figure.line())
