"""Where learning wins over the look-ahead during the day: eight worlds, 2,000 common days each, paired intervals."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from busyness.decisions.intraday.days import Days, draw_days
from busyness.decisions.intraday.learn import learn
from busyness.decisions.intraday.policies.lookahead import Lookahead
from busyness.decisions.intraday.policies.static import Static
from busyness.decisions.intraday.ppo import PpoSettings
from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Reality, Visits
from busyness.decisions.intraday.rollout import run_days
from busyness.decisions.intraday.takeover import trial
from busyness.metrics.money import paired_mean
from figure import Figure, Options

PLACES, STEPS, PATHS = 3, 40, 300


@dataclass(frozen=True)
class World:
    """How a world departs from the plain one, in which all is as the look-ahead believes."""

    reality: Reality = field(default_factory=Reality)
    shape: str = "exponential"
    spread: float = 1.0
    moves: int = 1


WORLDS: Mapping[str, World] = {
    "as believed": World(),
    "regular service": World(shape="erlang", spread=0.35),
    "uneven service": World(shape="lognormal", spread=1.8),
    "three moves a step": World(moves=3),
    "travel takes 2.5 times as long": World(Reality(travel_factor=2.5)),
    "newcomers half as fast for 45 minutes": World(Reality(slower=1.0, slower_minutes=45.0)),
    "service takes a quarter longer": World(Reality(service_factor=1.25)),
    "long travel, slow newcomers, uneven service": World(Reality(2.5, 1.0, 1.0, 45.0), "lognormal", 1.8),
}


def run(options: Options) -> Iterator[Figure]:
    """This will yield, for each world, what the learned policy saves a day against the look-ahead; the peer is what the
    look-ahead saves against the roster as it is.
    """
    fitted, trained, judged = (40, 64, 40) if options.quick else (300, 1500, 2000)
    settings = PpoSettings(rounds=2 if options.quick else 80, threads=1)
    for name, world in WORLDS.items():
        problem = _problem(world)
        lookahead = Lookahead.of(problem, _days(fitted, seed=1))
        begun = time.perf_counter()
        learned = learn(problem, _days(trained, seed=7), advisor=lookahead, settings=settings)
        seconds = time.perf_counter() - begun
        days = _days(judged, seed=99)
        corrected = Lookahead.of(_corrected(problem), _days(fitted, seed=1))
        ran = {p: run_days(problem, days, policy=policy).cost for p, policy in _named(lookahead, learned, corrected)}
        saved = paired_mean(ran["static"] - ran["lookahead"])
        by_correction = paired_mean(ran["lookahead"] - ran["corrected"])
        row = trial(name, ran["lookahead"] - ran["learned"])
        extra = {
            "world": name,
            "low": row.low,
            "high": row.high,
            "in_charge": row.in_charge,
            "static_cost": float(ran["static"].mean()),
            "lookahead_saves": list(map(float, saved)),
            "corrected_lookahead_saves": list(map(float, by_correction)),
            "days": judged,
            "training_seconds": seconds,
            "peer_is": "what the look-ahead saves against the roster",
        }
        yield Figure("intraday_learning", row.gain, float(saved.mean), "money/day", extra)


def _named(lookahead: Lookahead, learned: object, corrected: Lookahead) -> list[tuple[str, object]]:
    return [("static", Static()), ("lookahead", lookahead), ("learned", learned), ("corrected", corrected)]


def _problem(world: World) -> IntradayProblem:
    heads = np.maximum(np.ceil(_expected() * 5 / 15).astype(np.int64), 1)
    apart = np.abs(np.arange(PLACES)[:, None] - np.arange(PLACES))
    return IntradayProblem(
        tuple(f"Store {place + 1}" for place in range(PLACES)),
        heads,
        np.where(apart > 0, 6.0 + 6.0 * apart, 0.0),
        FlexPeople((1,) * PLACES, callable=2, moves_per_step=world.moves),
        Visits(5.0, 12.0, world.shape, world.spread),
        Money(15.0, 6.0, 0.2, (Notice(45.0, 20.0),), move=2.0),
        reality=world.reality,
    )


def _corrected(problem: IntradayProblem) -> IntradayProblem:
    """The same world, in which travel and service are believed to be what they are (as after recalibrating)."""
    real = problem.reality
    visits = replace(problem.visits, service_minutes=problem.visits.service_minutes * real.service_factor)
    believed = replace(real, travel_factor=1.0, service_factor=1.0)
    return replace(problem, visits=visits, travel=problem.travel * real.travel_factor, reality=believed)


def _expected() -> np.ndarray:
    step = np.arange(STEPS)
    profile = 6 + 5 * np.sin(np.pi * step / STEPS) + 3 * np.exp(-(((step - 20) / 5) ** 2))
    return profile * np.array([1.0, 1.2, 0.8])[:, None]


def _days(count: int, *, seed: int) -> Days:
    """Days that drift from the forecast: all places together by 12 %, each by 28 %, remembered for about 14 steps."""
    rng = np.random.default_rng(0)

    def drift(*shape: int) -> np.ndarray:
        drawn = rng.normal(size=(*shape, STEPS))
        for step in range(1, STEPS):
            drawn[..., step] = 0.93 * drawn[..., step - 1] + np.sqrt(1 - 0.93**2) * drawn[..., step]
        return drawn

    level = np.exp(0.12 * drift(PATHS, 1) + 0.28 * drift(PATHS, PLACES) - 0.05)
    return draw_days(_expected() * level, _expected(), count=count, burst=0.2, seed=seed)
