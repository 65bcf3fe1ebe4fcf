"""What the members share: where they are open, and their answers by origin, place and step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import LeakError
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.verbs import MedianForecaster


def cells_ahead(panel: SealedPanel, origins: Sequence[int], horizon: int) -> Cells:
    """This will return all cells ahead of the origins, or raise if one lies after the panel's own origin."""
    if len(origins) and max(origins) > panel.origin:
        raise LeakError(f"Origin {max(origins)} lies after the panel's own, {panel.origin}.")
    if len(origins):
        panel.until(max(origins)).ahead(horizon)
    return Cells.ahead(len(panel.places), list(origins), horizon)


def shaped(values: NDArray[np.float32], panel: SealedPanel, *, cells: Cells, horizon: int) -> NDArray[np.float32]:
    """This will return values per cell as ``[origins, places, horizon]``: not negative, zero where closed."""
    opened = panel.open[cells.place, cells.slot]
    answer = np.where(opened, np.maximum(values, 0), 0).astype(np.float32)
    return answer.reshape(-1, len(panel.places), horizon)


def observed_ahead(panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
    """This will return what came after each origin, ``[origins, places, horizon]``.

    NaN where it was not observed, where the place was closed, and from the panel's own origin on.
    """
    at = np.asarray(origins)[:, None] + np.arange(horizon)
    passed = at < panel.origin
    within = np.where(passed, at, 0)
    counted = passed[:, None, :] & panel.open[:, within].transpose(1, 0, 2)
    return np.where(counted, panel.demand[:, within].transpose(1, 0, 2), np.float32(np.nan))


def usable(examples: Examples) -> NDArray[np.bool_]:
    """This will say which rows can be learned from: those whose demand was observed."""
    return np.isfinite(examples.y)


def shared_importance(members: Sequence[MedianForecaster], weights: Sequence[float]) -> dict[str, float]:
    """This will return the weighted mean of the members' feature shares, of those that can say them; the largest first."""
    total: dict[str, float] = {}
    for member, weight in zip(members, weights, strict=True):
        own: dict[str, float] = getattr(member, "importance", dict)()
        for name, share in own.items():
            total[name] = total.get(name, 0.0) + weight * share
    whole = sum(total.values()) or 1.0
    return {name: share / whole for name, share in sorted(total.items(), key=lambda pair: -pair[1])}
