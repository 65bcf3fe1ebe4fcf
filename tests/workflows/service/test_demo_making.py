"""The demo's other worlds are made in a process of their own, which says why it failed and ends when it is told to."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from busyness.domain.errors import UnavailableError
from busyness.workflows.service.demo_making import LOG, DemoMaking


def _lives(process: int) -> bool:
    """A process that has ended and that nobody has asked after is not alive."""
    return psutil.pid_exists(process) and psutil.Process(process).status() != psutil.STATUS_ZOMBIE


def ended(making: DemoMaking) -> None:
    until = time.monotonic() + 20
    while making._process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)


def test_it_works_in_the_folder_and_ends_well(tmp_path: Path) -> None:
    making = DemoMaking(tmp_path, program="import sys, pathlib; pathlib.Path(sys.argv[1], 'made').write_text('yes')")
    ended(making)
    making.check()
    assert (tmp_path / "made").read_text() == "yes"
    making.close()


def test_a_failure_is_told_and_the_log_says_why(tmp_path: Path) -> None:
    making = DemoMaking(tmp_path, program="raise SystemExit('no room left')")
    ended(making)
    with pytest.raises(UnavailableError, match="could not be made"):
        making.check()
    making.close()
    assert "no room left" in (tmp_path / LOG).read_text()


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    inner = "import os, time; print(os.getpid(), flush=True); time.sleep(600)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    making = DemoMaking(tmp_path, program=program)
    making.check()
    until = time.monotonic() + 20
    while not (tmp_path / LOG).read_text() and time.monotonic() < until:
        time.sleep(0.01)
    begun = time.monotonic()
    making.close()
    assert time.monotonic() - begun < 10
    assert making._process.poll() is not None
    started = int((tmp_path / LOG).read_text())
    until = time.monotonic() + 10
    while _lives(started) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _lives(started), "nor does what it started go on"
