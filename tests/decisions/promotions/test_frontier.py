"""The best windows under a budget and a pause: as good as trying everything, never above the bound."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.decisions.promotions import frontier
from busyness.decisions.promotions.frontier import Offer, choose


def allowed(offers, taken, budget, pause):
    if sum(offers[i].spend for i in taken) > budget + 1e-9:
        return False
    for i, j in combinations(taken, 2):
        first, second = sorted((offers[i], offers[j]), key=lambda offer: offer.start)
        if first.place == second.place and second.start < first.end + pause:
            return False
    return True


@st.composite
def offers(draw):
    def offer():
        start = draw(st.integers(0, 20))
        length, gain, spend = draw(st.integers(1, 5)), draw(st.integers(-3, 30)), draw(st.integers(0, 15))
        return Offer(draw(st.sampled_from("AB")), start, start + length, float(gain), float(spend))

    return [offer() for _ in range(draw(st.integers(0, 8)))]


@settings(max_examples=200, deadline=None)
@given(offers(), st.sampled_from([0.0, 10.0, 25.0, float("inf")]), st.integers(0, 6))
def test_nothing_allowed_gains_more(windows, budget, pause):
    choice = choose(windows, budget=budget, pause=pause)
    assert allowed(windows, choice.taken, budget, pause)
    assert sum(windows[i].gain for i in choice.taken) == pytest.approx(choice.gain)
    everything = [t for size in range(len(windows) + 1) for t in combinations(range(len(windows)), size)]
    best = max(sum(windows[i].gain for i in t) for t in everything if allowed(windows, t, budget, pause))
    assert choice.gain == pytest.approx(best)
    assert choice.bound == pytest.approx(best)


def test_a_thinned_frontier_says_how_far_it_may_be_off(monkeypatch):
    windows = [Offer(f"P{n}", 0, 3, 10 + (n * 7919 % 101) / 10, 5 + (n * 104729 % 97) / 10) for n in range(24)]
    exact = choose(windows, budget=100)
    assert exact.bound == exact.gain
    monkeypatch.setattr(frontier, "MOST_STATES", 60)
    rough = choose(windows, budget=100)
    assert rough.gain <= exact.gain <= rough.bound
    assert rough.bound <= exact.gain * 1.1
    assert rough.gain >= exact.gain * 0.9
