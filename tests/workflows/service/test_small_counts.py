"""Whoever is counted must not be told apart."""

from dataclasses import replace

import numpy as np

from busyness.workflows.service.small_counts import hidden
from busyness.workflows.service.snapshot import load_snapshot


def test_only_small_counts_above_nobody_are_hidden(snapshot):
    counts = np.array([0, 1, 4, 5, 100, np.nan], np.float32)
    assert hidden(replace(snapshot, small_counts=5), counts).tolist() == [False, True, True, False, False, False]
    assert not hidden(snapshot, counts).any()


def test_counts_of_things_are_shown(made):
    assert load_snapshot(made, world="w", release="r", small_counts=5).small_counts == 0
