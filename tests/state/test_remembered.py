"""Remembered answers: for seconds, not beyond a change, and not without end."""

from datetime import timedelta

from busyness.state.remembered import Remembered
from busyness.testing.clock import NOON

SECOND = timedelta(seconds=1)


def test_an_answer_lasts_its_time_and_no_longer() -> None:
    memory: Remembered[str] = Remembered(lasts=5 * SECOND)
    memory.put("a", "x", now=NOON, ticket=memory.ticket())
    assert memory.get("a", NOON + 4 * SECOND) == "x"
    assert memory.get("a", NOON + 5 * SECOND) is None
    assert memory.get("a", NOON - 5 * SECOND) is None  # a clock that was set back
    assert memory.get("b", NOON) is None


def test_an_answer_from_before_a_change_is_not_kept() -> None:
    memory: Remembered[str] = Remembered(lasts=5 * SECOND)
    ticket = memory.ticket()
    memory.forget()  # somebody revokes while we are looking up
    memory.put("a", "old", now=NOON, ticket=ticket)
    assert memory.get("a", NOON) is None


def test_it_does_not_grow_without_end() -> None:
    memory: Remembered[int] = Remembered(lasts=5 * SECOND, most=10)
    for number in range(25):
        memory.put(str(number), number, now=NOON, ticket=memory.ticket())
    assert sum(memory.get(str(number), NOON) is not None for number in range(25)) <= 10
    assert memory.get("24", NOON) == 24
