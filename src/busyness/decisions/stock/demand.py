"""Paths of units wanted: visitors × the share who buy × the units they take."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.stock.problem import StockLine
from busyness.decisions.stock.rates import beta_draws, gamma_draws


def unit_demand(line: StockLine, visitors: NDArray[np.float32], *, seed: int = 0) -> NDArray[np.float64]:
    """This will draw the units wanted of a line, whole numbers ``[paths, days]``, from its place's ``visitors``.

    Each path has its own mean rates (their error), and each day its own around them; baskets are binomial. The draws
    belong to the line's names and the seed: other lines do not change them.
    """
    rng = np.random.default_rng([seed, zlib.crc32(f"{line.product}\0{line.place}".encode())])
    paths, _ = visitors.shape
    conversion, units = line.rates
    share = beta_draws(rng, np.full((paths, 1), conversion.mean), conversion.error)
    share = beta_draws(rng, np.broadcast_to(share, visitors.shape), conversion.daily)
    came = _whole(rng, visitors)
    baskets = rng.binomial(came.astype(np.int64), share)
    size = gamma_draws(rng, np.full((paths, 1), units.mean), units.error)
    size = gamma_draws(rng, np.broadcast_to(size, visitors.shape), units.daily)
    return _whole(rng, baskets * size)


def _whole(rng: np.random.Generator, numbers: NDArray[np.float32] | NDArray[np.float64]) -> NDArray[np.float64]:
    """This will round up or down by chance, so that the mean stays."""
    return np.floor(numbers.astype(np.float64) + rng.random(numbers.shape))
