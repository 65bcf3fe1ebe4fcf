"""The table all sides read, as the peers need it: no gaps, every series up to the origin.

The table is a full grid sorted by place and time: ``unique_id``, ``ds`` (wall clock), ``y`` (null where not observed),
``open``. mlforecast cannot have missing values; what is missing takes the value of a week before, else of a line.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

WEEK = 168


@dataclass(frozen=True)
class Series:
    """``y`` ``[places, hours]`` as observed (NaN: not), zero where closed; ``seen`` is False where closed too."""

    ids: np.ndarray
    times: np.ndarray
    y: np.ndarray
    seen: np.ndarray

    def at(self, origin: str) -> int:
        """This will return the column of a time."""
        return int(np.searchsorted(self.times, np.datetime64(origin)))


def asked() -> dict[str, Any]:
    """This will return what the benchmark asked for: the JSON of the first argument."""
    return json.loads(sys.argv[1])


def answer(**facts: Any) -> None:
    """This will print the facts and this process's peak memory as one line of JSON."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**facts, "peak_mb": peak}), flush=True)


def read(file: str, places: int | None = None) -> Series:
    """This will read the first ``places`` of a table (None: all)."""
    folder = Path(file)
    table = pl.scan_parquet(folder / "*.parquet" if folder.is_dir() else folder)
    ids = table.select("unique_id").unique().sort("unique_id").collect()["unique_id"].to_list()[:places]
    if places is not None:
        table = table.filter(pl.col("unique_id").is_in(ids))
    frame = table.collect()
    shape = (len(ids), -1)
    times = frame["ds"][: frame.height // len(ids)].to_numpy().astype("datetime64[ns]")
    observed = frame["y"].cast(pl.Float32).fill_null(float("nan")).to_numpy().reshape(shape)
    opened = frame["open"].to_numpy().reshape(shape)
    return Series(np.array(ids), times, np.where(opened, observed, np.float32(0)), opened & np.isfinite(observed))


def filled(series: Series, until: int, begin: int = 0) -> pd.DataFrame:
    """This will return hours ``begin`` to ``until`` long, from each series' first observation on, without gaps."""
    y = series.y[:, begin:until].copy()
    for hour in range(WEEK, y.shape[1], WEEK):  # week by week, so that a filled week fills the next
        block = y[:, hour : hour + WEEK]
        before = y[:, hour - WEEK : hour - WEEK + block.shape[1]]
        block[...] = np.where(np.isnan(block), before, block)
    first = np.where(series.seen[:, begin:until].any(1), series.seen[:, begin:until].argmax(1), y.shape[1])
    hours = np.arange(y.shape[1])
    for row in np.flatnonzero(np.isnan(y).any(1)):
        known = np.isfinite(y[row])
        y[row] = np.interp(hours, hours[known], y[row, known]) if known.any() else 0
    kept = (hours >= first[:, None]).reshape(-1)
    codes = np.repeat(np.arange(len(series.ids), dtype=np.int16), y.shape[1])[kept]
    return pd.DataFrame(
        {
            "unique_id": pd.Categorical.from_codes(codes, series.ids),
            "ds": np.tile(series.times[begin:until], len(series.ids))[kept],
            "y": y.reshape(-1)[kept],
        }
    )


def errors(series: Series, origins: list[str], answers: np.ndarray) -> dict[str, Any]:
    """This will score forecasts ``[origins, places, horizon]`` where something was observed.

    A place without a forecast counts as forecast zero, so that leaving a place out is never rewarded.
    """
    horizon = answers.shape[2]
    at = [series.at(origin) for origin in origins]
    truth = np.stack([series.y[:, a : a + horizon] for a in at])
    seen = np.stack([series.seen[:, a : a + horizon] for a in at])
    wrong = np.abs(np.where(seen, np.nan_to_num(answers) - truth, 0))
    return {
        "mae": float(wrong.sum() / seen.sum()),
        "mae_by_origin": (wrong.sum((1, 2)) / np.maximum(seen.sum((1, 2)), 1)).tolist(),
        "wape": float(wrong.sum() / truth[seen].sum()),
        "scored": int(seen.sum()),
        "unanswered": int((seen & np.isnan(answers)).sum()),
    }


def kept(want: dict[str, Any], series: Series, answers: np.ndarray) -> None:
    """This will keep the forecasts as npz where the benchmark asked for them."""
    if want.get("out"):
        np.savez(want["out"], ids=series.ids, forecast=answers.astype(np.float32))


class Timed:
    """Seconds inside a ``with`` block."""

    seconds: float = 0.0

    def __enter__(self) -> Timed:
        self._begun = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._begun
