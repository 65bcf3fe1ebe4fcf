from __future__ import annotations

import os

import psutil
import pytest

from busyness.domain.threads import free_threads


def machine(monkeypatch: pytest.MonkeyPatch, *, cores: int, allowed: int, busy: list[float]) -> None:
    """A machine of so many cores, of which the process may use some, each busy by so many percent."""
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(allowed)), raising=False)
    monkeypatch.setattr(psutil, "cpu_percent", lambda interval, percpu: busy)


@pytest.mark.parametrize(("asked", "given"), [(1, 1), (7, 7), (-3, 1)])
def test_what_is_asked_for_is_given_without_a_look(monkeypatch: pytest.MonkeyPatch, asked: int, given: int) -> None:
    monkeypatch.setattr(psutil, "cpu_percent", lambda **_: pytest.fail("looked"))
    assert free_threads(asked) == given


@pytest.mark.parametrize(
    ("busy", "free"),
    [([0, 0, 0, 0], 4), ([100, 0, 0, 0], 3), ([60, 60, 60, 60], 2), ([100, 100, 100, 100], 1), ([30, 10, 5, 0], 4)],
)
def test_idle_cores_are_counted_and_one_is_always_given(
    monkeypatch: pytest.MonkeyPatch, busy: list[float], free: int
) -> None:
    machine(monkeypatch, cores=4, allowed=4, busy=busy)
    assert free_threads() == free
    assert free_threads(0) == free


def test_no_more_than_the_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cores=64, allowed=2, busy=[0.0] * 64)
    assert free_threads() == 2


def test_a_system_without_affinity_counts_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    machine(monkeypatch, cores=8, allowed=8, busy=[0.0] * 8)
    monkeypatch.delattr(os, "sched_getaffinity")
    assert free_threads() == 8
