"""People moved while the day runs: environment steps a second beside plain NumPy, and the policies on common days."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from busyness.decisions.intraday.compare import bound_of, comparison, run_policies
from busyness.decisions.intraday.days import Days, draw_days
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.policies.threshold import Threshold
from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Visits
from busyness.decisions.intraday.simulator import Simulator
from figure import Figure, Options
from intraday_numpy import NumpyDays

PLACES, STEPS = 5, 48


def run(options: Options) -> Iterator[Figure]:
    """This will yield environment steps a second (one step of one day of five places), and each policy's figures."""
    problem, expected = instance()
    days = common_days(expected, count=100 if options.quick else 2000, seed=1)
    ours, peers = [], []
    _run_ours(problem, days.part(slice(0, 10)))  # compiles, or loads what was compiled
    for _ in range(options.rounds):
        ours.append(_run_ours(problem, days))
        peers.append(_run_numpy(problem, days))
    mean, peer_mean = ours[0][1], peers[0][1]
    extra = {
        "days": days.count,
        "visitors_a_step": float(days.arrivals.sum() / days.count / STEPS),
        "target": "≥ 200,000",
        "peer_is": "the same day, visitor by visitor, in plain NumPy over all days at once",
        "cost_a_day": mean,
        "cost_a_day_peer": peer_mean,
        "note": "one thread, its CPU seconds; masks of what can be done are written in each of our steps",
    }
    yield Figure("intraday_steps", max(rate for rate, _ in ours), max(rate for rate, _ in peers), "steps/s", extra)
    yield from _policies(problem, days, common_days(expected, count=60 if options.quick else 300, seed=99))


def instance() -> tuple[IntradayProblem, np.ndarray]:
    """Five stores open for twelve hours, two to five people each on the roster, one flex person each; always the same."""
    step = np.arange(STEPS)
    shape = 6 + 5 * np.sin(np.pi * step / STEPS) + 3 * np.exp(-(((step - 20) / 5) ** 2))
    expected = shape * np.array([1, 1.2, 0.8, 1, 0.9])[:, None]
    heads = np.maximum(np.ceil(expected * 5 / 15).astype(int), 1)
    travel = np.abs(np.arange(PLACES)[:, None] - np.arange(PLACES)) * 8.0 + 7
    money = Money(15, 6, 0.2, (Notice(30, 20), Notice(90, 10)), move=3, send_home=10)
    names = tuple(f"Store {k + 1}" for k in range(PLACES))
    flex = FlexPeople((1,) * PLACES, callable=3, sendable=3)
    return IntradayProblem(names, heads, travel, flex, Visits(5, 12), money), expected


def common_days(expected: np.ndarray, *, count: int, seed: int) -> Days:
    """Days whose level differs by day (a standard deviation of a quarter) and by place (of a third)."""
    rng = np.random.default_rng(0)
    level = rng.gamma(16, 1 / 16, (200, 1, 1)) * rng.gamma(10, 1 / 10, (200, PLACES, 1))
    return draw_days(expected * level, expected, count=count, seed=seed)


def _run_ours(problem: IntradayProblem, days: Days) -> tuple[float, float]:
    simulator = Simulator(problem, days, size=days.count)
    nothing, cost = np.zeros(days.count, np.int64), 0.0
    begun = time.process_time()
    for _ in range(STEPS):
        simulator.mask()
        simulator.act(nothing)
        cost += float(simulator.advance().cost.mean())
    return days.count * STEPS / (time.process_time() - begun), cost


def _run_numpy(problem: IntradayProblem, days: Days) -> tuple[float, float]:
    peer, cost = NumpyDays(problem, days), 0.0
    begun = time.process_time()
    for _ in range(STEPS):
        cost += float(peer.advance().mean())
    return days.count * STEPS / (time.process_time() - begun), cost


def _policies(problem: IntradayProblem, days: Days, train: Days) -> Iterator[Figure]:
    begun = time.perf_counter()
    rule, ahead = Threshold.tuned(problem, train), Lookahead.of(problem, train)
    fitted = time.perf_counter() - begun
    begun = time.perf_counter()
    ran = run_policies(problem, days, policies=[Static(), rule, ahead])
    seconds = time.perf_counter() - begun
    bound = bound_of(problem, days, ran=ran)
    table = comparison(ran, bound=bound)
    static = table["cost"][0]
    for row in table.iter_rows(named=True):
        extra = {key: value for key, value in row.items() if key not in {"policy", "cost"}}
        extra |= {"peer_is": "static", "days": days.count, "bound": float(bound.mean()), "bound_days": len(bound)}
        extra |= {"seconds_all_policies": seconds, "seconds_to_fit": fitted}
        yield Figure(f"intraday_{row['policy']}", row["cost"], static, "money/day", extra)
