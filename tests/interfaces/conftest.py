"""Runs the command line as a person does, inside this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

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
