"""How many threads to use: asked for, else as many as there are idle cores right now."""

from __future__ import annotations

import os

import psutil

_LOOK_SECONDS = 0.1


def free_threads(asked: int | None = None) -> int:
    """This will return ``asked`` if given, else the number of idle cores this process may use, at least one.

    Gradient boosting on all cores of a busy machine was measured ten times slower than on one: its threads wait for
    each other at every tree level.
    """
    if asked:
        return max(1, asked)
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    busy: float = sum(psutil.cpu_percent(interval=_LOOK_SECONDS, percpu=True)) / 100
    return max(1, min(allowed, round((os.cpu_count() or 1) - busy)))
