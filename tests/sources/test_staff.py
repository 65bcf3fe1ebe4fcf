from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.staff import STAFF_SCHEMA, read_staff


def read(folder: Path, text: str) -> pl.DataFrame:
    path = folder / "staff.csv"
    path.write_text(text, encoding="utf-8")
    return read_staff(path)


def test_all_columns_come_whatever_is_given(tmp_path: Path) -> None:
    staff = read(tmp_path, "employee,role,wage\nana,sales,12\n")
    assert dict(staff.schema) == {name: pl.Schema({name: dtype})[name] for name, dtype in STAFF_SCHEMA.items()}
    assert staff["roles"].to_list() == [["sales"]]
    assert staff["availability"].to_list() == [None]


def test_availability_and_dates_are_read(tmp_path: Path) -> None:
    text = (
        "person,roles,wage,availability,wished_off,keys\nana,sales,12,lun-mar 20:00-02:00; sun,2026-03-04; 2026-03-05,sí\n"
    )
    row = read(tmp_path, text).row(0, named=True)
    spans = [(span["weekday"], span["start"], span["end"]) for span in row["availability"]]
    assert spans == [(0, 1200, 1560), (1, 1200, 1560), (6, 0, 1440)]
    assert row["wished_off"] == [date(2026, 3, 4), date(2026, 3, 5)]
    assert row["keys"] is True


@pytest.mark.parametrize(
    ("header", "row", "said"),
    [
        ("", ",sales,12", "person is missing"),
        ("", "ana,,12", "names no role"),
        ("", "ana,sales,", "wage is missing"),
        ("", "ana,sales,-1", "wage is missing or below 0"),
        (",keys", "ana,sales,12,perhaps", "neither yes nor no"),
        (",availability", "ana,sales,12,08:00-16:00", "names no weekday"),
        (",availability", "ana,sales,12,noday 08:00-16:00", "no weekday"),
        (",days_off", "ana,sales,12,04/03/2026", "no date"),
        (",prefers", "ana,sales,12,never", "no time of day to prefer"),
        (",weekends", "ana,sales,12,1.5", "no whole number"),
        (",last_end", "ana,sales,12,yesterday", "is no time"),
        ("", "ana,sales,12\nana,sales,12", "comes a second time"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, header: str, row: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as refused:
        read(tmp_path, f"person,roles,wage{header}\n{row}\n")
    assert refused.value.line in {2, 3}
