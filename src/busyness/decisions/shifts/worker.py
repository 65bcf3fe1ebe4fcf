"""The worker process: searches, or lifts the bound, or does both in turns, and sends each step home."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from multiprocessing.connection import Connection

from busyness.decisions.shifts.generation import Step
from busyness.decisions.shifts.highs import highs_itself
from busyness.decisions.shifts.instance import Instance
from busyness.decisions.shifts.lift import lift
from busyness.decisions.shifts.search import search


class Lifting(StrEnum):
    """When a worker lifts the bound: before it searches for rosters, in turns with that, or never."""

    FIRST = "first"
    IN_TURNS = "in turns"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker does: it searches with ``seed``, and lifts the bound, ``iterations`` of each at most.

    ``until`` is the time, in seconds since the epoch, at which it ends.
    """

    lifting: Lifting
    seed: int
    iterations: int | None
    until: float


def work(home: Connection, instance: Instance, task: Task) -> None:
    """This will send every ``Step`` that brings something new, and at last None."""
    highs = highs_itself()

    def expired() -> bool:
        return time.time() >= task.until

    searching = search(highs, instance, seed=task.seed, iterations=task.iterations, expired=expired)
    lifting = lift(highs, instance, iterations=task.iterations, expired=expired)
    turns: dict[Lifting, list[Iterator[Step]]] = {
        Lifting.FIRST: [chain(lifting, searching)],
        Lifting.IN_TURNS: [searching, lifting],
        Lifting.NEVER: [searching],
    }
    penalty, bound = math.inf, -1
    for step in _by_turns(turns[task.lifting]):
        if step.penalty < penalty or step.bound > bound:
            home.send(step)
            penalty, bound = min(penalty, step.penalty), max(bound, step.bound)
        if penalty <= bound:
            break
    home.send(None)


def _by_turns(running: list[Iterator[Step]]) -> Iterator[Step]:
    while running:
        turn = running.pop(0)
        step = next(turn, None)
        if step is not None:
            running.append(turn)
            yield step
