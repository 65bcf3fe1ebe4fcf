"""What every test and every example in a docstring shares: where the real data lies, and what may skip."""

from __future__ import annotations

import importlib
import os
from collections.abc import Generator
from functools import cache
from pathlib import Path

# Workers share the cores: a library that asks OpenMP for threads gets one, unless the test says otherwise.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import pytest

ROOT = Path(__file__).parent
REQUIRE_ALL = os.environ.get("BUSYNESS_REQUIRE_ALL", "") not in {"", "0"}
NO_LIBGOMP = "the system has no libgomp, which LightGBM needs (Debian, Ubuntu: apt-get install libgomp1)"

hypothesis.settings.register_profile("house", deadline=None, database=None, derandomize=bool(os.environ.get("CI")))
hypothesis.settings.load_profile("house")


def real_data_folder() -> Path:
    """This will return where the real data sets should lie, whether they do or not."""
    return Path(os.environ.get("BUSYNESS_REAL_DATA") or ROOT.parent / "shared" / "data").resolve()


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of the real data sets; without it the test skips."""
    folder = real_data_folder()
    if not folder.is_dir():
        pytest.skip("the real data sets are not on this machine: set BUSYNESS_REAL_DATA to their folder")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """This will settle what a skip, or a missing system library, means for this run."""
    report = yield
    if not hasattr(report, "wasxfail"):  # an expected failure is not a skip
        _settle(report, str(item.path))
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """This will do the same for a module that skips, or fails, as a whole."""
    report = yield
    _settle(report, str(collector.path))
    return report


@cache
def _libgomp_is_missing() -> bool:
    try:
        importlib.import_module("lightgbm")
    except OSError:
        return True
    return False


def _settle(report: pytest.TestReport | pytest.CollectReport, path: str) -> None:
    if report.failed and "libgomp" in str(report.longrepr) and _libgomp_is_missing():
        report.outcome = "skipped"
        report.longrepr = (path, 0, f"Skipped: {NO_LIBGOMP}")
    if report.skipped and REQUIRE_ALL:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{path}: nothing may skip under BUSYNESS_REQUIRE_ALL=1. {reason}"
