"""What long work the service knows, by name. ``main`` does one job; the service itself never loads it."""

from __future__ import annotations

from busyness.domain.errors import InputError
from busyness.workflows.service.work_money import work_money
from busyness.workflows.service.work_refresh import work_refresh
from busyness.workflows.service.work_replan import work_replan
from busyness.workflows.service.work_what_if import work_what_if
from busyness.workflows.service.working import Work, worked


def work_of(kind: str) -> Work:
    """This will return the work of that name, to be done in a process of its own (``jobs.py``)."""
    known: dict[str, Work] = {
        "what_if": work_what_if,
        "replan": work_replan,
        "refresh": work_refresh,
        "money": work_money,
    }
    if kind not in known:
        raise InputError(f"There is no work '{kind}'; known are {', '.join(known)}.")
    return known[kind]


def main() -> None:
    """This will do one job: the program of ``jobs.py``."""
    worked(work_of)
