from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.reports.calendars import calendars

icalendar = pytest.importorskip("icalendar")

MADE = datetime(2026, 2, 27, 12, tzinfo=UTC)
ACTIONS = pl.DataFrame(
    {
        "place": ["S1"] * 3,
        "time": [
            datetime(2026, 3, 2, 14, tzinfo=UTC),
            datetime(2026, 3, 4, 1, tzinfo=UTC),
            datetime(2026, 3, 2, 14, tzinfo=UTC),
        ],
        "person": ["ana", "ana", "beto"],
        "name": ["Ana; María", "Ana; María", "Beto"],
        "start": [datetime(2026, 3, 2, 9), datetime(2026, 3, 3, 20), datetime(2026, 3, 2, 9)],
        "end": [datetime(2026, 3, 2, 18), datetime(2026, 3, 4, 4), datetime(2026, 3, 2, 13)],
        "break": ["13:00–14:00", "", ""],
        "role": ["sales", "sales", "checkout"],
    }
)


@pytest.mark.parametrize(("language", "said"), [("en", "Work: sales at S1"), ("es", "Trabajo: sales en S1")])
def test_everybody_has_a_calendar_of_their_shifts(language: str, said: str) -> None:
    written = calendars(ACTIONS, timezone="America/Lima", made=MADE, language=language)
    assert set(written) == {"ana", "beto"}
    events = list(icalendar.Calendar.from_ical(written["ana"]).walk("VEVENT"))
    assert [event.decoded("dtstart") for event in events] == ACTIONS["time"].to_list()[:2]
    assert events[1].decoded("dtend") == datetime(2026, 3, 4, 9, tzinfo=UTC)
    assert str(events[0]["summary"]) == said
    assert "13:00–14:00" in str(events[0]["description"])
    assert len({str(event["uid"]) for event in events}) == 2


def test_a_moved_shift_keeps_its_identity() -> None:
    moved = ACTIONS.with_columns(pl.col("time").dt.offset_by("1h"), pl.col("start").dt.offset_by("1h"))
    first, second = (calendars(frame, timezone="America/Lima", made=MADE)["beto"] for frame in (ACTIONS, moved))
    uid = [line for line in first.splitlines() if line.startswith(b"UID")]
    assert uid == [line for line in second.splitlines() if line.startswith(b"UID")]
    assert first != second


def test_what_is_no_roster_is_refused() -> None:
    with pytest.raises(ColumnMissingError, match="'person'"):
        calendars(ACTIONS.drop("person"), timezone="UTC", made=MADE)
    with pytest.raises(InputError, match="'fr'"):
        calendars(ACTIONS, timezone="UTC", made=MADE, language="fr")


def test_a_place_is_called_by_its_name():
    said = calendars(ACTIONS, timezone="America/Lima", made=MADE, at="Tienda Centro")["beto"].decode()
    assert "LOCATION:Tienda Centro" in said
    assert "Tienda Centro" in next(line for line in said.splitlines() if line.startswith("SUMMARY"))
