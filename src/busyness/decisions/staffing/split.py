"""Hourly demand on a finer grid: a straight line within each hour, its slope from the neighbours, the hour's total kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError


def split_slots(demand: NDArray[np.float32], parts: int) -> NDArray[np.float32]:
    """This will cut each slot of ``[…, slots]`` into ``parts`` that add up to it.

    Within a slot demand is a straight line. Its slope is the mean of the steps to the slot before and after, but no more
    than twice the smaller of the two and zero at peaks and troughs (van Leer's limiter), so that nothing becomes negative
    and no new peak arises; the first and last slot are flat.
    """
    if parts < 1:
        raise InputError(f"A slot cannot be cut into {parts} parts.", hint="Use 1 or more.")
    whole = np.asarray(demand, np.float64)
    steps = np.diff(whole, axis=-1)
    slope = np.zeros_like(whole)
    before, after = steps[..., :-1], steps[..., 1:]
    least = 2 * np.minimum(np.abs(before), np.abs(after))
    middle = np.minimum(np.abs(before + after) / 2, least)
    slope[..., 1:-1] = np.where(before * after > 0, np.sign(before) * middle, 0.0)
    offset = (np.arange(parts) + 0.5) / parts - 0.5
    fine = (whole[..., None] + slope[..., None] * offset) / parts
    return np.asarray(fine.reshape(*whole.shape[:-1], -1), np.float32)
