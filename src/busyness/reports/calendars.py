"""Each person's shifts as a calendar file that telephones and calendars read (iCalendar)."""

from __future__ import annotations

from datetime import UTC, datetime
from types import ModuleType

import numpy as np
import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError, MissingExtraError
from busyness.domain.local_time import to_utc
from busyness.tables import columns as c

_SAID = {
    "en": {"shift": "Work: {role} at {place}", "break": "Break {rest}", "title": "Shifts of {name}"},
    "es": {"shift": "Trabajo: {role} en {place}", "break": "Refrigerio {rest}", "title": "Turnos de {name}"},
}
_NEEDED = (c.PLACE, c.TIME, "person", "name", "start", "end", "break", "role")


def calendars(
    actions: pl.DataFrame, *, timezone: str, made: datetime, language: str = "en", at: str = ""
) -> dict[str, bytes]:
    """This will return a calendar (the content of an ``.ics`` file) for each person of a staffing plan's ``actions``.

    ``timezone`` is the place's, ``at`` its name where that is not its id, ``made`` (aware) is when the plan was made. A
    shift keeps its identity from plan to plan, so that a new calendar moves it instead of showing it twice.

    Raises:
        ColumnMissingError: the actions are of another kind of plan.
        InputError: the language is neither ``es`` nor ``en``.
        MissingExtraError: icalendar is not installed.

    """
    for name in _NEEDED:
        if name not in actions.columns:
            raise ColumnMissingError(name, actions.columns, role="a calendar of shifts")
    if language not in _SAID:
        raise InputError(f"A calendar cannot be written in '{language}'.", hint="Use es or en.")
    library = _icalendar()
    return {
        str(person): _calendar(library, shifts.sort(c.TIME), timezone, made=made, language=language, at=at)
        for (person,), shifts in actions.group_by("person", maintain_order=True)
    }


def _icalendar() -> ModuleType:
    """The library, imported when it is first needed, because it is an extra."""
    try:
        import icalendar as library  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("icalendar", "plans") from None
    module: ModuleType = library
    return module


def _calendar(library: ModuleType, shifts: pl.DataFrame, timezone: str, *, made: datetime, language: str, at: str) -> bytes:
    said = _SAID[language]
    whole = library.Calendar()
    whole.add("prodid", "-//busyness//roster//EN")
    whole.add("version", "2.0")
    whole.add("x-wr-calname", said["title"].format(name=shifts["name"][0]))
    ends = to_utc(shifts["end"].to_numpy().astype("datetime64[s]"), timezone)
    for shift, end in zip(shifts.iter_rows(named=True), ends, strict=True):
        event = library.Event()
        event.add("uid", f"{shift['person']}-{shift['start']:%Y%m%d}@{shift[c.PLACE] or 'place'}.busyness")
        event.add("dtstamp", made.astimezone(UTC))
        event.add("dtstart", shift[c.TIME])
        event.add("dtend", _aware(end))
        event.add("summary", said["shift"].format(role=shift["role"], place=at or shift[c.PLACE]))
        event.add("location", at or shift[c.PLACE])
        if shift["break"]:
            event.add("description", said["break"].format(rest=shift["break"]))
        whole.add_component(event)
    content: bytes = whole.to_ical()
    return content


def _aware(moment: np.datetime64) -> datetime:
    return datetime.fromtimestamp(int(moment.astype("datetime64[s]").astype(np.int64)), UTC)
