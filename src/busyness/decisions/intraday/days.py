"""Random days: how many visitors come to each place in each step, drawn from a forecast's calibrated paths."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError


@dataclass(frozen=True, eq=False)
class Days:
    """``arrivals`` int64 ``[days, places, steps]``, what the forecast's mean says of each, ``expected`` float64 of the same
    shape, and the ``seed`` from which the simulator draws when in the step each visitor comes, for how long, how patient.

    The number of a day is part of the draw: whoever decides, day 7 brings the same visitors.
    """

    arrivals: NDArray[np.int64]
    expected: NDArray[np.float64]
    seed: int = 0

    def __post_init__(self) -> None:
        if self.arrivals.ndim != 3 or not self.arrivals.size:
            raise InputError(f"Arrivals of shape {self.arrivals.shape} are no days × places × steps.")
        if self.expected.shape != self.arrivals.shape:
            raise InputError(f"A forecast of shape {self.expected.shape} does not fit days of shape {self.arrivals.shape}.")
        if not np.issubdtype(self.arrivals.dtype, np.integer) or self.arrivals.min() < 0:
            raise InputError("Arrivals have to be whole numbers of 0 or more.", hint="Count visitors.")
        if not np.isfinite(self.expected).all() or self.expected.min() < 0:
            raise InputError("The forecast holds a value that is missing or below 0.")

    @property
    def count(self) -> int:
        """How many days there are."""
        return len(self.arrivals)

    def part(self, which: slice) -> Days:
        """This will return some of the days. They are numbered anew: within a step their visitors differ."""
        return Days(self.arrivals[which], self.expected[which], self.seed)


def draw_days(
    paths: NDArray[np.float64], expected: NDArray[np.float64], *, count: int, burst: float = 0.2, seed: int = 0
) -> Days:
    """This will draw days of visitors from paths ``[paths, places, steps]`` of one day, visitors a step.

    A day takes one path (in turn, in random order); the visitors of a step are Poisson around it times a gamma of mean one
    and standard deviation ``burst``: quarters of an hour vary more than the hours that the forecast was calibrated on.
    ``expected`` ``[places, steps]`` is the forecast's mean, what policies know in the morning.
    """
    if paths.ndim != 3 or expected.shape != paths.shape[1:]:
        raise InputError(f"Paths of shape {paths.shape} do not fit a forecast of shape {expected.shape}.")
    rng = np.random.default_rng(seed)
    turns = [rng.permutation(len(paths)) for _ in range(-(-count // len(paths)))]
    rate = np.asarray(paths, np.float64)[np.concatenate(turns)[:count]]
    if burst > 0:
        rate = rate * rng.gamma(1 / burst**2, burst**2, rate.shape)
    arrivals = rng.poisson(rate).astype(np.int64)
    return Days(arrivals, np.broadcast_to(np.asarray(expected, np.float64), arrivals.shape), seed)
