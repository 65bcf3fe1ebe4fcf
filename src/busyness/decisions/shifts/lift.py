"""Lifting the bound: heads are whole numbers, so a fraction of a head is branched on, the cheapest branch first."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np

from busyness.decisions.shifts.figures import Floats
from busyness.decisions.shifts.generation import TINY, Generation, Step, rounded_up
from busyness.decisions.shifts.instance import Instance
from busyness.decisions.shifts.master import ANY, Heads


@dataclass(frozen=True, slots=True, order=True)
class _Branch:
    """A part of all rosters: those with ``demanded`` heads by line of cover. None of them costs less than ``cost``."""

    cost: float
    number: int
    heads: Floats = field(compare=False)
    demanded: dict[int, Heads] = field(compare=False)


def lift(highs: ModuleType, instance: Instance, *, iterations: int | None, expired: Callable[[], bool]) -> Iterator[Step]:
    """This will yield ever higher bounds, until the cheapest branch left has whole heads everywhere, ``iterations``
    branches were split, or time has ``expired``. Its roster is only a first one.
    """
    generation = Generation(highs, instance, expired)
    numbers = iter(range(10**9))
    open_branches = _branches(generation, [{}], numbers)
    done = 0
    while open_branches and not expired() and done != iterations:
        branch = heapq.heappop(open_branches)
        generation.bound = max(generation.bound, rounded_up(branch.cost))
        yield generation.step()
        fractions = np.abs(branch.heads - np.round(branch.heads))
        if generation.proven or not fractions.size or fractions.max() < 10 * TINY:
            return
        line = int(fractions.argmax())
        least, most = branch.demanded.get(line, ANY)
        below = float(math.floor(branch.heads[line]))
        parts = [{**branch.demanded, line: part} for part in ((least, below), (below + 1, most))]
        for part in _branches(generation, parts, numbers):
            heapq.heappush(open_branches, part)
        done += 1


def _branches(generation: Generation, demands: list[dict[int, Heads]], numbers: Iterator[int]) -> list[_Branch]:
    branches = []
    for demanded in demands:
        generation.master.bind(demanded)
        prices = generation.price(generation.everybody)
        if prices is not None:
            branches.append(_Branch(prices.cost, next(numbers), generation.master.heads(), demanded))
    return branches
