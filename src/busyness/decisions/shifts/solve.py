"""Solving an instance: searches with several seeds, each in a process of its own, until one is proven or time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from busyness.decisions.shifts.conflicts import refuse_impossible
from busyness.decisions.shifts.generation import Step
from busyness.decisions.shifts.highs import require_highs
from busyness.decisions.shifts.instance import OFF, Instance, Roster
from busyness.decisions.shifts.worker import Lifting, Task, work
from busyness.domain.errors import BusynessError

GRACE = 2.0
"""Seconds past the limit after which a worker that is still in its solver is stopped; its best roster is at home."""


SEEDS_APART = 1_000_003
"""Workers' seeds lie so far apart that two runs with neighbouring seeds share none."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What was known after so many ``seconds``: the best penalty, and the least that any roster could cost."""

    seconds: float
    penalty: int
    bound: int


@dataclass(frozen=True, slots=True)
class Solution:
    """The best ``roster``, its ``penalty``, the ``bound`` below which no roster can come, and how they came about."""

    roster: Roster
    penalty: int
    bound: int
    seconds: float
    log: tuple[Progress, ...]

    @property
    def proven(self) -> bool:
        """Whether no roster can cost less."""
        return self.penalty <= self.bound


def solve(
    instance: Instance,
    *,
    seconds: float,
    iterations: int | None = None,
    seed: int = 0,
    threads: int = 2,
    watch: Callable[[Progress], None] | None = None,
) -> Solution:
    """This will search for ``seconds`` at most on ``threads`` processes, and return the best roster with its bound.

    With ``iterations`` every process makes that many dives and all are waited for: the same seed then gives the same
    roster, as long as the time suffices. ``watch`` hears of every improvement. Called by the planning workflow.

    Raises: ``InputError`` where somebody's hard limits leave no possible row; ``MissingExtraError`` where HiGHS is not
    installed; ``BusynessError`` where time ended before there was any roster.
    """
    require_highs()
    refuse_impossible(instance)
    begun = time.time()
    best: dict[int, Step] = {}
    log: list[Progress] = []
    tasks = _tasks(max(threads, 1), Task(Lifting.NEVER, seed, iterations, begun + seconds))
    with _workers(instance, tasks) as homes:
        for number, step in _steps(homes, begun + seconds + GRACE):
            if number not in best or step.penalty < best[number].penalty:
                best[number] = step
            bound = max(step.bound, log[-1].bound) if log else step.bound
            now = Progress(time.time() - begun, _least(best).penalty, bound)
            if not log or (log[-1].penalty, log[-1].bound) != (now.penalty, now.bound):
                log.append(now)
                if watch is not None:
                    watch(now)
            if iterations is None and now.penalty <= now.bound:
                break
    if not best:
        raise BusynessError(
            f"The search ended without a roster (limit {seconds:g} seconds).",
            hint="Allow more time; a script has to call it under: if __name__ == '__main__'.",
        )
    found = _least(best)
    roster = {
        person.name: tuple(OFF if shift < 0 else instance.shifts[shift].name for shift in row)
        for person, row in zip(instance.staff, found.rows, strict=True)
    }
    return Solution(roster, found.penalty, log[-1].bound, time.time() - begun, tuple(log))


def _least(best: dict[int, Step]) -> Step:
    return min((best[number] for number in sorted(best)), key=lambda step: step.penalty)


def _tasks(count: int, first: Task) -> list[Task]:
    """One task a worker, each with a seed of its own; the last begins with the bound."""
    if count == 1:
        return [replace(first, lifting=Lifting.IN_TURNS)]
    tasks = [replace(first, seed=first.seed + SEEDS_APART * number) for number in range(count)]
    return [*tasks[:-1], replace(tasks[-1], lifting=Lifting.FIRST)]


@contextmanager
def _workers(instance: Instance, tasks: list[Task]) -> Iterator[dict[Connection, int]]:
    """Start a worker a task, lend the ends of their pipes by number, and leave none of them behind."""
    spawn = get_context("spawn")
    homes: dict[Connection, int] = {}
    processes: list[SpawnProcess] = []
    try:
        for number, task in enumerate(tasks):
            home, there = spawn.Pipe(duplex=False)
            processes.append(spawn.Process(target=work, args=(there, instance, task), daemon=True))
            processes[-1].start()
            there.close()
            homes[home] = number
        yield homes
    finally:
        for process in processes:
            process.terminate()
            process.join()
            process.close()
        for home in homes:
            home.close()


def _steps(homes: dict[Connection, int], until: float) -> Iterator[tuple[int, Step]]:
    """What the workers send, until each has ended or time is up."""
    running = list(homes)
    while running and (left := until - time.time()) > 0:
        for home in wait(running, timeout=left):
            assert isinstance(home, Connection)
            try:
                step = home.recv()
            except EOFError:  # it died; the others go on
                step = None
            if step is None:
                running.remove(home)
            else:
                yield homes[home], step
