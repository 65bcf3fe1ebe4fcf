"""The service's state, opened where it is wanted: what reads a world without a service needs no database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from busyness.state.store import State


def opened_state(url: str) -> State:
    """This will open the state at a URL.

    Raises:
        MissingExtraError: the extra ``service`` is not installed.
        UnavailableError: the database does not answer.

    """
    from busyness.state.store import State

    return State.open(url)
