"""Is the difference more than chance? Intervals around a mean difference, for pairs that come in clusters (days)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Difference:
    """A mean difference with its interval, and how many clusters and pairs it rests on. NaN bounds: under two clusters."""

    mean: float
    low: float
    high: float
    clusters: int
    pairs: int

    def over(self, scale: float) -> Difference:
        """This will return the same as a share of ``scale``; NaN where that is not above zero."""
        by = scale if scale > 0 else math.nan
        return Difference(self.mean / by, self.low / by, self.high / by, self.clusters, self.pairs)


def clustered(differences: Floats, clusters: NDArray[np.generic], *, confidence: float = 0.95) -> Difference:
    """This will return the mean difference with a cluster-robust interval by Student's t.

    ``differences`` ``[pairs]`` (NaN: left out) and the cluster of each. Pairs of one cluster may go together in any way;
    clusters are independent. The variance is that of a ratio of cluster sums (Cameron & Miller 2015, "A practitioner's
    guide to cluster-robust inference", with the factor G / (G − 1)), on G − 1 degrees of freedom.
    """
    there = np.isfinite(differences)
    values, names = differences[there], clusters[there]
    if not len(values):
        return Difference(math.nan, math.nan, math.nan, 0, 0)
    _, codes = np.unique(names, return_inverse=True)
    groups = int(codes.max()) + 1
    mean = float(values.mean())
    if groups < 2:
        return Difference(mean, math.nan, math.nan, groups, len(values))
    off = np.bincount(codes, values - mean)
    error = math.sqrt(groups / (groups - 1) * float((off**2).sum())) / len(values)
    reach = t_quantile(0.5 + confidence / 2, groups - 1) * error
    return Difference(mean, mean - reach, mean + reach, groups, len(values))


def t_quantile(level: float, freedom: int) -> float:
    """This will return the quantile of Student's t, within 0.005 from three degrees of freedom on.

    Abramowitz & Stegun 26.7.5; with one and two degrees the formulas are exact.
    """
    if freedom == 1:
        return math.tan(math.pi * (level - 0.5))
    if freedom == 2:
        return (2 * level - 1) * math.sqrt(2 / (4 * level * (1 - level)))
    z, n = NormalDist().inv_cdf(level), float(freedom)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )
