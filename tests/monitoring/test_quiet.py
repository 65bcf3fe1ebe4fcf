"""What is usual can be told from enough quiet days only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from busyness.monitoring.quiet import in_doubt
from busyness.monitoring.walked import Daily


def daily(*held: float) -> Daily:
    """Two places of ten slots a day, of which the bands hold these shares, one a day."""
    slots = np.full((2, len(held)), 10.0)
    days = np.datetime64("2026-01-05") + np.arange(len(held))
    whole = Daily(("a", "b"), days, *[slots] * 7)
    return replace(whole, inside=slots * np.array(held))


@pytest.mark.parametrize(
    ("held", "share"),
    [
        ((0.8,) * 56, None),
        ((0.8,) * 40, 0.8),  # fewer than 28 days to learn what is usual
        ((0.4,) * 28 + (0.84,) * 28, 0.62),  # it had changed before anyone looked
        ((0.8,) * 28 + (0.2,) * 28, 0.5),
    ],
)
def test_the_bands_tell_whether_the_days_were_quiet(held: tuple[float, ...], share: float | None) -> None:
    found = in_doubt(daily(*held), len(held) // 2, enough=28)
    assert found == (None if share is None else pytest.approx(share))
