"""The look-ahead, compiled: what the rest of the day would cost with one person more or less at a place."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import CALL, MOVE, SEND
from busyness.decisions.intraday.compiled import compiled
from busyness.decisions.intraday.queue_step import QueueStep

Floats = NDArray[np.float64]


class Outlook(NamedTuple):
    """The rest of the day as now believed: ``arrivals`` and ``heads`` float64 ``[days, places, steps ahead]``, visitors
    ``present`` ``[days, places]``, and how a queue runs on in a step.
    """

    queue: QueueStep
    arrivals: Floats
    heads: Floats
    present: Floats


class Prices(NamedTuple):
    """What is paid: a minute waited (with the visitors lost meanwhile), a visitor in line at closing, a move, premiums,
    sending home, the wage of a step; travel and notice in steps; and how many steps a move is taken to last.
    """

    waited: float
    left: float
    move: float
    premiums: Floats
    send_home: float
    wage: float
    travel: Floats
    notices: Floats
    horizon: int


@compiled
def _read(table: Floats, heads: float, rate: float, present: float) -> float:
    """This will read a table between its points, ``rate`` in grains."""
    c = min(int(heads), table.shape[0] - 2)
    k = min(int(rate), table.shape[1] - 2)
    n = min(int(present), table.shape[2] - 2)
    fc, fk, fn = min(heads - c, 1.0), min(rate - k, 1.0), min(present - n, 1.0)
    low = (1 - fk) * ((1 - fn) * table[c, k, n] + fn * table[c, k, n + 1])
    low += fk * ((1 - fn) * table[c, k + 1, n] + fn * table[c, k + 1, n + 1])
    if fc <= 0.0:
        return float(low)
    high = (1 - fk) * ((1 - fn) * table[c + 1, k, n] + fn * table[c + 1, k, n + 1])
    high += fk * ((1 - fn) * table[c + 1, k + 1, n] + fn * table[c + 1, k + 1, n + 1])
    return float((1 - fc) * low + fc * high)


@compiled
def _rest(outlook: Outlook, where: tuple[int, int], prices: Prices, change: tuple[float, float, int]) -> float:
    """This will return what a place's waiting costs for the rest of the day if ``change`` (people, from when, until when; in
    steps ahead) is made.
    """
    d, p = where
    more, begin, end = change
    queue = outlook.queue
    steps = outlook.arrivals.shape[2]
    present, cost = outlook.present[d, p], 0.0
    for s in range(steps):
        heads = outlook.heads[d, p, s]
        if s < end:
            heads += more * min(max(s + 1 - begin, 0.0), 1.0)
        heads = max(heads, 0.0)
        rate = outlook.arrivals[d, p, s] / queue.grain
        cost += prices.waited * _read(queue.waited, heads, rate, present)
        present = _read(queue.end, heads, rate, present)
    return float(cost + prices.left * max(present - outlook.heads[d, p, steps - 1], 0.0))


class Choices(NamedTuple):
    """The numbered ``actions`` int64 ``[actions, 3]``, which can be taken (``mask``) and what each would change
    (``values``), both ``[days, actions]``.
    """

    actions: NDArray[np.int64]
    mask: NDArray[np.bool_]
    values: Floats


@compiled
def look_ahead(outlook: Outlook, prices: Prices, choices: Choices) -> None:
    """This will write what each action that can be taken would change; less than 0 saves. What cannot be taken is left."""
    days, places, steps = outlook.arrivals.shape
    soon = min(prices.horizon, steps)
    as_is, fewer_soon, fewer = np.empty(places), np.empty(places), np.empty(places)
    for d in range(days):
        if not choices.mask[d, 1:].any():
            continue
        for p in range(places):
            as_is[p] = _rest(outlook, (d, p), prices, (0.0, 0.0, 0))
            fewer_soon[p], fewer[p] = np.nan, np.nan
        for a in range(1, len(choices.actions)):
            if not choices.mask[d, a]:
                continue
            kind, i, j = choices.actions[a]
            if kind == MOVE:
                if np.isnan(fewer_soon[i]):
                    fewer_soon[i] = _rest(outlook, (d, i), prices, (-1.0, 0.0, soon)) - as_is[i]
                more = _rest(outlook, (d, j), prices, (1.0, prices.travel[i, j], soon)) - as_is[j]
                choices.values[d, a] = fewer_soon[i] + more + prices.move
            elif kind == CALL:
                more = _rest(outlook, (d, i), prices, (1.0, prices.notices[j], steps)) - as_is[i]
                choices.values[d, a] = more + prices.premiums[j] + prices.wage * (steps - prices.notices[j])
            elif kind == SEND:
                if np.isnan(fewer[i]):
                    fewer[i] = _rest(outlook, (d, i), prices, (-1.0, 0.0, steps)) - as_is[i]
                choices.values[d, a] = fewer[i] + prices.send_home - prices.wage * steps
