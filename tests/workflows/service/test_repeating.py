"""What is repeated goes on after a complaint, and ends when it is closed."""

from __future__ import annotations

import threading

from busyness.domain.errors import UnavailableError
from busyness.workflows.service.repeating import Repeating


def test_it_goes_on_after_a_complaint_and_ends() -> None:
    calls: list[int] = []
    enough = threading.Event()

    def act() -> None:
        calls.append(1)
        if len(calls) >= 3:
            enough.set()
        if len(calls) == 1:
            raise UnavailableError("Not now.")

    repeating = Repeating("test", act, seconds=0.01, after_fault=0.01)
    assert enough.wait(5)
    repeating.close()
    done = len(calls)
    assert not enough.wait(0) or len(calls) == done
