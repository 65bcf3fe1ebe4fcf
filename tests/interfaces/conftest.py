"""Runs the command line as a person does, inside this process."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from busyness.interfaces.cli.main import main


@dataclass(frozen=True)
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture
def busyness(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    def run(*words: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["busyness", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run


@pytest.fixture
def refused() -> Callable[..., str]:
    """One sentence on standard error, exit code 2, with these words in it."""

    def check(answer: Answer, *words: str) -> str:
        assert answer.code == 2, answer
        assert "Traceback" not in answer.err
        said = answer.err.strip().split("\n")[-1]
        assert said.startswith("busyness: ")
        for word in words:
            assert word in said, said
        return said

    return check


@pytest.fixture
def described(busyness: Callable[..., Answer]) -> Callable[..., dict[str, Any]]:
    """What is said of a file of events, after checking that read = counted + outside + rejected."""

    def check(file: object, *options: object) -> dict[str, Any]:
        answer = busyness("describe", file, *options, "--json")
        assert answer.code == 0, answer.err
        facts = json.loads(answer.out)
        counted = sum((place["mean"] or 0) * place["observed"] for place in facts["per_place"])
        assert facts["rejected"] == sum(facts["rejected_by_reason"].values())
        assert math.isclose(counted + facts["rejected"], facts["rows"], abs_tol=0.01), facts
        return facts

    return check


@pytest.fixture
def done(busyness: Callable[..., Answer]) -> Callable[..., dict[str, Any]]:
    """What a command said as JSON."""

    def run(*words: object) -> dict[str, Any]:
        answer = busyness(*words, "--json")
        assert answer.code == 0, answer.err
        return json.loads(answer.out)

    return run


@pytest.fixture(scope="session")
def visits() -> Callable[..., pl.DataFrame]:
    """Visits from 9 to 20, by local time from 3 March 2025 on, near two stores a few kilometres apart."""

    def drawn(days: int = 21) -> pl.DataFrame:
        rng = np.random.default_rng(0)
        frames = []
        for k, shop in enumerate(("S1", "S2")):
            count = rng.poisson(6 + 4 * k, days * 11)
            hour = np.repeat(np.arange(days * 11), count)
            minutes = (hour // 11 * 24 + 9 + hour % 11) * 60 + rng.integers(0, 60, len(hour))
            time = np.datetime64(datetime(2025, 3, 3), "us") + minutes.astype("timedelta64[m]")
            north, east = (middle + rng.normal(0, 2e-4, len(hour)) for middle in (-12.05 - 0.05 * k, -77.04))
            columns = {"time": time, "store": shop, "lat": north, "lon": east, "user_id": hour % 50}
            frames.append(pl.DataFrame(columns))
        return pl.concat(frames).sort("time", maintain_order=True).with_row_index("transaction_id")

    return drawn
