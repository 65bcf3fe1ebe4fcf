"""Fit, calibrate and forecast 100, 1,000 and 5,000 simulated stores: seconds per place, and errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from busyness.workflows.wiring.members import usual_members
from figure import Figure, Options
from process import ours, peer, scratch
from tables import HORIZON, retail_origin, retail_table

_PEER_MOST = 1000  # places of the peer's sample: its matrix of 5,000 places does not fit the memory of a small machine
_PROPHET_SAMPLE = 20


def run(options: Options) -> Iterator[Figure]:
    """This will yield cost and accuracy at every size, and how flat our cost per place is."""
    sizes = (6, 12) if options.quick else (100, 1000, 5000)
    cost = {}
    for places in sizes:
        mine = _ours(places, options)
        cost[places] = _total(mine) / places
        yield from _beside_mlforecast(places, mine, options)
    yield from _beside_prophet(sizes[0], cost, options)
    yield from blended(sizes[1], options)
    extra = {
        "target": "about 1",
        "note": f"seconds per place at {sizes[-1]} places / at {sizes[0]}",
        "each": list(cost.values()),
    }
    yield Figure("scale_flatness", cost[sizes[-1]] / cost[sizes[0]], None, "ratio", extra)


def blended(places: int, options: Options) -> Iterator[Figure]:
    """This will yield the seconds and memory of a blend of four members with its calibration."""
    asked = {"table": str(retail_table(places)), "origin": retail_origin(), "horizon": HORIZON, "fast": options.quick}
    mine = ours("forecast.py", options.threads, model="blend", **asked)
    extra = {"places": places, "members": usual_members(), "wape": mine["wape"], "ours_coverage_80": mine["coverage_80"]}
    stages = {"ours_stages": mine["stages"], "ours_peak_mb": mine["peak_mb"], "target": "≤ 150 s and ≤ 4 GB on two cores"}
    yield Figure(f"scale_{places}_blend_seconds", _total(mine), None, "s", {**extra, **stages})


def _ours(places: int, options: Options) -> dict[str, Any]:
    out = str(scratch(f"ours_{places}.npz"))
    return ours(
        "forecast.py", options.threads, table=str(retail_table(places)), origin=retail_origin(), horizon=HORIZON, out=out
    )


def _total(mine: dict[str, Any]) -> float:
    return float(mine["fit_and_calibrate"] + mine["predict"][0])


def _beside_mlforecast(places: int, mine: dict[str, Any], options: Options) -> Iterator[Figure]:
    most = min(places, 8 if options.quick else _PEER_MOST)
    asked = {"table": str(retail_table(places)), "origins": [retail_origin()], "horizon": HORIZON, "country": "PE"}
    theirs = peer("recursive.py", options.threads, size="daily", places=most, **asked)
    note = (
        "" if most == places else f"the peer ran on the first {most} of {places} places; errors are of those on both sides"
    )
    named = {"peer_name": "mlforecast + LightGBM (daily)", "places": places, "peer_places": most, "note": note}
    seconds = {
        **named,
        "ours_stages": mine["stages"],
        "ours_peak_mb": mine["peak_mb"],
        "peer_peak_mb": theirs["peak_mb"],
        "includes": "ours: features, fit, calibration, forecast with quantiles; peer: fit and points",
    }
    peer_cost = (theirs["fit"][0] + theirs["predict"][0]) / most
    yield Figure(f"scale_{places}_seconds_per_place", _total(mine) / places, peer_cost, "s", seconds)
    alone = (_total(mine) - mine["stages"].get("calibrate", 0.0)) / places
    yield Figure(f"scale_{places}_seconds_per_place_uncalibrated", alone, peer_cost, "s", named)
    ids = _ids(places)[:most]
    error = _wape(places, ids)
    yield Figure(f"scale_{places}_wape", error, theirs["wape"], "share", {**named, "unanswered": theirs["unanswered"]})
    for name, label in (("naive", "last week"), ("mean", "mean of the last four weeks")):
        extra = {"peer_name": label, "places": places, "ours_coverage_80": mine["coverage_80"]}
        yield Figure(f"scale_{places}_wape_beside_{name}", *mine[name], "share", extra)


def _beside_prophet(places: int, cost: dict[int, float], options: Options) -> Iterator[Figure]:
    sample = 2 if options.quick else _PROPHET_SAMPLE
    asked = {"table": str(retail_table(places)), "origins": [retail_origin()], "horizon": HORIZON, "country": "PE"}
    theirs = peer("additive.py", options.threads, sample=sample, **asked)
    each = (sum(theirs["fit"]) + sum(theirs["predict"])) / len(theirs["places"])
    named = {"peer_name": "Prophet", "peer_places": len(theirs["places"])}
    note = f"measured on {len(theirs['places'])} of {places} places, each place its own model; other sizes are extrapolated"
    yield Figure("scale_prophet_wape", _wape(places, theirs["places"]), theirs["wape"], "share", {**named, "note": note})
    for size, mine in cost.items():
        extra = {**named, "places": size, "note": note, "extrapolated": size != len(theirs["places"])}
        yield Figure(f"scale_{size}_seconds_beside_prophet", mine * size, each * size, "s", extra)


def _ids(places: int) -> list[str]:
    with np.load(scratch(f"ours_{places}.npz")) as kept:
        return [str(name) for name in kept["ids"]]


def _wape(places: int, ids: list[str]) -> float:
    """Our error over these places, read from the forecasts that were kept."""
    table = pl.scan_parquet(retail_table(places) / "*.parquet").filter(pl.col("unique_id").is_in(ids))
    ahead = (
        table.filter(pl.col("ds") >= pl.lit(retail_origin()).str.to_datetime("%Y-%m-%d")).sort("unique_id", "ds").collect()
    )
    truth = ahead["y"].fill_null(float("nan")).to_numpy().reshape(len(ids), -1)
    with np.load(scratch(f"ours_{places}.npz")) as kept:
        rows = np.flatnonzero(np.isin(kept["ids"], ids))
        said = kept["forecast"][0][rows]
    return float(np.nansum(np.abs(said - truth)) / np.nansum(truth))
