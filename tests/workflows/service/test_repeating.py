"""What is repeated goes on after a complaint, and ends when it is closed."""

from __future__ import annotations

import threading

import pytest

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


def test_a_fault_of_ours_is_told_in_full_and_it_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    calls: list[int] = []
    again = threading.Event()

    def act() -> None:
        calls.append(1)
        if len(calls) > 1:
            again.set()
        raise ZeroDivisionError

    repeating = Repeating("letters", act, seconds=60, after_fault=0.01)
    assert again.wait(5)
    repeating.close()
    assert "letters failed." in caplog.text
    assert "ZeroDivisionError" in caplog.text
