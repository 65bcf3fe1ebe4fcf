"""What a program says that does one job: steps, then its answer or its complaint, a line of JSON each (``jobs.py``)."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from busyness.domain.errors import BusynessError

_NICE = 10


class Work(Protocol):
    """What a kind of job does."""

    def __call__(self, arguments: Mapping[str, Any], tell: Callable[[str], None]) -> Any:  # noqa: ANN401  # JSON
        """This will do the work and return what JSON can hold; ``tell`` says what step it is at."""
        ...


def worked(find: Callable[[str], Work]) -> None:
    """This will do the job of the kind the program's argument names, its JSON on standard input, and say how it went."""
    os.nice(_NICE)
    kind, arguments = sys.argv[1], json.loads(sys.stdin.read())
    try:
        _say({"done": find(kind)(arguments, lambda step: _say({"step": step}))})
    except BusynessError as fault:
        _say({"error": fault.message, "hint": fault.hint})
    except Exception as fault:  # noqa: BLE001  # whatever it is, the one who asked is told that it is ours
        _say({"error": f"This is our fault: {type(fault).__name__}: {fault}"})


def _say(content: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(content, default=str) + "\n")
    sys.stdout.flush()
