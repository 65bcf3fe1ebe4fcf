import numpy as np
import pytest

from busyness.decisions.rebalancing.turns import estimate_turns
from busyness.domain.errors import TooLittleHistoryError


def test_it_is_what_vehicles_serve_where_they_are_short() -> None:
    vehicles = np.tile([4.0, 10.0], (20, 1)).T
    wanted = np.random.default_rng(0).poisson([[30], [12]], (2, 20))
    assert estimate_turns(np.minimum(wanted, 3 * vehicles), vehicles) == pytest.approx(3.0)


def test_without_vehicles_nothing_is_known() -> None:
    with pytest.raises(TooLittleHistoryError, match="three vehicles"):
        estimate_turns(np.ones((2, 3)), np.full((2, 3), 2.0))
