"""A chain held in memory as the service does: resident megabytes, seconds to load, to check and to answer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from figure import Figure, Options
from process import ours, scratch

MOST_MEGABYTES = 1000


def run(options: Options) -> Iterator[Figure]:
    """This will yield what 10,000 places × 336 slots take: memory, then seconds of each step of a process of its own."""
    places, horizon = (50, 48) if options.quick else (10_000, 336)
    folder = scratch("served")
    shutil.rmtree(folder, ignore_errors=True)
    made = ours("served.py", options.threads, do="made", folder=str(folder), places=places, horizon=horizon)
    rounds = [ours("served.py", options.threads, do="held", folder=str(folder)) for _ in range(options.rounds)]
    shutil.rmtree(folder, ignore_errors=True)
    named = {"places": places, "slots": horizon, "levels": 7, "levels_held": 23, "folder_mb": made["megabytes"]}
    best = min(rounds, key=lambda found: found["load"])
    extra = {
        **named,
        "target": f"under {MOST_MEGABYTES} MB",
        "before_mb": best["before_mb"],
        "after_loading_mb": best["loaded_mb"],
        "own_mb": best["own_mb"],
        "note": "resident after loading, checking and every kind of answer, libraries and the pages of the mapped file "
        "included; own_mb is without what the system can take back",
    }
    yield Figure("serving_memory", max(found["resident_mb"] for found in rounds), None, "MB", extra)
    yield Figure("serving_load", best["load"], None, "s", {**named, "passed_the_gate": best["passed"]})
    for name in best["answers"]:
        yield Figure(f"serving_{name}", min(found["answers"][name] for found in rounds), None, "s", named)
