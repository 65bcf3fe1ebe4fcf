from __future__ import annotations

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.rosters import ROSTER_SCHEMA, read_roster

HEAD = "person,start,end,role,break,place\n"


def read(tmp_path: Path, rows: str, head: str = HEAD) -> pl.DataFrame:
    (tmp_path / "roster.csv").write_text(head + rows, "utf-8")
    return read_roster(tmp_path / "roster.csv")


def test_a_row_is_a_shift_with_its_line(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        "ana,2026-03-04 08:00,2026-03-04 17:00,sales,13:00-13:45,S1\n\nbeto,2026-03-05 09:30,2026-03-05 14:00,sales,,\n",
    )
    assert table.schema == pl.Schema(ROSTER_SCHEMA)
    assert table["line"].to_list() == [2, 4]
    assert table["start"][0] == datetime(2026, 3, 4, 8)
    assert table.row(0, named=True)["break_start"] == 13 * 60
    assert table.row(0, named=True)["break_end"] == 13 * 60 + 45
    assert table.row(1, named=True)["break_start"] is None
    assert table["place"].to_list() == ["S1", None]


@pytest.mark.parametrize(
    ("rest", "minutes"),
    [("23:30-00:15", (1410, 1455)), ("00:30-01:00", (1470, 1500)), ("22:30 – 23:00", (1350, 1380))],
)
def test_a_break_may_lie_past_midnight(tmp_path: Path, rest: str, minutes: tuple[int, int]) -> None:
    row = read(tmp_path, f"ana,2026-03-04 20:00,2026-03-05 04:00,sales,{rest},\n").row(0, named=True)
    assert (row["break_start"], row["break_end"]) == minutes


def test_what_excel_saved_reads_alike(tmp_path: Path) -> None:
    plain = read(tmp_path, "ana,2026-03-04 08:00,2026-03-04 12:00,sales,,S1\n")
    plain.select("person", "start", "end", "role", "place").write_excel(tmp_path / "roster.xlsx")
    again = read_roster(tmp_path / "roster.xlsx")
    assert again.drop("line").equals(plain.drop("line"))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (",2026-03-04 08:00,2026-03-04 12:00,sales,,", "line 2: the person is missing"),
        ("ana,2026-03-04,2026-03-05,sales,,", "no time of day"),
        ("ana,2026-03-04 08:00Z,2026-03-04 12:00Z,sales,,", "has a zone"),
        ("ana,2026-03-04 08:00,2026-03-06 12:00,sales,,", "line 2: the shift is longer than a day"),
        ("ana,2026-03-04 08:00,2026-03-04 12:00,sales,10,", "line 2: '10' is no break"),
    ],
)
def test_what_is_no_shift_is_said_with_its_line(tmp_path: Path, rows: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read(tmp_path, rows + "\n")


def test_a_roster_needs_its_columns(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no column 'end'"):
        read(tmp_path, "ana,2026-03-04 08:00,sales\n", head="person,start,role\n")
