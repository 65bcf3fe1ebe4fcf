"""Have the inputs changed? The population stability index (PSI) of each, beside what chance does.

Sources: Siddiqi, "Credit Risk Scorecards", 2006, for the index and its usual reading (0.1, 0.25); Yurdakul, "Statistical
Properties of Population Stability Index", 2018, for its distribution when nothing has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

BINS = 5
SHIFTING, DRIFTED = 0.1, 0.25
"""The usual reading: below the first nothing has changed, above the second it has."""

FEWEST = 50
"""Values on either side: under this, chance alone moves the index past its limits."""

_SURE = 3.09  # normal quantile of 0.999


def psi(before: NDArray[np.floating], last: NDArray[np.floating], *, bins: int = BINS) -> float:
    """This will return Σ (share now - share then) · ln(share now / share then) over quantiles of ``before``, without NaN.

    Half a count is added to each bin, so that an empty one is not infinite; NaN with nothing on either side.

    >>> import numpy as np
    >>> psi(np.arange(100.0), np.arange(100.0)), round(psi(np.arange(100.0), np.arange(100.0) + 40), 2)
    (0.0, 1.87)
    """
    then, now = (values[np.isfinite(values)] for values in (before, last))
    if not len(then) or not len(now):
        return float("nan")
    edges = np.unique(np.quantile(then, np.arange(1, bins) / bins))
    expected, found = (np.bincount(np.searchsorted(edges, side), minlength=len(edges) + 1) + 0.5 for side in (then, now))
    expected, found = expected / expected.sum(), found / found.sum()
    return float(((found - expected) * np.log(found / expected)).sum())


def limit(before: int, last: int, *, bins: int = BINS) -> float:
    """This will return the index that chance passes once in a thousand times, or 0.25 where that is more.

    Under no change the index is (1 / before + 1 / last) times a chi-square of bins - 1 (its quantile by Wilson & Hilferty,
    1931).

    >>> limit(10_000, 1_000), round(limit(200, 60), 2)
    (0.25, 0.41)
    """
    free = bins - 1
    chi = free * (1 - 2 / (9 * free) + _SURE * np.sqrt(2 / (9 * free))) ** 3
    return max(DRIFTED, float(chi * (1 / max(before, 1) + 1 / max(last, 1))))


def input_stability(
    before: Mapping[str, NDArray[np.floating]],
    last: Mapping[str, NDArray[np.floating]],
    *,
    families: Mapping[str, str] | None = None,
    draws: tuple[int, int] | None = None,
) -> pl.DataFrame:
    """This will return ``family, input, psi, limit, verdict`` (steady, shifting, drifted, unknown), the largest first.

    ``before`` and ``last`` hold the values of each input by name; ``families`` names their families. ``draws`` is how many
    of the values count as drawn alone where they hang together (the days, of hourly values of many places); none: all.
    """
    rows = []
    for name, values in before.items():
        now = last.get(name, np.zeros(0))
        counts = int(np.isfinite(values).sum()), int(np.isfinite(now).sum())
        index, most = psi(values, now), limit(*(draws or counts))
        enough = min(counts) >= FEWEST and np.isfinite(index)
        told = "unknown" if not enough else "drifted" if index > most else "shifting" if index > SHIFTING else "steady"
        rows.append(
            {"family": (families or {}).get(name, name), "input": name, "psi": index, "limit": most, "verdict": told}
        )
    schema = {"family": pl.String, "input": pl.String, "psi": pl.Float64, "limit": pl.Float64, "verdict": pl.String}
    return (
        pl.DataFrame(rows, schema=schema)
        .sort("psi", descending=True, nulls_last=True)
        .with_columns(pl.col("psi").fill_nan(None))
    )


def of_places(
    places: Sequence[str], before: NDArray[np.floating], last: NDArray[np.floating]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """This will return the index of each place's own values and its limit, ``[places]``; NaN with too few values."""
    index, most = np.full(len(places), np.nan), np.full(len(places), np.nan)
    for row in range(len(places)):
        counts = int(np.isfinite(before[row]).sum()), int(np.isfinite(last[row]).sum())
        if min(counts) >= FEWEST:
            index[row], most[row] = psi(before[row], last[row]), limit(*counts)
    return index, most
