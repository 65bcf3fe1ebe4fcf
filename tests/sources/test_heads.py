"""Heads by place and time: each row holds until the next."""

from datetime import datetime

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.heads import has_heads, read_heads


def test_a_row_holds_until_the_next_one(tmp_path):
    file = tmp_path / "heads.csv"
    file.write_text("store,time,people\nA,2025-06-02 09:00,2\nA,2025-06-02 09:30,3\nB,2025-06-02 09:00,1.5\n")
    assert has_heads(file)
    frame, local = read_heads(file)
    assert local
    assert frame.rows()[0] == ("A", datetime(2025, 6, 2, 9), datetime(2025, 6, 2, 9, 30), 2.0)
    assert frame["end"].to_list()[1:] == [datetime(2025, 6, 2, 10), datetime(2025, 6, 2, 9, 30)]


def test_shifts_are_no_heads(tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text("staff,start,end,role\np,2025-06-02 09:00,2025-06-02 17:00,sales\n")
    assert not has_heads(file)


@pytest.mark.parametrize("row", ["A,2025-06-02 09:00,", "A,2025-06-02 09:00,-1", ",2025-06-02 09:00,1", "A,,1"])
def test_a_bad_row_is_told_with_its_line(tmp_path, row):
    file = tmp_path / "heads.csv"
    file.write_text(f"place,time,heads\nA,2025-06-02 08:00,1\n{row}\n")
    with pytest.raises(SettingsError, match="line 3"):
        read_heads(file)
