"""The tables handed to all sides as parquet: a full grid of ``unique_id, ds, y, open``, sorted by place and time.

``ds`` is wall-clock time, ``y`` null where nothing was observed, ``open`` False where the place was closed.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from busyness.sources.simulator.retail import RetailChain, simulate_retail
from figure import ROOT, NotHere, Options
from process import scratch

HORIZON = 168
_DAYS = 365
_CHAIN = 250  # stores of one simulated chain; more places are more chains, each with its own seed
_START = date(2024, 1, 1)
EXCLUDED = (36, 37, 38, 40)


def melbourne_file(options: Options) -> Path:
    """This will return the published file of counts."""
    file = options.real / "melbourne_pedestrians" / "melbourne_2012_2015.parquet"
    if not file.exists():
        raise NotHere(f"{file} is missing; name the folder of the real data with --real.")
    return file


def melbourne_table(options: Options) -> Path:
    """This will write the 35 usable sensors on the grid of their wall clock."""
    counts = (
        pl.read_parquet(melbourne_file(options))
        .drop_nulls("SensorID")
        .with_columns(pl.col("SensorID").cast(pl.Int32))
        .filter(~pl.col("SensorID").is_in(EXCLUDED))
        .select(
            unique_id=pl.col("SensorID").cast(pl.String),
            ds=pl.col("Date").str.strptime(pl.Datetime("us"), "%d-%b-%Y") + pl.duration(hours="Hour"),
            y=pl.col("PedestrianCount").cast(pl.Float32),
        )
        .unique(["unique_id", "ds"], keep="last")
    )
    table = _grid(counts, datetime(2012, 1, 1), datetime(2015, 2, 15, 23)).with_columns(open=pl.lit(value=True))
    file = scratch("data/melbourne.parquet")
    table.write_parquet(file)
    return file


def retail_table(places: int) -> Path:
    """This will simulate ``places`` stores over a year and the week to be forecast; kept for the next run."""
    folder = scratch(f"data/retail_{places}_{_simulator()}")
    if not (folder / "whole").exists():
        folder.mkdir(exist_ok=True)
        for seed, begin in enumerate(range(0, places, _CHAIN)):
            _chain(min(_CHAIN, places - begin), seed).write_parquet(folder / f"{seed:03d}.parquet")
        (folder / "whole").touch()
    return folder


def _simulator() -> str:
    """A fingerprint of the simulator's source: another simulator makes other tables."""
    sources = sorted((ROOT / "src" / "busyness" / "sources" / "simulator").glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:8]


def retail_origin() -> str:
    """This will return the start of the week to be forecast."""
    return str(np.datetime64(_START) + _DAYS)


def _chain(stores: int, seed: int) -> pl.DataFrame:
    """One chain's counts; where a store has no row it is closed."""
    days = _DAYS + HORIZON // 24
    counts = simulate_retail(RetailChain(stores=stores, start=_START, days=days, seed=seed, ahead=0)).counts
    named = counts.select(
        unique_id=pl.concat_str(pl.lit(f"{seed:03d}-"), pl.col("place").cast(pl.String)),
        ds="time",
        y=pl.col("visitors").cast(pl.Float32),
        open=pl.lit(value=True),
    )
    end = datetime.combine(_START, time(23)) + timedelta(days=days - 1)
    return _grid(named, datetime.combine(_START, time()), end).with_columns(pl.col("open").fill_null(value=False))


def _grid(counts: pl.DataFrame, begin: datetime, end: datetime) -> pl.DataFrame:
    """All places × all hours."""
    hours = pl.datetime_range(begin, end, "1h", eager=True).alias("ds")
    grid = counts.select("unique_id").unique().join(hours.to_frame(), how="cross")
    return grid.join(counts, on=["unique_id", "ds"], how="left").sort("unique_id", "ds")
