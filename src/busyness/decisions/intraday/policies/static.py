"""The roster as it is: nobody moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.view import View


@dataclass(frozen=True)
class Static:
    """Does nothing, all day."""

    name: str = "static"

    def act(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """This will return nothing for every day, ``[days, 1]``."""
        return np.zeros((len(view.called), 1), np.int64)
