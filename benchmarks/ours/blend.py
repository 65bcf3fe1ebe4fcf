"""A blend at many origins of the Melbourne sensors: its errors, those of its members alone, and of their plain mean."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from cube import answer, asked

import busyness
from busyness.backtesting.replay import beside_observed, dated_origins
from busyness.backtesting.scores import score
from busyness.domain.stopwatch import Stopwatch
from busyness.workflows.ingest import preparer
from busyness.workflows.settings import ModelSettings, PreparationSettings
from busyness.workflows.wiring.members import forecaster


def main() -> None:
    """This will print the scores, and keep each origin's own in ``out`` as it is done."""
    want = asked()
    horizon = want["horizon"]
    found = busyness.read(want["file"], **want["reading"], horizon=horizon)
    prepare = preparer(PreparationSettings())
    origins = dated_origins(found.panel, [np.datetime64(day, "D") for day in want["origins"]])
    arguments = {"members": want["members"]} if want.get("members") else {}
    settings = ModelSettings(model="blend", arguments=arguments, threads=want["threads"], fast=want.get("fast", False))
    frames, windows = [], []
    for day, origin in zip(want["origins"], origins, strict=True):
        sealed = prepare(found.panel.until(origin))
        watch, begun = Stopwatch(), time.perf_counter()
        model: Any = forecaster(settings, watch=watch).fit(sealed, horizon)
        said = model.predict(sealed, horizon)
        seconds = time.perf_counter() - begun
        frames.append(beside_observed(found.panel, said, origin))
        blend = model.member
        single = {
            name: member.medians(sealed, [origin], horizon)[0]
            for name, member in zip(blend.names, blend.members, strict=True)
        }
        answers = {"blend": said.at(0.5), **single, "plain mean": np.mean(list(single.values()), axis=0)}
        truth = frames[-1]["observed"].to_numpy().reshape(len(found.panel.places), horizon)
        off = {name: np.abs(median - truth) for name, median in answers.items()}
        windows.append(
            {
                "origin": day,
                "sums": {name: float(np.nansum(error)) for name, error in off.items()},
                "cells": int(np.isfinite(truth).sum()),
                "mae": {name: round(float(np.nanmean(error)), 2) for name, error in off.items()},
                "weights": {name: round(share, 3) for name, share in blend.record["weights"].items()},
                "rehearsed": blend.record.get("mae"),
                "seconds": seconds,
                "stages": dict(watch.seconds),
            }
        )
        with Path(want["out"]).open("a", encoding="utf-8") as kept:
            kept.write(f"{windows[-1]}\n")
    zones = {place.id: place.timezone for place in found.panel.places}
    scores = score(pl.concat(frames), timezones=zones, slot_minutes=found.panel.slots.length.minutes).to_dict()
    cells = sum(window["cells"] for window in windows)
    mae = {name: sum(window["sums"][name] for window in windows) / cells for name in windows[0]["sums"]}
    answer(
        mae=mae,
        by_origin=[{name: window[name] for name in ("origin", "mae", "weights", "seconds")} for window in windows],
        coverage_80=scores["coverage_80"],
        coverage_by_origin=[window.get("coverage_80") for window in scores["by_origin"]],
        pinball=scores["pinball"],
        seconds=[window["seconds"] for window in windows],
        scored=cells,
    )


if __name__ == "__main__":
    main()
