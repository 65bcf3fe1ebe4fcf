"""The one door to Numba: loops over days, places and visitors are compiled once and kept beside the source."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from busyness.domain.errors import MissingExtraError

try:
    import numba
except ModuleNotFoundError:
    numba = None

F = TypeVar("F", bound=Callable[..., Any])


def compiled(function: F) -> F:
    """This will compile a function for one thread at its first call, and keep the machine code for later processes.

    Without Numba the function raises ``MissingExtraError`` when it is called.
    """
    if numba is None:

        def missing(*_: object, **__: object) -> object:
            raise MissingExtraError("numba", "intraday")

        return missing  # type: ignore[return-value]
    made: F = numba.njit(cache=True)(function)
    return made
