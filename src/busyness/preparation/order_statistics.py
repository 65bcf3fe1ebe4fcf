"""Medians and quantiles over a short axis with gaps, whole cubes at a time.

NumPy's ``nanmedian`` works lane by lane; here the lanes are the fast axis and a sorting network compares whole cubes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def sort_stack(stack: NDArray[np.float32]) -> None:
    """This will sort a stack along its first axis in place, missing values (NaN) last, by Batcher's odd-even merges.

    Source: K. E. Batcher, Sorting networks and their applications (1968); the form is Knuth's Algorithm 5.2.2M.
    """
    np.copyto(stack, np.float32(np.inf), where=np.isnan(stack))
    lower = np.empty(stack.shape[1:], stack.dtype)
    for low, high in _network(len(stack)):
        np.minimum(stack[low], stack[high], out=lower)
        np.maximum(stack[low], stack[high], out=stack[high])
        stack[low] = lower
    np.copyto(stack, np.float32(np.nan), where=np.isinf(stack))


def _network(size: int) -> list[tuple[int, int]]:
    """Which pairs to compare, in order, so that ``size`` values end up sorted."""
    pairs = []
    top = 1 << max(size - 1, 0).bit_length() >> 1
    width = top
    while width > 0:
        jump, remainder, distance = top, 0, width
        while True:
            pairs += [(i, i + distance) for i in range(size - distance) if i & width == remainder]
            if jump == width:
                break
            distance, jump, remainder = jump - width, jump >> 1, width
        width >>= 1
    return pairs


def quantile_of_sorted(stack: NDArray[np.float32], count: NDArray[np.int64], level: float) -> NDArray[np.float32]:
    """This will return the quantile at ``level`` of the first ``count`` values, linear between, of each sorted lane."""
    place = np.maximum(count - 1, 0) * level
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, np.maximum(count - 1, 0))
    share = (place - low).astype(np.float32)
    below = np.take_along_axis(stack, low[None], axis=0)[0]
    above = np.take_along_axis(stack, high[None], axis=0)[0]
    return np.asarray(below + (above - below) * share, np.float32)


def median(stack: NDArray[np.float32]) -> NDArray[np.float32]:
    """This will return the median over the first axis of what is not NaN; NaN where nothing is. Sorts the stack."""
    sort_stack(stack)
    return quantile_of_sorted(stack, np.isfinite(stack).sum(axis=0), 0.5)


def around(weekly: NDArray[np.float32], reach: int, *, own: bool = True) -> NDArray[np.float32]:
    """This will stack ``[places, weeks, hours]`` with itself shifted by up to ``reach`` weeks either way.

    The result is ``[shifts, places, weeks, hours]``, NaN beyond the ends; without ``own`` the week itself is left out.
    """
    shifts = [shift for shift in range(-reach, reach + 1) if own or shift]
    stack = np.full((len(shifts), *weekly.shape), np.nan, np.float32)
    weeks = weekly.shape[1]
    for layer, shift in zip(stack, shifts, strict=True):
        if abs(shift) < weeks:
            layer[:, max(-shift, 0) : weeks - max(shift, 0)] = weekly[:, max(shift, 0) : weeks - max(-shift, 0)]
    return stack
