"""Whoever decides during the day."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.view import View


class Policy(Protocol):
    """Decides a step of many days at once, from what is known then. ``name`` stands in tables."""

    @property
    def name(self) -> str:
        """What the policy is called."""

    def act(self, view: View, mask: NDArray[np.bool_]) -> NDArray[np.int64]:
        """This will return the numbers of the actions to take, ``[days, moves]``, given which can be, ``[days, actions]``.

        Several moves are taken one after the other; one that is no longer possible then does nothing.
        """
