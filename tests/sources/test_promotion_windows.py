"""Windows as local days, whatever their columns are called."""

from datetime import date

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.promotion_windows import known_places, read_windows


def test_windows_are_read_by_other_names_too(tmp_path):
    file = tmp_path / "windows.csv"
    file.write_text("Store,From,Until,Kind,Cost\n1,2025-06-02,2025-06-04,2x1,10\n*,2025-06-05 08:00,2025-06-06,,\n")
    found = read_windows(file)
    assert found.rows() == [
        ("1", date(2025, 6, 2), date(2025, 6, 4), "2x1", 10.0),
        (None, date(2025, 6, 5), date(2025, 6, 6), "promotion", None),
    ]


def test_places_that_nobody_knows_are_told(tmp_path):
    file = tmp_path / "windows.csv"
    file.write_text("place,start,end\nX,2025-06-02,2025-06-04\n")
    with pytest.raises(SettingsError, match="names none of the 2 places; it has 'X'"):
        known_places(read_windows(file), ("A", "B"), file)
    file.write_text("start,end\n2025-06-02,2025-06-04\n")
    known_places(read_windows(file), ("A", "B"), file)
