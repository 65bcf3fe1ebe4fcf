from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from busyness.decisions.rebalancing.whole import shared_out


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=8), st.integers(0, 50))
def test_shares_are_whole_and_add_up(weights, total) -> None:
    shares = shared_out(np.array(weights) / 7, total)
    assert shares.sum() == (total if sum(weights) > 0 else 0)
    assert (shares >= 0).all()
    exact = np.array(weights) / max(sum(weights), 1) * total
    assert (np.abs(shares - exact) < 1).all()
