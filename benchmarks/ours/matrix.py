"""Our design matrix: every observed cell once with all its features, a chunk of rows at a time, none kept."""

from __future__ import annotations

import time

from cube import answer, asked, held

from busyness.features.builder import DirectFeatures
from busyness.features.matrix import design_matrix


def main() -> None:
    """This will print rows, features and seconds; the peak memory includes the panel."""
    want = asked()
    panel = held(want["table"], want["origin"], 0, closed_is_zero=True).panel.sealed()
    builder = DirectFeatures(threads=want["threads"]).prepared(panel)
    rows = features = 0
    checked = 0.0
    begun = time.perf_counter()
    for examples in design_matrix(builder, panel):
        rows, features = rows + len(examples.y), len(examples.names)
        checked += float(examples.level.sum())  # every chunk is looked at before it goes
    answer(rows=rows, features=features, seconds=time.perf_counter() - begun, checked=checked)


if __name__ == "__main__":
    main()
