"""The quick way reads what the thorough way reads."""

from datetime import datetime

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.sources.events.iso_times import read_many_times
from busyness.sources.files.times import read_times

FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.000", "%Y-%m-%dT%H:%M:%S.250", "%Y/%m/%d %H:%M")
TAILS = ("", "Z", "z", "+02:00", "-0330", " UTC", " later")
WRITTEN = st.builds(
    lambda time, form, tail: time.strftime(form) + tail,
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),
    st.sampled_from(FORMS),
    st.sampled_from(TAILS),
)


@settings(max_examples=40)
@given(st.lists(WRITTEN | st.none() | st.sampled_from(["", "soon", "2024-02-30T10:00:00", "2024-01-05"]), max_size=12))
def test_quick_is_thorough(texts: list[str | None]) -> None:
    values = pl.Series(texts, dtype=pl.String)
    quick = read_many_times(values, day_first=None, month_first_country=False)
    assert quick.frame.equals(read_times(values).frame)


def test_one_form_for_all() -> None:
    values = pl.Series(["2024-01-05T13:30:00+02:00", "2024-07-05T13:30:00+01:00", None])
    frame = read_many_times(values, day_first=None, month_first_country=False).frame
    assert frame["offset"].to_list() == [7200, 3600, None]
    assert frame["wall"][0] == datetime(2024, 1, 5, 13, 30)
