"""What a person writes down while the day runs: counts of the steps that are over, and who stands where."""

from datetime import UTC, datetime

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.day_so_far import read_now, read_so_far


def written(folder, text):
    path = folder / "today.csv"
    path.write_text(text, "utf-8")
    return path


def test_counts_are_read_on_the_places_clock(tmp_path):
    frame, rejected = read_so_far(written(tmp_path, "store,time,visitors\nS1,2026-03-02 09:15,12\n"), zone="America/Lima")
    assert frame.rows() == [("S1", datetime(2026, 3, 2, 14, 15, tzinfo=UTC), 12.0)]
    assert not rejected


def test_the_table_of_what_came_serves_too_and_a_bad_row_is_left_out(tmp_path):
    rows = ["S1,2026-03-02 09:00,4", "S1,not a time,5", "S1,,5", ",2026-03-02 09:15,5", "S1,2026-03-02 09:15,-5"]
    frame, rejected = read_so_far(written(tmp_path, "\n".join(["place,time,arrivals", *rows])), zone="America/Lima")
    assert frame.rows() == [("S1", datetime(2026, 3, 2, 14, tzinfo=UTC), 4.0)]
    assert [line for _, line, _ in rejected] == [3, 4, 5, 6]
    reasons = ("'not a time' is no time", "the time is missing", "the place is missing", "missing or negative")
    assert all(part in said for part, (_, _, said) in zip(reasons, rejected, strict=True))


def test_aware_times_stay_what_they_are(tmp_path):
    frame, _ = read_so_far(written(tmp_path, "place,time,observed\nS1,2026-03-02T14:15:00Z,0\n"), zone="America/Lima")
    assert frame["time"][0] == datetime(2026, 3, 2, 14, 15, tzinfo=UTC)


def test_who_stands_where(tmp_path):
    frame = read_now(written(tmp_path, "place,waiting,flex\nS1,3,1\nS2,0,2\n"))
    assert frame.columns == ["place", "waiting", "flex"]
    assert frame.rows() == [("S1", 3.0, 1.0), ("S2", 0.0, 2.0)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,time,observed\nS1,2026-03-02 09:15,-1\n", "missing or negative"),
        ("place,time,observed\nS1,2026-03-02 09:15,\n", "missing or negative"),
        ("place,time,observed\nS1,soon,3\n", "time"),
        ("place,time\nS1,2026-03-02 09:15\n", "observed"),
    ],
)
def test_bad_rows_are_named(tmp_path, text, said):
    with pytest.raises(SettingsError, match=said):
        read_so_far(written(tmp_path, text), zone="America/Lima")


def test_a_place_that_comes_twice_is_told(tmp_path):
    with pytest.raises(SettingsError, match="second time"):
        read_now(written(tmp_path, "place,waiting\nS1,1\nS1,2\n"))
