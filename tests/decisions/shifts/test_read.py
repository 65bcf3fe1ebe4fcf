"""Reading the text format, and every slip in it told with file, line and section."""

from __future__ import annotations

from pathlib import Path

import pytest

from busyness.decisions.shifts.instance import Cover, Request
from busyness.decisions.shifts.read import read_instance
from busyness.domain.errors import InputError, SettingsError

from .conftest import TEXT


def written(folder: Path, text: str) -> Path:
    path = folder / "Instance.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_is_read(tmp_path: Path) -> None:
    instance = read_instance(written(tmp_path, TEXT.replace("\n", "\r\n")))
    assert (instance.name, instance.days) == ("Instance", 7)
    assert [(shift.name, shift.minutes, shift.cannot_precede) for shift in instance.shifts] == [
        ("E", 480, frozenset()),
        ("L", 240, frozenset({"E"})),
    ]
    ana, ben = instance.staff
    assert ana.most_shifts == {"E": 7, "L": 2}
    assert (ana.most_minutes, ana.least_minutes, ana.most_in_a_row, ana.least_in_a_row) == (2400, 960, 5, 2)
    assert (ana.least_days_off, ana.most_weekends, ana.days_off) == (2, 1, {0})
    assert ben.days_off == {5, 6}
    assert instance.requests == (Request("Ana", 2, "E", 3, True), Request("Ben", 1, "L", 2, False))
    assert instance.cover == (Cover(0, "L", 1, 100, 1), Cover(2, "E", 1, 100, 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("SECTION_COVER\n0,L,1,100,1\n2,E,1,100,1\n", "", None, "ends without SECTION_COVER"),
        ("2,E,1,100,1\n", "2,E,1,10", 26, "SECTION_COVER: the line has 4 of 5 fields"),
        ("0,L,1,100,1", "0,N,1,100,1", 25, "SECTION_COVER: there is no shift 'N'"),
        ("L,240,E", "L,240,N", 7, "SECTION_SHIFTS: there is no shift 'N'"),
        ("E=7|L=2", "E=7|N=2", 11, "SECTION_STAFF: there is no shift 'N'"),
        ("Ben,E=0", "Ana,E=0", 12, "SECTION_STAFF: 'Ana' is on the staff twice, first on line 11"),
        ("L,240,E", "E,240,E", 7, "SECTION_SHIFTS: 'E' is a shift twice, first on line 6"),
        ("L=2,2400", "L=2,lots", 11, "SECTION_STAFF: the most minutes 'lots' is no whole number"),
        ("L=2,2400", "L=2,-5", 11, "SECTION_STAFF: the most minutes '-5' is no whole number"),
        ("E=7|", "E=x|", 11, "SECTION_STAFF: the limit of shift E 'x' is no whole number"),
        ("Ana,0\n", "Anna,0\n", 15, "SECTION_DAYS_OFF: there is no person 'Anna'"),
        ("Ben,5,6", "Ben,5,7", 16, "SECTION_DAYS_OFF: day 7 lies outside the 7 days"),
        ("Ana,2,E,3", "Cid,2,E,3", 19, "SECTION_SHIFT_ON_REQUESTS: there is no person 'Cid'"),
        ("2,E,1,100,1", "0,L,1,100,1", 26, "SECTION_COVER: day 0, shift L comes a second time"),
        ("SECTION_COVER", "SECTION_COVERS", 24, "there is no section 'SECTION_COVERS'"),
        ("SECTION_COVER", "SECTION_STAFF", 24, "SECTION_STAFF comes a second time"),
        ("\n7\n", "\n7\n8\n", 4, "SECTION_HORIZON: one line has to say the number of days"),
        ("E,480,", "E,0,", 6, "SECTION_SHIFTS: shift 'E' lasts 0 minutes"),
        ("SECTION_HORIZON", "", 3, "'7' stands before the first section"),
    ],
)
def test_a_slip_is_told_where_it_is(tmp_path: Path, old: str, new: str, line: int | None, said: str) -> None:
    assert TEXT.count(old) >= 1
    with pytest.raises(SettingsError) as caught:
        read_instance(written(tmp_path, TEXT.replace(old, new, 1)))
    where = f"Instance.txt, line {line}: " if line else "Instance.txt: "
    assert caught.value.message.startswith(where)
    assert said in caught.value.message
    assert caught.value.line == line


def test_no_file_and_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"There is no file .*Nothing\.txt"):
        read_instance(tmp_path / "Nothing.txt")
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="cannot be read as text"):
        read_instance(tmp_path / "binary.txt")


@pytest.mark.parametrize(
    ("old", "new", "facts"),
    [
        ("L=7,2400,480,5,1,1,1", "L=1,2400,480,5,1,1,1", ["at least 480 minutes", "shifts at most (E 0, L 1)"]),
        ("L=7,2400,480,5,1,1,1", "L=7,400,480,5,1,1,1", ["at least 480 minutes", "at most 400 minutes"]),
        ("Ben,5,6", "Ben,0,1,2,3,4,5,6", ["at least 480 minutes", "days off 0, 1, 2, 3, 4, 5, 6"]),
        ("L=7,2400,480,5,1,1,1", "L=7,2400,600,1,1,2,1", ["at least 600 minutes", "1 shifts in a row", "2 days off"]),
    ],
)
def test_impossible_limits_are_refused_with_the_facts(tmp_path: Path, old: str, new: str, facts: list[str]) -> None:
    with pytest.raises(InputError, match="no row is possible for Ben") as caught:
        read_instance(written(tmp_path, TEXT.replace(old, new, 1)))
    for fact in facts:
        assert fact in caught.value.message
    assert "weekends" not in caught.value.message


def test_nobody_on_the_staff_is_refused(tmp_path: Path) -> None:
    kept = [line for line in TEXT.splitlines() if not line.startswith(("Ana", "Ben"))]
    with pytest.raises(InputError, match="has no staff"):
        read_instance(written(tmp_path, "\n".join(kept)))
