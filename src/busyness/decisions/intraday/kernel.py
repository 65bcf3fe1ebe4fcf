"""The day's events, compiled: visitors arrive, wait in line, are served or give up; people travel, come in and go home.

Every visitor's arrival, service and patience come from a counter (seed, day, place, step, number), never from a stream:
they are the same whatever was decided before. Numba caches each function by its own file, so all that call each other
live here. Minutes count from the day's start.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.actions import CALL, MOVE, SEND
from busyness.decisions.intraday.compiled import compiled

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Facts(NamedTuple):
    """What does not change: the roster, true travel minutes, notices and premiums, unit tables times their means, prices."""

    heads: Ints
    travel: Floats
    notices: Floats
    premiums: Floats
    service: Floats
    patience: Floats
    actions: Ints
    step: float
    wage: float  # a minute
    waiting: float
    lost: float
    move: float
    send_home: float
    slower: float
    slower_minutes: float
    callable: int
    sendable: int
    seed: np.uint64


class State(NamedTuple):
    """Days that run beside each other. People ``[days, places, room]`` are the first ``people`` of each place, on their way
    or there; ``flex`` of these may be sent about. The line ``[days, places, room]`` is in order of arrival.
    """

    day: Ints
    free_at: Floats
    here_from: Floats
    paid_from: Floats
    people: Ints
    flex: Ints
    arrived: Floats
    until: Floats
    minutes: Floats
    waiting: Ints
    called: Ints
    sent: Ints


class Counted(NamedTuple):
    """What a step brought: ``[days, places]`` waited minutes, served and gave up (at closing: also those left in line), and
    ``[days]`` paid minutes; ``[days, places]`` the minutes of the services that began (``worked``).
    """

    waited: Floats
    served: Ints
    gave_up: Ints
    paid: Floats
    worked: Floats


class World(NamedTuple):
    """All that compiled code reads and writes: ``cost`` ``[days]`` grows until the step is over."""

    facts: Facts
    state: State
    counted: Counted
    cost: Floats


class Seen(NamedTuple):
    """Room for what can be seen of people: ``[days, places]`` busy, there, free to be moved; under way by step ahead."""

    busy: Ints
    heads: Ints
    flex: Ints
    coming: Floats


@compiled
def _mixed(x: np.uint64) -> np.uint64:
    """This will scatter the bits of a number (SplitMix64's finaliser; Steele, Lea & Flood, OOPSLA 2014)."""
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


@compiled
def _key_of(seed: np.uint64, day: int, place: int, step: int) -> np.uint64:
    """This will return the number that all randomness of a step of a place of a day is drawn from."""
    where = (np.uint64(day) << np.uint64(32)) | (np.uint64(place) << np.uint64(16)) | np.uint64(step)
    return _mixed(_mixed(seed + np.uint64(0x9E3779B97F4A7C15)) ^ (where * np.uint64(0xD6E8FEB86659FD93)))


@compiled
def _uniform(key: np.uint64, number: int) -> float:
    """This will return the ``number``-th uniform of a key, above 0 and below 1."""
    bits = _mixed(key + np.uint64(number + 1) * np.uint64(0x9E3779B97F4A7C15))
    return (float(bits >> np.uint64(11)) + 0.5) * (1.0 / 9007199254740992.0)


@compiled
def draw_visitors(facts: Facts, where: tuple[int, int, int, int], drawn: Floats) -> None:
    """This will write the visitors of ``where`` (day, place, step, how many) into ``drawn`` ``[3, room]``: minute of
    arrival, minute of giving up, minutes of service. Arrivals are in order and uniform over the step (the spacings of a
    Poisson process).
    """
    day, place, step, count = where
    key = _key_of(facts.seed, day, place, step)
    total = 0.0
    for i in range(count + 1):
        total -= np.log(_uniform(key, 3 * i))
        drawn[0, i] = total
    scale = facts.step / total
    for i in range(count):
        arrived = step * facts.step + drawn[0, i] * scale
        drawn[0, i] = arrived
        drawn[1, i] = arrived + facts.patience[int(_uniform(key, 3 * i + 1) * len(facts.patience))]
        drawn[2, i] = facts.service[int(_uniform(key, 3 * i + 2) * len(facts.service))]


@compiled
def draw_day(facts: Facts, day: int, counts: Ints) -> tuple[Floats, Ints]:
    """This will return all visitors of a day, ``[3, visitors]`` as ``draw_visitors`` has them, place after place, and where
    each place's begin, ``[places + 1]``; ``counts`` is ``[places, steps]``.
    """
    visitors = np.empty((3, counts.sum() + 1), np.float64)
    begins = np.zeros(counts.shape[0] + 1, np.int64)
    drawn = np.empty((3, counts.max() + 1), np.float64)
    many = 0
    for p in range(counts.shape[0]):
        for step in range(counts.shape[1]):
            count = counts[p, step]
            draw_visitors(facts, (day, p, step, count), drawn)
            visitors[:, many : many + count] = drawn[:, :count]
            many += count
        begins[p + 1] = many
    return visitors[:, :many], begins


@compiled
def _first_free(free_at: Floats, people: int) -> int:
    """This will return who is free first; -1 where nobody is there."""
    who = -1
    at = np.inf
    for k in range(people):
        if free_at[k] < at:
            at = free_at[k]
            who = k
    return who


@compiled
def _leaving(state: State, d: int, p: int, now: float) -> int:
    """This will return who leaves: of the people who are there, who is free first."""
    who = -1
    at = np.inf
    for k in range(state.people[d, p]):
        if state.here_from[d, p, k] <= now and state.free_at[d, p, k] < at:
            at = state.free_at[d, p, k]
            who = k
    return who


@compiled
def _remove(state: State, d: int, p: int, who: int) -> None:
    """This will take a person out of a place."""
    last = state.people[d, p] - 1
    state.free_at[d, p, who] = state.free_at[d, p, last]
    state.here_from[d, p, who] = state.here_from[d, p, last]
    state.paid_from[d, p, who] = state.paid_from[d, p, last]
    state.people[d, p] = last


@compiled
def _add(state: State, d: int, p: int, arrival: float, paid_from: float) -> None:
    """This will put a person on the way to a place."""
    last = state.people[d, p]
    state.free_at[d, p, last] = arrival
    state.here_from[d, p, last] = arrival
    state.paid_from[d, p, last] = paid_from
    state.people[d, p] = last + 1


@compiled
def _flex_here(state: State, d: int, p: int, now: float) -> int:
    """This will count the flex people who are there (only they are ever on the way)."""
    away = 0
    for k in range(state.people[d, p]):
        if state.here_from[d, p, k] > now:
            away += 1
    return int(state.flex[d, p] - away)


@compiled
def _may(kind: int, here: int, may_call: bool, may_send: bool) -> bool:
    """This will say whether an action can be taken where so many flex people are ``here``."""
    if kind == MOVE:
        return here > 0
    if kind == CALL:
        return may_call
    if kind == SEND:
        return may_send and here > 0
    return True


@compiled
def allowed(world: World, step: int, mask: NDArray[np.bool_]) -> None:
    """This will write which actions can be taken, ``[days, actions]``: somebody is there to move, may still be called in and
    is there before closing, or may still be sent home.
    """
    facts, state = world.facts, world.state
    now = step * facts.step
    left = facts.heads.shape[1] * facts.step - now
    here = np.zeros(facts.heads.shape[0], np.int64)
    for d in range(mask.shape[0]):
        for p in range(len(here)):
            here[p] = _flex_here(state, d, p, now)
        may_send = state.sent[d] < facts.sendable
        for action in range(mask.shape[1]):
            kind, a, b = facts.actions[action]
            may_call = kind == CALL and state.called[d] < facts.callable and facts.notices[b] < left
            mask[d, action] = _may(kind, here[a], may_call, may_send)


@compiled
def take(world: World, step: int, actions: Ints) -> None:
    """This will take one action in each day and add what it costs; one that cannot be taken does nothing.

    Who is moved or sent home finishes the visitor being served first, and is paid for it.
    """
    facts, state, cost = world.facts, world.state, world.cost
    now = step * facts.step
    left = facts.heads.shape[1] * facts.step - now
    for d in range(len(actions)):
        if actions[d] == 0:
            continue
        kind, a, b = facts.actions[actions[d]]
        may_call = kind == CALL and state.called[d] < facts.callable and facts.notices[b] < left
        if not _may(kind, _flex_here(state, d, a, now), may_call, state.sent[d] < facts.sendable):
            continue
        if kind == MOVE:
            who = _leaving(state, d, a, now)
            arrival = max(state.free_at[d, a, who], now) + facts.travel[a, b]
            paid_from = state.paid_from[d, a, who]
            _remove(state, d, a, who)
            _add(state, d, b, arrival, paid_from)
            state.flex[d, a] -= 1
            state.flex[d, b] += 1
            cost[d] += facts.move
        elif kind == CALL:
            arrival = now + facts.notices[b]
            _add(state, d, a, arrival, arrival)
            state.flex[d, a] += 1
            state.called[d] += 1
            cost[d] += facts.premiums[b]
        elif kind == SEND:
            who = _leaving(state, d, a, now)
            cost[d] += facts.send_home + facts.wage * max(state.free_at[d, a, who] - now, 0.0)
            _remove(state, d, a, who)
            state.flex[d, a] -= 1
            state.sent[d] += 1


@compiled
def _serve(world: World, step: int, at_place: tuple[int, int], drawn: Floats, count: int) -> None:
    """This will run one step of one place of one day: first come, first served, by who is free first."""
    d, p = at_place
    facts, state = world.facts, world.state
    begin = step * facts.step
    end = begin + facts.step
    free_at, here_from = state.free_at[d, p], state.here_from[d, p]
    people = state.people[d, p]
    who = _first_free(free_at, people)
    at = free_at[who] if who >= 0 else np.inf
    waited, served, gave_up, kept = 0.0, 0, 0, 0
    world.counted.worked[d, p] = 0.0
    in_line = state.waiting[d, p]
    for k in range(in_line + count):
        if k < in_line:
            arrived, until, minutes = state.arrived[d, p, k], state.until[d, p, k], state.minutes[d, p, k]
        else:
            arrived, until, minutes = drawn[0, k - in_line], drawn[1, k - in_line], drawn[2, k - in_line]
        since = max(arrived, begin)
        begins = max(at, since)
        if begins < end and begins <= until:
            waited += begins - since
            served += 1
            if begins < here_from[who] + facts.slower_minutes:
                minutes *= 1.0 + facts.slower
            free_at[who] = begins + minutes
            world.counted.worked[d, p] += minutes
            who = _first_free(free_at, people)
            at = free_at[who]
        elif until <= end:
            waited += until - since
            gave_up += 1
        else:
            waited += end - since
            state.arrived[d, p, kept] = arrived
            state.until[d, p, kept] = until
            state.minutes[d, p, kept] = minutes
            kept += 1
    state.waiting[d, p] = kept
    world.counted.waited[d, p] = waited
    world.counted.served[d, p] = served
    world.counted.gave_up[d, p] = gave_up


@compiled
def _follow_roster(facts: Facts, state: State, step: int, d: int) -> float:
    """This will let the roster's people come and go at the start of a step, and return the minutes that leavers work on."""
    now = step * facts.step
    more = 0.0
    for p in range(facts.heads.shape[0]):
        change = facts.heads[p, step] - facts.heads[p, step - 1]
        for _ in range(change):
            _add(state, d, p, now, now)
            state.here_from[d, p, state.people[d, p] - 1] = -np.inf
        for _ in range(-change):
            who = _leaving(state, d, p, now)
            more += max(state.free_at[d, p, who] - now, 0.0)
            _remove(state, d, p, who)
    return more


@compiled
def advance(world: World, step: int, counts: Ints) -> None:
    """This will run one step of every day, ``counts`` ``[all days, places, steps]``, and add what it costs; then the
    roster's people of the next step come and go. At closing who still stands in line is lost.
    """
    facts, state, counted = world.facts, world.state, world.counted
    begin = step * facts.step
    last = facts.heads.shape[1] - 1
    drawn = np.empty((3, counts.max() + 1), np.float64)
    for d in range(len(state.day)):
        day = state.day[d]
        paid = 0.0
        for p in range(facts.heads.shape[0]):
            count = counts[day, p, step]
            draw_visitors(facts, (day, p, step, count), drawn)
            _serve(world, step, (d, p), drawn, count)
            for k in range(state.people[d, p]):
                paid += max(begin + facts.step - max(begin, state.paid_from[d, p, k]), 0.0)
            if step == last:
                counted.gave_up[d, p] += state.waiting[d, p]
                state.waiting[d, p] = 0
            world.cost[d] += facts.waiting * counted.waited[d, p] + facts.lost * counted.gave_up[d, p]
        if step < last:
            paid += _follow_roster(facts, state, step + 1, d)
        counted.paid[d] = paid
        world.cost[d] += facts.wage * paid


@compiled
def look(world: World, step: int, seen: Seen) -> None:
    """This will count people of every day and place: busy, there, free to be moved, and under way by step."""
    facts, state = world.facts, world.state
    now = step * facts.step
    for d in range(state.people.shape[0]):
        for p in range(state.people.shape[1]):
            for k in range(state.people[d, p]):
                arrival = state.here_from[d, p, k]
                if arrival <= now:
                    seen.heads[d, p] += 1
                    if state.free_at[d, p, k] > now:
                        seen.busy[d, p] += 1
                else:
                    for ahead in range(seen.coming.shape[2]):
                        end = now + (ahead + 1) * facts.step
                        seen.coming[d, p, ahead] += min(max((end - arrival) / facts.step, 0.0), 1.0)
            seen.flex[d, p] = _flex_here(state, d, p, now)
