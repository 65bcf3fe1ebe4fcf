"""Which windows to take: the most gain under a budget and with pauses between the windows of a place, exactly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MOST_STATES = 20_000
"""More trade-offs between gain and spend than this are thinned out; the bound then says what that may cost."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Offer:
    """A window that could be taken: its place, first day and end (exclusive) in days, what it gains and spends."""

    place: str
    start: int
    end: int
    gain: float
    spend: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The numbers of the offers to take, what they gain, and the most that any choice could gain."""

    taken: tuple[int, ...]
    gain: float
    bound: float


@dataclass(frozen=True, slots=True)
class _Frontier:
    """Choices of which none gains as much for less: ``spend`` and ``gain`` rise; ``taken`` are numbers of offers."""

    spend: Numbers
    gain: Numbers
    taken: list[tuple[int, ...]]
    whole: bool = True


_EMPTY = _Frontier(np.zeros(1), np.zeros(1), [()])


def choose(offers: Sequence[Offer], *, budget: float = float("inf"), pause: int = 0) -> Choice:
    """This will choose the offers with the largest total gain whose spend stays within ``budget``.

    Windows of one place never overlap and lie at least ``pause`` days apart. Within a place it is weighted interval
    scheduling, across places a knapsack, both over the frontier of spend and gain: exact unless more than
    ``MOST_STATES`` trade-offs remain; else ``bound`` is the Lagrangian one. Source: Nemhauser & Ullmann, "Discrete
    dynamic programming and capital allocation", Management Science 15, 1969.
    """
    limited = np.isfinite(budget)
    places: dict[str, list[int]] = {}
    for number, offer in enumerate(offers):
        if offer.gain > 0 and offer.spend <= budget:
            places.setdefault(offer.place, []).append(number)
    chains = [_chained(offers, numbers, pause) for numbers in places.values()]
    total = _EMPTY
    for chain in chains:
        total = _joined(total, _frontier(offers, chain, budget=budget, limited=limited), budget)
    best = total.taken[-1]
    gain = float(total.gain[-1])
    bound = gain if total.whole else max(_lagrangian(offers, chains, budget), gain)
    return Choice(tuple(sorted(best)), gain, bound)


def _chained(offers: Sequence[Offer], numbers: Sequence[int], pause: int) -> list[tuple[int, int]]:
    """This will order a place's offers by their end, each with how many of those before it may stand beside it."""
    ordered = sorted(numbers, key=lambda number: (offers[number].end, offers[number].start))
    ends = [offers[number].end for number in ordered]
    return [(number, bisect_left(ends, offers[number].start - pause + 1)) for number in ordered]


def _frontier(offers: Sequence[Offer], chain: Sequence[tuple[int, int]], *, budget: float, limited: bool) -> _Frontier:
    """This will return the frontier of one place; without a budget spend counts as 0, and one choice remains."""
    steps = [_EMPTY]
    for number, compatible in chain:
        one = _Frontier(np.array([offers[number].spend * limited]), np.array([offers[number].gain]), [(number,)])
        steps.append(_pruned([steps[-1], _sums(steps[compatible], one, budget)]))
    return steps[-1]


def _joined(first: _Frontier, second: _Frontier, budget: float) -> _Frontier:
    return _pruned([_sums(first, second, budget)])


def _sums(first: _Frontier, second: _Frontier, budget: float) -> _Frontier:
    """This will return all sums of two frontiers within the budget that no other beats."""
    spend = (first.spend[:, None] + second.spend).ravel()
    gain = (first.gain[:, None] + second.gain).ravel()
    kept = np.flatnonzero(spend <= budget)
    kept = kept[_best(spend[kept], gain[kept])]
    wide = len(second.gain)
    taken = [first.taken[k // wide] + second.taken[k % wide] for k in kept.tolist()]
    return _Frontier(spend[kept], gain[kept], taken, first.whole and second.whole)


def _pruned(parts: Sequence[_Frontier]) -> _Frontier:
    spend, gain = (np.concatenate([getattr(part, name) for part in parts]) for name in ("spend", "gain"))
    taken = [choice for part in parts for choice in part.taken]
    kept = _best(spend, gain)
    whole = all(part.whole for part in parts) and len(kept) <= MOST_STATES
    if len(kept) > MOST_STATES:
        kept = kept[np.unique(np.linspace(0, len(kept) - 1, MOST_STATES).astype(np.int64))]
    return _Frontier(spend[kept], gain[kept], [taken[k] for k in kept.tolist()], whole)


def _best(spend: Numbers, gain: Numbers) -> NDArray[np.int64]:
    """The numbers of the states that gain more than every state that spends no more, by spend."""
    order = np.lexsort((-gain, spend))
    most = np.maximum.accumulate(gain[order])
    better = np.concatenate([[True], most[1:] > most[:-1]]) if len(order) else np.zeros(0, bool)
    return np.asarray(order[better], np.int64)


def _lagrangian(offers: Sequence[Offer], chains: Sequence[Sequence[tuple[int, int]]], budget: float) -> float:
    """This will return the least over prices of spending (bisection on a convex function) of what could be gained."""

    def value(price: float) -> float:
        return price * budget + sum(_alone(offers, chain, price) for chain in chains)

    low, high = 0.0, max((offer.gain / offer.spend for offer in offers if offer.spend > 0), default=0.0)
    for _ in range(60):
        third = (high - low) / 3
        if value(low + third) <= value(high - third):
            high -= third
        else:
            low += third
    return value((low + high) / 2)


def _alone(offers: Sequence[Offer], chain: Sequence[tuple[int, int]], price: float) -> float:
    best = [0.0]
    for number, compatible in chain:
        best.append(max(best[-1], best[compatible] + offers[number].gain - price * offers[number].spend))
    return best[-1]
