"""How long the simulator takes for 50 stores × 2 years of hourly counts."""

from __future__ import annotations

import time
from collections.abc import Iterator

from busyness.sources.simulator.retail import RetailChain, simulate_retail
from figure import Figure, Options


def run(options: Options) -> Iterator[Figure]:
    """This will yield the fastest of ``rounds`` worlds, with their covariate tables."""
    chain = RetailChain(stores=3, days=30) if options.quick else RetailChain(stores=50, days=730)
    seconds = []
    for _ in range(options.rounds):
        begun = time.perf_counter()
        world = simulate_retail(chain)
        seconds.append(time.perf_counter() - begun)
    extra = {
        "target": "< 5 s",
        "stores": chain.stores,
        "days": chain.days,
        "rows": world.counts.height,
        "ours_each": seconds,
    }
    yield Figure("simulate_counts", min(seconds), None, "s", extra)
