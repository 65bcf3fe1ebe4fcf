"""What every record asks of its values."""

from __future__ import annotations

import math
from datetime import datetime

from busyness.domain.errors import InputError
from busyness.state.column_types import utc


def span(start: datetime, end: datetime) -> None:
    """This will refuse, by an ``InputError``, an end that is not after the start."""
    if utc(start) >= utc(end):
        raise InputError("The end has to come after the start.", hint="The start counts, the end does not.")


def amount(value: float, what: str) -> None:
    """This will refuse, by an ``InputError``, a number below zero, or none at all (NaN, infinite)."""
    if not math.isfinite(value) or value < 0:
        raise InputError(f"The {what} has to be a number that is not below zero.")


def filled(text: str, what: str) -> None:
    """This will refuse, by an ``InputError``, a text with nothing in it."""
    if not text.strip():
        raise InputError(f"The {what} is empty.", hint=f"Say a {what} in a few words.")
