from __future__ import annotations

import time

import pytest

from busyness.domain.stopwatch import Stopwatch


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Stopwatch:
    """A stopwatch on a clock that is one second later at every look, and then two, and then three."""
    seconds = iter([0, 1, 10, 12, 20, 23])
    monkeypatch.setattr(time, "perf_counter", lambda: next(seconds))
    return Stopwatch()


def test_a_stage_adds_up_and_stages_stay_apart(watch: Stopwatch) -> None:
    for name in ("fit", "predict", "fit"):
        with watch.stage(name):
            pass
    assert watch.seconds == {"fit": 1 + 3, "predict": 2}


def test_a_stage_that_fails_counts_and_its_error_passes_through(watch: Stopwatch) -> None:
    with pytest.raises(ValueError, match="broken"), watch.stage("fit"):
        raise ValueError("broken")
    assert watch.seconds == {"fit": 1}


def test_a_stage_inside_another_is_part_of_both(watch: Stopwatch) -> None:
    with watch.stage("all"), watch.stage("part"):
        pass
    assert watch.seconds == {"part": 9, "all": 12}
