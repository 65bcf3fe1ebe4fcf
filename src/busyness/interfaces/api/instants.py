"""Times as requests write them: ISO 8601 with an offset, within the centuries that a forecast can mean."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator

_ISO = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_EARLIEST, _LATEST = 1970, 2199


def _text(value: object) -> object:
    """A plain number is not a time here, though it could be read as seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _ISO.match(value)):
        return value
    raise ValueError("a time with its offset, such as 2020-09-11T08:00:00-05:00")


def _possible(value: datetime) -> datetime:
    if not _EARLIEST <= value.year <= _LATEST:
        raise ValueError(f"a time between the years {_EARLIEST} and {_LATEST}")
    return value


Instant = Annotated[AwareDatetime, BeforeValidator(_text), AfterValidator(_possible)]


def _day_text(value: object) -> object:
    if isinstance(value, str) and _DAY.fullmatch(value):
        return value
    raise ValueError("a date, such as 2020-09-11")


def _possible_day(value: date) -> date:
    if not _EARLIEST <= value.year <= _LATEST:
        raise ValueError(f"a date between the years {_EARLIEST} and {_LATEST}")
    return value


Day = Annotated[date, BeforeValidator(_day_text), AfterValidator(_possible_day)]
