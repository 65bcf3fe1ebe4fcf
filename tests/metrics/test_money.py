from __future__ import annotations

import numpy as np
import pytest

from busyness.domain.errors import InputError
from busyness.metrics.money import bootstrap_means, paired_mean


def test_the_interval_of_a_paired_mean_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    found = [paired_mean(rng.normal(3, 2, 40)) for _ in range(600)]
    assert np.mean([f.low <= 3 <= f.high for f in found]) == pytest.approx(0.94, abs=0.025)
    assert paired_mean([5.0]) == (5, 5, 5)


def test_bootstrapped_means_keep_a_unit_together_and_are_the_same_for_a_seed():
    rng = np.random.default_rng(1)
    day = rng.normal(10, 2, (200, 1))
    both = np.hstack([day, day - 1])
    means = bootstrap_means(both, draws=3000, seed=3)
    assert means.shape == (3000, 2)
    assert np.allclose(means[:, 0] - means[:, 1], 1)
    assert means[:, 0].std() == pytest.approx(both[:, 0].std() / np.sqrt(200), rel=0.05)
    assert (bootstrap_means(both, draws=50, seed=3) == bootstrap_means(both, draws=50, seed=3)).all()
    with pytest.raises(InputError):
        bootstrap_means(np.zeros((0, 2)))
