"""The bound, compiled: a price on every minute of everybody's time, the best each visitor and each person can make of it.

Any prices of 0 or more give a bound (weak duality); what follows the slope of the bound only makes it a better one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.compiled import compiled
from busyness.decisions.intraday.kernel import Facts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
STAY, GO, HOME = 0, 1, 2


class Law(NamedTuple):
    """How long services and patience are. ``overlap`` float64 ``[ticks a cell, cells]``: mean minutes of a service in the
    cell it begins in, at each tick, and in those after it. ``stays`` and ``spent``: the probability to be patient for at
    least so long, and the mean minutes waited until then or until giving up, at ``fine`` points a tick of ``tick``
    minutes.
    """

    overlap: Floats
    residual: Floats
    stays: Floats
    spent: Floats
    tick: float
    fine: int


class Model(NamedTuple):
    """What all days share."""

    facts: Facts
    law: Law


class OneDay(NamedTuple):
    """What is known of a day: minutes of ``arrivals``, place after place, where each place's begin (``places``, one more
    than there are), and flex people ``at_start``.
    """

    arrivals: Floats
    places: Ints
    at_start: Ints


class Search(NamedTuple):
    """Where prices ``[places, cells]`` start (and the best are left), how many times they are changed, and a cost that some
    policy reached on this day: steps are measured towards it (Polyak's rule).
    """

    prices: Floats
    rounds: int
    reached: float


class Priced(NamedTuple):
    """``worth`` float64 ``[places, cells + 1]``: what somebody's minutes at a place since opening are worth; ``excess``
    ``[places, cells]``: minutes of work asked for in each cell beyond those offered; ``width`` minutes of a cell.
    """

    worth: Floats
    excess: Floats
    residual: Floats
    width: float


class Routes(NamedTuple):
    """The best a flex person can make of the rest of the day from a place and step on, ``[places, steps + 1]``: what it is
    ``worth``; whether to stay, go or go home (``kind``); where ``to``; and how many minutes ``late``, to finish a visitor.
    """

    worth: Floats
    kind: Ints
    to: Ints
    late: Floats


@compiled
def _up_to(worth: Floats, minute: float, width: float) -> float:
    """This will return what the minutes at a place up to one are worth; after closing they are worth nothing."""
    cell = int(minute / width)
    if cell >= len(worth) - 1:
        return float(worth[-1])
    return float(worth[cell] + (minute / width - cell) * (worth[cell + 1] - worth[cell]))


@compiled
def _offer(excess: Floats, begin: float, end: float, width: float, people: float) -> None:
    """This will take so many people's minutes from ``begin`` to ``end`` off the excess of a place (below 0: add them)."""
    cell = int(begin / width + 1e-9)
    while cell < len(excess) and cell * width < end:
        excess[cell] -= people * max(min(end, (cell + 1) * width) - max(begin, cell * width), 0.0)
        cell += 1


@compiled
def _price_begins(law: Law, prices: Floats, begin_price: Floats) -> None:
    """This will write what a service costs that begins at each tick, ``[places, ticks + 1]``, in the mean over its
    minutes.
    """
    parts, reach = law.overlap.shape
    cells = prices.shape[1]
    for p in range(len(prices)):
        for tick in range(begin_price.shape[1]):
            cell, part = tick // parts, tick % parts
            total = 0.0
            for j in range(min(reach, cells - cell)):
                total += prices[p, cell + j] * law.overlap[part, j]
            begin_price[p, tick] = total


@compiled
def _visitors(facts: Facts, law: Law, visitors: tuple[Floats, Ints], begin_price: Floats, begun: Floats) -> float:
    """This will return the least that all visitors can cost in the mean, and add where their services begin to ``begun``.

    A visitor who would be served after v minutes is there then with probability P(patience ≥ v), pays for waiting until then
    or until giving up, and is lost otherwise. The best v is sought at arrival and at each tick after it.
    """
    arrivals, places = visitors
    last, total = begin_price.shape[1] - 1, 0.0
    for p in range(len(places) - 1):
        price = begin_price[p]
        for i in range(places[p], places[p + 1]):
            at = arrivals[i] / law.tick
            tick = min(int(at), last - 1)
            share = at - tick
            best, when, there = (1 - share) * price[tick] + share * price[tick + 1], -1, 1.0
            lost = facts.waiting * law.spent[int((last - at) * law.fine)] + facts.lost
            for k in range(tick + 1, last):
                v = int((k - at) * law.fine)
                waited = facts.waiting * law.spent[v]
                if waited >= best:
                    break
                cost = waited + facts.lost * (1 - law.stays[v]) + law.stays[v] * price[k]
                if cost < best:
                    best, when, there = cost, k, law.stays[v]
            if lost < best:
                total += lost
                continue
            total += best
            if when >= 0:
                begun[p, when] += there
            else:
                begun[p, tick] += 1 - share
                begun[p, tick + 1] += share
    return total


@compiled
def _ask(law: Law, begun: Floats, excess: Floats) -> None:
    """This will add the work of the services that begin at each tick to the excess, in the mean."""
    parts, reach = law.overlap.shape
    for p in range(len(excess)):
        for tick in range(begun.shape[1]):
            if begun[p, tick] > 0.0:
                cell, part = tick // parts, tick % parts
                for j in range(min(reach, excess.shape[1] - cell)):
                    excess[p, cell + j] += begun[p, tick] * law.overlap[part, j]


@compiled
def _roster(facts: Facts, priced: Priced) -> float:
    """This will return what the roster's people cost beyond what their minutes are worth. Who leaves may finish a visitor
    first, paid, and so may, unpaid, who is there at closing.
    """
    total, places, steps = 0.0, facts.heads.shape[0], facts.heads.shape[1]
    for p in range(places):
        worth = priced.worth[p]
        for t in range(steps):
            begin, heads = t * facts.step, facts.heads[p, t]
            total += heads * facts.wage * facts.step
            total -= heads * (_up_to(worth, begin + facts.step, priced.width) - _up_to(worth, begin, priced.width))
            _offer(priced.excess[p], begin, begin + facts.step, priced.width, heads)
            if t and heads < facts.heads[p, t - 1]:
                gone = float(facts.heads[p, t - 1] - heads)
                total -= gone * _finish(priced, p, begin, facts.wage, gone)
        last = float(facts.heads[p, steps - 1])
        total -= last * _finish(priced, p, steps * facts.step, 0.0, last)
    return total


@compiled
def _finish(priced: Priced, place: int, minute: float, wage: float, people: float) -> float:
    """This will return what people are worth who may finish a visitor from a minute on, a wage taken off, each, and take
    their minutes off the excess.
    """
    cell, value = int(minute / priced.width + 1e-9), 0.0
    worth = priced.worth[place]
    for j in range(min(len(priced.residual), len(worth) - 1 - cell)):
        price = (worth[cell + j + 1] - worth[cell + j]) / priced.width
        if price > wage:
            value += (price - wage) * priced.residual[j]
            priced.excess[place, cell + j] -= people * priced.residual[j]
    return value


@compiled
def _arrive(worth: Floats, onward: Floats, minute: float, clock: tuple[float, float, float]) -> float:
    """This will return what somebody is worth who comes to a place at a minute, with the wage from then on taken off.

    ``worth`` is the place's, ``onward`` what its routes are worth from each step on; ``clock`` minutes of a step and of a
    cell, and the wage of a minute.
    """
    length, width, wage = clock
    step = int(minute / length + 1 - 1e-9)  # the next that begins
    if step >= len(onward):
        return 0.0
    end = step * length
    gained = _up_to(worth, end, width) - _up_to(worth, minute, width)
    return gained - wage * (end - minute) + float(onward[step])


@compiled
def _best_go(facts: Facts, priced: Priced, routes: Routes, place: int, step: int) -> None:
    """This will put the best way on into the routes where it beats staying. Corners of the broken lines are tried."""
    begin, width = step * facts.step, priced.width
    close = facts.heads.shape[1] * facts.step
    clock = (facts.step, width, facts.wage)
    worth = priced.worth[place]
    start = _up_to(worth, begin, width)
    cells = int(np.round(facts.step / width))
    best, kind, where, finish = routes.worth[place, step], STAY, place, 0.0
    for to in range(facts.heads.shape[0]):
        home = to == place
        if home and facts.sendable == 0:
            continue
        travel = 0.0 if home else facts.travel[place, to]
        offset = np.ceil((begin + travel) / width - 1e-9) * width - begin - travel
        there_worth, onward = priced.worth[to], routes.worth[to]
        for corner in range(cells + 1 if home else 2 * cells + 1):
            late = corner * width if corner <= cells else (corner - cells - 1) * width + offset
            value = _up_to(worth, begin + late, width) - start
            if home:
                value -= facts.wage * late + facts.send_home
            else:
                there = begin + late + travel
                value -= facts.wage * (min(there, close) - begin) + facts.move
                value += _arrive(there_worth, onward, there, clock)
            if value > best:
                best, kind, where, finish = value, HOME if home else GO, to, late
    routes.worth[place, step] = best
    routes.kind[place, step], routes.to[place, step], routes.late[place, step] = kind, where, finish


@compiled
def _find_routes(facts: Facts, priced: Priced, routes: Routes) -> None:
    """This will find the best routes, from closing backwards."""
    steps = facts.heads.shape[1]
    for place in range(facts.heads.shape[0]):
        routes.worth[place, steps] = _finish(priced, place, steps * facts.step, 0.0, 0.0)
    for step in range(steps - 1, -1, -1):
        for place in range(facts.heads.shape[0]):
            worth = priced.worth[place]
            gained = _up_to(worth, (step + 1) * facts.step, priced.width) - _up_to(worth, step * facts.step, priced.width)
            routes.worth[place, step] = gained - facts.wage * facts.step + routes.worth[place, step + 1]
            routes.kind[place, step] = STAY
        for place in range(facts.heads.shape[0]):
            _best_go(facts, priced, routes, place, step)


@compiled
def _walk(facts: Facts, priced: Priced, routes: Routes, start: tuple[int, float], people: float) -> None:
    """This will take the minutes of people who come to a place at a minute, and go on as is best, off the excess."""
    place, minute = start
    steps, width = facts.heads.shape[1], priced.width
    if minute >= steps * facts.step:
        return
    step = int(minute / facts.step + 1 - 1e-9)
    _offer(priced.excess[place], minute, step * facts.step, width, people)
    while step < steps:
        begin = step * facts.step
        kind, late = routes.kind[place, step], routes.late[place, step]
        if kind == STAY:
            _offer(priced.excess[place], begin, begin + facts.step, width, people)
            step += 1
            continue
        _offer(priced.excess[place], begin, begin + late, width, people)
        if kind == HOME:
            return
        to = routes.to[place, step]
        minute = begin + late + facts.travel[place, to]
        place = to
        if minute >= steps * facts.step:
            return
        step = int(minute / facts.step + 1 - 1e-9)
        _offer(priced.excess[place], minute, step * facts.step, width, people)
    _finish(priced, place, steps * facts.step, 0.0, people)


@compiled
def _flex(facts: Facts, priced: Priced, routes: Routes, at_start: Ints) -> float:
    """This will return what flex people cost beyond what their minutes are worth, all on their best routes."""
    _find_routes(facts, priced, routes)
    total = 0.0
    for place in range(len(at_start)):
        total -= at_start[place] * routes.worth[place, 0]
        _walk(facts, priced, routes, (place, 0.0), float(at_start[place]))
    clock = (facts.step, priced.width, facts.wage)
    best, where, when = 0.0, -1, 0.0
    for place in range(len(at_start)):
        for notice in range(len(facts.notices)):
            for step in range(facts.heads.shape[1]):
                arrival = step * facts.step + facts.notices[notice]
                if arrival < facts.heads.shape[1] * facts.step:
                    value = _arrive(priced.worth[place], routes.worth[place], arrival, clock) - facts.premiums[notice]
                    if value > best:
                        best, where, when = value, place, arrival
    if where >= 0:
        total -= facts.callable * best
        _walk(facts, priced, routes, (where, when), float(facts.callable))
    return total


@compiled
def _evaluate(model: Model, day: OneDay, prices: Floats, room: tuple[Priced, Routes]) -> float:
    """This will return the bound at some prices, and write the excess that says which prices to raise and which to lower."""
    facts, law = model.facts, model.law
    priced, routes = room
    for p in range(prices.shape[0]):
        for cell in range(prices.shape[1]):
            priced.worth[p, cell + 1] = priced.worth[p, cell] + prices[p, cell] * priced.width
    priced.excess[:] = 0.0
    ticks = int(np.round(facts.heads.shape[1] * facts.step / law.tick)) + 1
    begin_price, begun = np.empty((len(prices), ticks)), np.zeros((len(prices), ticks))
    _price_begins(law, prices, begin_price)
    bound = _visitors(facts, law, (day.arrivals, day.places), begin_price, begun)
    _ask(law, begun, priced.excess)
    return bound + _roster(facts, priced) + _flex(facts, priced, routes, day.at_start)


@compiled
def bound_day(model: Model, day: OneDay, search: Search) -> float:
    """This will return the best bound found for one day, and leave the prices it was found at in those of the search."""
    facts, prices = model.facts, search.prices
    places, cells = prices.shape
    steps = facts.heads.shape[1]
    node = (places, steps + 1)
    width = model.law.tick * model.law.overlap.shape[0]
    priced = Priced(np.zeros((places, cells + 1)), np.zeros((places, cells)), model.law.residual, width)
    routes = Routes(np.zeros(node), np.zeros(node, np.int64), np.zeros(node, np.int64), np.zeros(node))
    now = prices.copy()
    best, scale, stuck = -np.inf, 1.0, 0
    for _ in range(search.rounds):
        bound = _evaluate(model, day, now, (priced, routes))
        stuck += 1
        if bound > best:
            best, stuck = bound, 0
            prices[:] = now
        elif stuck == 5:
            scale, stuck = scale / 2, 0
        excess = np.where((now <= 0.0) & (priced.excess < 0.0), 0.0, priced.excess)
        slope = (excess**2).sum()
        if slope <= 0.0:
            break
        now = np.maximum(now + scale * max(search.reached - bound, 0.0) / slope * excess, 0.0)
    return best
