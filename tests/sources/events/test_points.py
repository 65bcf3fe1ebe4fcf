"""Anything with a time and a position."""

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.points import Points
from busyness.tables.events import Events, Reason

NEW_YORK = EventLayout(timezone="America/New_York")
PICKUPS = pl.DataFrame(
    {"Date/Time": ["4/1/2014 0:11:00", "4/1/2014 0:17:00", "4/14/2014 0:21:00"], "Lat": [40.769, 40.7267, 40.7316]}
).with_columns(Lon=pl.Series([-73.9549, -74.0345, -73.9873]), Base=pl.lit("B02512"))


def read(frame: pl.DataFrame, layout: EventLayout = NEW_YORK, *, rows: int = 1000, **more: Any) -> Events:
    parts = list(Points(open_chunks(frame, rows=rows), layout, **more).chunks())
    notes = tuple(note for part in parts for note in part.notes)
    return Events(pl.concat([part.frame for part in parts]), pl.concat([part.rejected for part in parts]), notes)


def test_pickups_as_published_need_no_settings() -> None:
    events = read(PICKUPS)
    assert events.frame.columns == ["time", "latitude", "longitude", "amount", "kind", "line"]
    assert events.frame["time"].to_list()[::2] == [
        datetime(2014, 4, day, 4, minute, tzinfo=UTC) for day, minute in ((1, 11), (14, 21))
    ]
    assert events.frame["kind"].unique().to_list() == ["event"]
    assert read(PICKUPS, rows=1).frame.equals(events.frame)


def test_a_note_is_said_once_however_many_chunks() -> None:
    notes = read(PICKUPS.head(2), rows=1).notes
    assert len([note for note in notes if "month first" in note]) == 1
    assert len([note for note in notes if note.startswith("Read 'Date/Time' as time")]) == 1


def test_positions_as_text_with_decimal_commas() -> None:
    frame = PICKUPS.with_columns(pl.col("Lat", "Lon").cast(pl.String).str.replace(".", ",", literal=True))
    assert read(frame).frame["latitude"].to_list() == [40.769, 40.7267, 40.7316]


def test_kinds_amounts_and_places() -> None:
    frame = pl.DataFrame(
        {
            "time": ["2024-05-01 10:00:00"] * 5,
            "store": ["a", "b", "", "a", "b"],
            "kind": ["visit", "sale", "visit", None, "visit"],
            "amount": ["2", "1", "1", "1", "-4"],
        }
    )
    events = read(frame, EventLayout(kinds=("visit",)))
    assert events.frame.select("place", "amount", "kind").rows() == [("a", 2.0, "visit")]
    assert events.reasons() == {Reason.NO_PLACE: 1, Reason.NEGATIVE: 1}
    assert "Rows of other kinds than visit were left aside." in events.notes
    assert read(frame).frame["kind"].to_list() == ["visit", "sale", "event"]
    assert read(frame.drop("kind"), EventLayout(kinds=("visit",))).frame["kind"].unique().to_list() == ["visit"]
    with pytest.raises(ColumnMissingError, match="kind"):
        read(frame.drop("kind"), EventLayout(kinds=("visit", "sale")))


def test_a_place_will_do_where_the_position_is_missing() -> None:
    frame = PICKUPS.with_columns(pl.Series("station", [None, "s", None]), pl.Series("Lat", [40.7, None, None]))
    events = read(frame)
    assert events.frame.select("place", "latitude").rows() == [(None, 40.7), ("s", None)]
    assert events.reasons() == {Reason.NO_POSITION: 1}


def test_people_are_hashed_or_left_out() -> None:
    frame = PICKUPS.with_columns(user_id=pl.Series(["ann", "bob", "ann"]))
    events = read(frame)
    assert "who" not in events.frame.columns
    assert "'user_id' may say who people are, and there is no salt to hide it: left out." in events.notes
    hashed = read(frame, salt="a long and secret text").frame["who"]
    assert hashed[0] == hashed[2] != hashed[1]
    with pytest.raises(InputError, match="salt"):
        read(frame, EventLayout(columns={"who": "user_id"}))


def test_a_file_in_an_unknown_encoding_and_with_ragged_lines(tmp_path: Any) -> None:
    file = tmp_path / "puntos.csv"
    lines = ["fecha_hora;latitud;longitud;tienda", "2024-05-01 10:00:00;-12,05;-77,04;Jirón de la Unión", "broken;line"]
    file.write_bytes("\n".join([*lines, "2024-05-01 11:00:00;-12,06;-77,03;Señor"]).encode("cp1252"))
    parts = list(Points(open_chunks(file), EventLayout(timezone="America/Lima")).chunks())
    assert parts[0].frame["place"].to_list() == ["Jirón de la Unión", "Señor"]
    assert parts[0].frame["latitude"].to_list() == [-12.05, -12.06]
    assert parts[0].rejected.select("line", "reason").rows() == [(3, Reason.WRONG_WIDTH)]


def test_a_point_without_a_where_is_refused() -> None:
    with pytest.raises(ColumnMissingError, match="longitude"):
        read(PICKUPS.drop("Lon"))
