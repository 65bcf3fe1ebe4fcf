"""Kinds of long work that tests can have done: they answer, sleep, refuse, break and vanish. ``main`` does one job."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Any

from busyness.domain.errors import InputError
from busyness.workflows.service.working import Work, worked


def double(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> dict[str, int]:
    """This will double a ``number``, and say in which process."""
    tell("Doubling")
    return {"answer": 2 * int(arguments["number"]), "process": os.getpid()}


def sleep(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> str:
    """This will sleep for so many ``seconds``."""
    tell("Sleeping")
    time.sleep(float(arguments["seconds"]))
    return "awake"


def refuse(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """This will refuse its input."""
    del arguments, tell
    raise InputError("There is no such store.", hint="Try another.")


def break_down(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """This will fail as nobody expected."""
    del arguments, tell
    raise ZeroDivisionError("one by nothing")


def vanish(arguments: Mapping[str, Any], tell: Callable[[str], None]) -> None:
    """This will end the process without a word."""
    del arguments, tell
    os._exit(3)


def find(kind: str) -> Work:
    """This will return the work of that kind."""
    known: dict[str, Work] = {"double": double, "sleep": sleep, "refuse": refuse, "break": break_down, "vanish": vanish}
    return known[kind]


def main() -> None:
    """This will do one job: the program of ``jobs.py``."""
    worked(find)
