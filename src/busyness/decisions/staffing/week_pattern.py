"""Which days of a week a person may work, as a small automaton: days in a row and days off decide, nothing else does."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class WeekPattern:
    """``layers[d]`` holds the states before day ``d`` as pairs (next when off, next when working); −1: not allowed.

    States of the last layer, after the last day, are all good; the first layer has one state.
    """

    layers: tuple[tuple[tuple[int, int], ...], ...]

    def states(self, day: int) -> int:
        """This will return how many states there are before a day (after the last one: one)."""
        return len(self.layers[day]) if day < len(self.layers) else 1


@cache
def week_pattern(days: int, most_worked: int, *, in_a_row: int, already: int) -> WeekPattern:
    """This will return the smallest automaton for at most ``most_worked`` of ``days`` days and ``in_a_row`` without a day
    off, of which ``already`` lie before the week."""
    layers: list[dict[tuple[int, int], int]] = [{} for _ in range(days)]

    def state(day: int, worked: int, row: int) -> int:
        if day == days:
            return 0
        off = state(day + 1, worked, 0)
        on = state(day + 1, worked + 1, row + 1) if worked < most_worked and row < in_a_row else -1
        return layers[day].setdefault((off, on), len(layers[day]))

    state(0, 0, already)  # at most 2⁷ histories are walked
    return WeekPattern(tuple(tuple(layer) for layer in layers))
