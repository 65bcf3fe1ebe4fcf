"""Our forecaster on simulated stores: fitted, calibrated, and asked for the week ahead as often as wanted."""

from __future__ import annotations

import time

import numpy as np
from cube import answer, asked, held
from numpy.typing import NDArray

from busyness.backtesting.baselines import seasonal_mean, seasonal_naive
from busyness.domain.stopwatch import Stopwatch
from busyness.metrics.point import wape
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import forecaster


def main() -> None:
    """This will print the seconds of every stage, of each forecast, and the errors; ``out`` keeps the medians."""
    want = asked()
    horizon = want["horizon"]
    found = held(want["table"], want["origin"], horizon)
    chosen = {"model": want.get("model", "boosted"), "arguments": want.get("arguments", {})}
    settings = ModelSettings(threads=want["threads"], fast=want.get("fast", False), horizon=horizon, **chosen)
    watch = Stopwatch()
    begun = time.perf_counter()
    model = forecaster(settings, watch=watch).fit(found.panel.sealed(), horizon)
    fitted = time.perf_counter() - begun
    predict, table = [], []
    for _ in range(want.get("repeats", 1)):
        sealed = found.panel.sealed()  # a fresh view: nothing computed for the last forecast is used again
        begun = time.perf_counter()
        said = model.predict(sealed, horizon)
        predict.append(time.perf_counter() - begun)
        said.to_polars()
        table.append(time.perf_counter() - begun)
    sealed = found.panel.sealed()
    median = said.at(0.5)
    if want.get("out"):
        np.savez(want["out"], ids=np.array(found.panel.ids), forecast=median[None])
    inside = (found.truth >= said.at(0.1)) & (found.truth <= said.at(0.9))
    answer(
        stages=dict(watch.seconds),
        fit_and_calibrate=fitted,
        predict=predict,
        table=table,
        wape=wape(found.truth, median),
        naive=beside(found.truth, median, seasonal_naive(sealed, [sealed.origin], horizon)[0]),
        mean=beside(found.truth, median, seasonal_mean(sealed, [sealed.origin], horizon)[0]),
        coverage_80=float(inside[np.isfinite(found.truth)].mean()),
        scored=int(np.isfinite(found.truth).sum()),
    )


def beside(truth: NDArray[np.float32], median: NDArray[np.float32], baseline: NDArray[np.float32]) -> list[float]:
    """This will score ours and a baseline on the same slots: those the baseline answers; a new store has no last week."""
    known = np.where(np.isnan(baseline), np.float32(np.nan), truth)
    return [wape(known, median), wape(known, baseline)]


if __name__ == "__main__":
    main()
