"""Where a detector has found changes: what all of them return."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Changes:
    """One entry a change, by the day it was found: arrays ``[changes]``. Places are numbers of rows, days of columns.

    ``found`` is the day on which it was told and ``since`` the one on which it seems to have begun; ``statistic`` is what
    was compared with ``threshold``. After a change a detector begins anew, so that a lasting one may be found again.
    """

    row: NDArray[np.int64]
    found: NDArray[np.int64]
    since: NDArray[np.int64]
    statistic: NDArray[np.float64]
    threshold: NDArray[np.float64]

    @classmethod
    def joined(
        cls, found: list[tuple[NDArray[np.int64], int, NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]]
    ) -> Changes:
        """This will join what was found on each day: rows, the day, and of each row since when, statistic and threshold."""
        none = np.zeros(0, np.int64)
        return cls(
            np.concatenate([none, *(rows for rows, *_ in found)]),
            np.concatenate([none, *(np.full(len(rows), day) for rows, day, *_ in found)]),
            *(
                np.concatenate([np.zeros(0, kind), *(entry[k] for entry in found)])
                for k, kind in ((2, np.int64), (3, float), (4, float))
            ),
        )

    def first(self, places: int) -> NDArray[np.int64]:
        """This will return the day of each place's first change, ``[places]``; −1 for none."""
        days = np.full(places, -1)
        days[self.row[::-1]] = self.found[::-1]
        return days
