from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.school_holidays import read_school_holidays

TEXT = "start,end,name,region\n2025-07-05,2025-07-20,Winter,VIC\n2025-07-12,2025-07-27,Winter,NSW\n"
TEXT += "2025-12-20,2026-01-26,Summer,\n"


def file(folder: Path, text: str = TEXT) -> Path:
    path = folder / "school.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rows_of_a_region_count_and_those_of_all(tmp_path: Path) -> None:
    table = read_school_holidays(file(tmp_path), region="vic")
    assert table.names == table.flags == ("school_holiday",)
    assert table.local
    assert table.frame.select("place", "start", "end", "value").rows() == [
        (None, datetime(2025, 7, 5), datetime(2025, 7, 21), 1.0),
        (None, datetime(2025, 12, 20), datetime(2026, 1, 27), 1.0),
    ]


def test_one_region_needs_no_name(tmp_path: Path) -> None:
    assert read_school_holidays(file(tmp_path, "start,end\n2025-07-05,2025-07-20\n")).frame.height == 1
    one = "start,end,country,region\n2025-07-05,2025-07-20,PE,CUS\n"
    assert read_school_holidays(file(tmp_path, one), country="PE").frame.height == 1


def test_which_region_has_to_be_said_and_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"several: NSW, VIC\. Say which region"):
        read_school_holidays(file(tmp_path))
    with pytest.raises(SettingsError, match="no region 'QLD'"):
        read_school_holidays(file(tmp_path), region="QLD")
    with pytest.raises(SettingsError, match="line 2"):
        read_school_holidays(file(tmp_path, "start,end\nJuly,2025-07-20\n"))
