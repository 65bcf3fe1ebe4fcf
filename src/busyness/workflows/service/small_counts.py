"""Counts of a few people are not shown: whoever is counted must not be told apart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from busyness.workflows.service.snapshot import Snapshot


def hidden(snapshot: Snapshot, counts: NDArray[np.float32]) -> NDArray[np.bool_]:
    """This will say which observed counts are too small to be shown: above 0 and under the world's ``small_counts``.

    Nobody is nobody: a zero is shown.
    """
    return np.asarray((counts > 0) & (counts < snapshot.small_counts), np.bool_)
