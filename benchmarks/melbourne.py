"""35 real sensors over Christmas: 8 weekly origins, 168 h ahead. Ours through the command line, as anyone would."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from figure import Figure, Options
from process import command, peer, scratch
from tables import EXCLUDED, HORIZON, melbourne_file, melbourne_table

ORIGINS = [str(date(2014, 12, 20) + timedelta(weeks=week)) for week in range(8)]
_PROPHET_ORIGINS = ["2014-12-20", "2015-01-24"]
_PLACE = {"country": "AU", "region": "VIC"}
_SENSORS = 35


def run(options: Options) -> Iterator[Figure]:
    """This will yield errors and seconds an origin; every round runs ours, the peer, ours fast, the peer's other lags."""
    origins = ORIGINS[:1] if options.quick else ORIGINS
    asked = {"table": str(melbourne_table(options)), "origins": origins, "horizon": HORIZON, **_PLACE}
    rounds: dict[str, list[dict[str, Any]]] = {"default": [], "daily": [], "fast": [], "listed": []}
    for _ in range(options.rounds):
        rounds["default"].append(_ours(options, origins))
        rounds["daily"].append(peer("recursive.py", options.threads, size="daily", **asked))
        rounds["fast"].append(_ours(options, origins, "--fast"))
        rounds["listed"].append(peer("recursive.py", options.threads, size="listed", **asked))
    for mode in ("default", "fast"):
        yield from _beside_mlforecast(mode, rounds)
    yield from _alone(rounds["default"])
    yield from _beside_prophet(options, asked, rounds["default"][0])


def _ours(options: Options, origins: list[str], *more: str) -> dict[str, Any]:
    """The command of the project's first issue, with the threads the peers have."""
    out = scratch("melbourne_fast" if more else "melbourne")
    words = [str(Path(sys.executable).with_name("busyness")), "backtest", str(melbourne_file(options))]
    words += ["--time", "Date,Hour", "--place", "SensorID", "--demand", "PedestrianCount"]
    words += ["--timezone", "Australia/Melbourne", "--country", "AU", "--region", "VIC", "--every", "1h"]
    words += ["--exclude", ",".join(map(str, EXCLUDED)), "--horizon", str(HORIZON), "--origins", ",".join(origins)]
    whole = command([*words, "--threads", str(options.threads), "--out", str(out), *more], options.threads)
    scores: dict[str, Any] = json.loads((out / "backtest.json").read_text("utf-8"))
    seconds = {stage: spent / len(origins) for stage, spent in scores["seconds"].items()}
    return {**scores, "seconds": seconds, "whole": whole, "predictions": str(out / "predictions.parquet")}


def _forecasting(run: dict[str, Any]) -> float:
    """Seconds an origin of ours without calibration: what the peer does too."""
    seconds = run["seconds"]
    return float(seconds["features"] + seconds["fit"] + seconds["predict"])


def _peer_seconds(run: dict[str, Any]) -> float:
    return float((sum(run["fit"]) + sum(run["predict"])) / len(run["fit"]))


def _beside_mlforecast(mode: str, rounds: dict[str, list[dict[str, Any]]]) -> Iterator[Figure]:
    mine = rounds[mode]
    suffix = "" if mode == "default" else "_fast"
    spent = [_forecasting(run) for run in mine]
    for size in ("daily", "listed"):
        theirs = rounds[size]
        seconds = [_peer_seconds(run) for run in theirs]
        named = {"peer_name": f"mlforecast + LightGBM ({size})"}
        scored = {"ours_scored": _scored(mine[0]), "peer_scored": theirs[0]["scored"]}
        errors = {**named, **scored, "peer_by_origin": theirs[0]["mae_by_origin"], "target": "≤ 98, fast ≤ 105"}
        yield Figure(f"melbourne_mae{suffix}_beside_{size}", mine[0]["mae"], theirs[0]["mae"], "visitors", errors)
        target = "ratio ≤ 1" if mode == "default" else "ratio ≤ 0.5"
        extra = {**named, "ours_each": spent, "peer_each": seconds, "target": target, "note": "fit + predict an origin"}
        yield Figure(f"melbourne_seconds{suffix}_beside_{size}", min(spent), min(seconds), "s", extra)
    calibration = min(run["seconds"]["calibrate"] for run in mine)
    extra = {"peer_name": "our own fit + predict", "target": "ratio ≤ 1", "ours_whole_command": mine[0]["whole"]}
    yield Figure(f"melbourne_calibration_seconds{suffix}", calibration, min(spent), "s", extra)


def _alone(mine: list[dict[str, Any]]) -> Iterator[Figure]:
    scores = mine[0]
    for name, label in (("seasonal_naive", "last week"), ("seasonal_mean", "mean of the last four weeks")):
        yield Figure(f"melbourne_mae_beside_{name}", scores["mae"], scores[name]["mae"], "visitors", {"peer_name": label})
    yield Figure(
        "melbourne_coverage_80", scores["coverage_80"], 0.8, "share", {"peer_name": "nominal", "target": "0.75 … 0.85"}
    )
    yield Figure("melbourne_pinball", scores["pinball"], None, "visitors")


def _scored(run: dict[str, Any]) -> int:
    return pl.scan_parquet(run["predictions"]).select(pl.col("observed").count()).collect().item()


def _beside_prophet(options: Options, asked: dict[str, Any], mine: dict[str, Any]) -> Iterator[Figure]:
    origins, sample = (asked["origins"], 2) if options.quick else (_PROPHET_ORIGINS, 20)
    theirs = peer("additive.py", options.threads, **{**asked, "origins": origins, "sample": sample})
    each = (sum(theirs["fit"]) + sum(theirs["predict"])) / len(theirs["fit"])
    note = f"{len(theirs['places'])} sensors × {len(origins)} origins"
    same = pl.read_parquet(mine["predictions"]).filter(pl.col("observed").is_not_null())
    local = pl.col("origin").dt.convert_time_zone("Australia/Melbourne").dt.date().cast(pl.String)
    same = same.filter(pl.col("place").is_in(theirs["places"]) & local.is_in(origins))
    error = float((same["q50"] - same["observed"]).abs().mean())
    extra = {"peer_name": "Prophet", "note": note, "ours_scored": same.height, "peer_scored": theirs["scored"]}
    yield Figure("melbourne_mae_beside_prophet", error, theirs["mae"], "visitors", extra)
    extra = {
        "peer_name": "Prophet",
        "note": f"fit + predict an origin; Prophet extrapolated to {_SENSORS} sensors from {note}",
    }
    yield Figure("melbourne_seconds_beside_prophet", _forecasting(mine), each * _SENSORS, "s", extra)
