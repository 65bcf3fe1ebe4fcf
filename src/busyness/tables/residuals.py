"""Residuals: what came beside what had been predicted, for many origins. Calibration and blending live on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError


@dataclass(frozen=True, slots=True)
class Residuals:
    """``observed`` and ``predicted`` (medians) float32 ``[origins, places, horizon]``, NaN where not observed or closed.

    ``origins`` are slot numbers ``[origins]``; ``level`` float32 ``[origins, places]`` is the place's usual demand then.
    """

    origins: NDArray[np.int64]
    observed: NDArray[np.float32]
    predicted: NDArray[np.float32]
    level: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.observed.shape != self.predicted.shape or self.observed.ndim != 3:
            raise InputError(f"Residuals of shapes {self.observed.shape} and {self.predicted.shape} do not match.")
        if self.level.shape != self.observed.shape[:2] or len(self.origins) != len(self.observed):
            raise InputError("Residuals need one level per origin and place.")

    @property
    def horizon(self) -> int:
        """Slots ahead."""
        return int(self.observed.shape[2])
