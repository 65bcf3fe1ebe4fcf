"""The search for a roster: dives through the fractions of the master problem, over everybody and over groups."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterator
from types import ModuleType

from busyness.decisions.shifts.figures import Row
from busyness.decisions.shifts.generation import Generation, Step, rounded_up
from busyness.decisions.shifts.instance import Instance

NEARLY_WHOLE = 0.999
CLOSE_TO_LARGEST = 0.15
EVERYBODY_EACH = 4
"""Every so many dives are over everybody; those between free a group, beside the best roster's other rows."""


def search(
    highs: ModuleType, instance: Instance, *, seed: int, iterations: int | None, expired: Callable[[], bool]
) -> Iterator[Step]:
    """This will yield ever better rosters, until one is proven best, ``iterations`` dives are made, or time has
    ``expired``. The first is at hand at once, the second comes with the bound of the whole linear program.
    """
    generation = Generation(highs, instance, expired)
    choice = random.Random(seed)  # noqa: S311 - a search, no secret
    yield generation.step()
    generation.price_all()
    yield generation.step()
    done = 0
    while not expired() and not generation.proven and done != iterations:
        _dive(generation, _some_people(generation, choice, done), choice)
        done += 1
        yield generation.step()


def _some_people(generation: Generation, choice: random.Random, done: int) -> Collection[int]:
    staff = len(generation.everybody)
    if done % EVERYBODY_EACH == 0:
        return generation.everybody
    size = choice.randint((staff + 2) // 3, (2 * staff + 2) // 3)
    return sorted(choice.sample(generation.everybody, size))


def _dive(generation: Generation, people: Collection[int], choice: random.Random) -> None:
    """Give the ``people`` rows, one or a few at a time, those that the fractions lean to, pricing anew after each; end
    early where the roster cannot become better than the best one known.
    """
    free = set(people)
    fixed = {person: generation.best[person] for person in generation.everybody if person not in free}
    while free:
        generation.master.fix(fixed)
        prices = generation.price(sorted(free))
        if prices is None or rounded_up(prices.cost) >= generation.penalty:
            return
        for person, row in _leaning(generation.master.shares(free), choice):
            fixed[person] = row
            free.discard(person)
    generation.take([fixed[person] for person in generation.everybody])


def _leaning(shares: list[tuple[float, int, Row]], choice: random.Random) -> list[tuple[int, Row]]:
    chosen = [(person, row) for share, person, row in shares if share > NEARLY_WHOLE]
    fractions = [one for one in shares if one[0] <= NEARLY_WHOLE]
    if fractions:
        largest = max(share for share, _, _ in fractions)
        near = [(person, row) for share, person, row in fractions if share >= largest - CLOSE_TO_LARGEST]
        chosen.append(choice.choice(near))
    return chosen
