"""A clock that stands still until it is told to move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from busyness.domain.errors import InputError

NOON = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)
"""What the clock says unless told otherwise: a Monday."""


class FakeClock:
    """A ``Clock`` for tests: ``now`` answers the same until ``set`` or ``advance`` is called."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = _aware(now)

    def now(self) -> datetime:
        """This will return the time the clock was set to, aware, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """This will set the clock, backwards too, or raise an ``InputError`` for a time without a zone."""
        self._now = _aware(now)

    def advance(self, by: timedelta) -> datetime:
        """This will move the clock on and return its new time."""
        self._now += by
        return self._now


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise InputError(f"The clock was set to {moment}, which has no time zone.", hint="Use datetime(…, tzinfo=UTC).")
    return moment.astimezone(UTC)
