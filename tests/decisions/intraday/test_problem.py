from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from busyness.decisions.intraday.actions import CALL, MOVE, SEND, Actions
from busyness.decisions.intraday.problem import FlexPeople, Money, Notice, Reality, Visits
from busyness.domain.errors import InputError

from .clusters import cluster


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"places": ()}, "no place"),
        ({"places": ("A", "B", "A")}, "'A' comes twice"),
        ({"heads": np.full((2, 16), 2)}, "do not fit 3 places"),
        ({"heads": np.full((3, 16), -1)}, "whole numbers"),
        ({"heads": np.full((3, 16), 1.5)}, "whole numbers"),
        ({"travel": np.zeros((2, 2))}, "do not fit 3 places"),
        ({"travel": np.zeros((3, 3))}, "from 'Store 1' to 'Store 2' in 0 minutes"),
        ({"flex": FlexPeople((1, 1))}, "do not fit 3 places"),
        ({"flex": FlexPeople((1, -1, 0))}, "'Store 2' has fewer than 0"),
        ({"flex": FlexPeople((1, 1, 1), sendable=-1)}, "Fewer than 0 people"),
        ({"flex": FlexPeople((1, 1, 1), moves_per_step=0)}, "At least one move"),
        ({"money": Money(15, 6, 0.2)}, "at what notice"),
        ({"money": Money(15, -6, 0.2, (Notice(30, 20),))}, "A lost visitor cannot cost -6"),
        ({"money": Money(15, 6, 0.2, (Notice(-5, 20),))}, "-5 minutes ahead"),
        ({"visits": Visits(0, 12)}, "Service cannot take 0"),
        ({"visits": Visits(5, float("nan"))}, "Patience cannot take nan"),
        ({"visits": Visits(5, 12, "normal")}, "'normal' is no shape"),
        ({"visits": Visits(5, 12, "lognormal", 9)}, "spread of 9"),
        ({"reality": Reality(travel_factor=0)}, "take some time"),
        ({"reality": Reality(slower=-0.5)}, "slower by less than 0"),
        ({"step_minutes": 0.0}, "A step cannot take 0"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(changed: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        cluster(**changed)


def test_actions_are_numbered_once_each() -> None:
    table = Actions.of(cluster()).table
    assert len(np.unique(table, axis=0)) == len(table) == 1 + 6 + 3 * 2 + 3
    assert table[0].tolist() == [0, 0, 0]
    fixed = Actions.of(cluster(flex=FlexPeople((1, 1, 1)))).table
    assert set(fixed[:, 0].tolist()) == {0, MOVE}
    assert {CALL, SEND} < set(table[:, 0].tolist())
