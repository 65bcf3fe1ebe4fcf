from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.domain.local_time import to_local, to_utc, utc_offsets, zone

ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
BEGIN, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1972, 2037))


def times(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[s]")


def written(moments: np.ndarray) -> list[str]:
    return [str(moment)[5:16] for moment in moments]


def utc_of(timezone: str, *walls: str) -> list[str]:
    return written(to_utc(times(*walls), timezone))


@given(name=st.sampled_from(ZONES), seconds=st.lists(st.integers(BEGIN, END), min_size=1, max_size=20))
def test_local_time_is_what_the_standard_library_says(name: str, seconds: list[int]) -> None:
    utc = np.array(seconds, np.int64).astype("datetime64[s]")
    expected = [datetime.fromtimestamp(s, UTC).astimezone(zone(name)).replace(tzinfo=None) for s in seconds]
    assert to_local(utc, name).astype("datetime64[us]").tolist() == expected


@given(name=st.sampled_from(ZONES), second=st.integers(BEGIN, END), hours=st.integers(1, 80))
def test_every_zone_comes_back(name: str, second: int, hours: int) -> None:
    """UTC → wall → UTC is the same instant, or the first of the two that have this wall-clock time."""
    utc = np.datetime64(second, "s") + np.arange(hours) * np.timedelta64(1800, "s")
    wall = to_local(utc, name)
    back = to_utc(wall, name)
    assert (to_local(back, name) == wall).all()
    assert (back <= utc).all()
    twice = back < utc
    assert (utc - back <= np.timedelta64(86_400, "s")).all()
    if len(np.unique(utc_offsets(utc - np.timedelta64(86_400, "s"), name))) == 1 and not twice.any():
        assert (back == utc).all()


@given(name=st.sampled_from(ZONES), second=st.integers(BEGIN, END))
def test_any_wall_clock_time_has_a_utc_time(name: str, second: int) -> None:
    """Where it exists it comes back; where it is skipped, it is what the library calls the instant it would have been."""
    wall = np.array([second], np.int64).astype("datetime64[s]")
    utc = to_utc(wall, name)
    meant = datetime.fromtimestamp(second, UTC).replace(tzinfo=zone(name))  # fold 0: the first, or as if nothing shifted
    assert int(utc[0].astype(np.int64)) == int(meant.timestamp())


def test_spring_forward_skips_an_hour() -> None:
    around = times("2024-03-31T00:30", "2024-03-31T01:00", "2024-03-31T01:30")
    assert written(to_local(around, "Europe/Madrid")) == ["03-31T01:30", "03-31T03:00", "03-31T03:30"]
    assert utc_of("Europe/Madrid", "2024-03-31T01:59", "2024-03-31T02:30", "2024-03-31T03:00") == [
        "03-31T00:59", "03-31T01:30", "03-31T01:00",
    ]  # fmt: skip


def test_falling_back_repeats_an_hour_and_the_first_is_meant() -> None:
    around = times("2024-10-27T00:30", "2024-10-27T01:30", "2024-10-27T02:30")
    assert written(to_local(around, "Europe/Madrid")) == ["10-27T02:30", "10-27T02:30", "10-27T03:30"]
    assert utc_of("Europe/Madrid", "2024-10-27T02:30", "2024-10-27T03:00") == ["10-27T00:30", "10-27T02:00"]


def test_the_southern_hemisphere_shifts_the_other_way() -> None:
    assert utc_of("Australia/Melbourne", "2024-04-07T02:30", "2024-10-06T02:30") == ["04-06T15:30", "10-05T16:30"]


def test_lord_howe_shifts_by_half_an_hour() -> None:
    around = times("2024-04-06T14:30", "2024-04-06T15:00", "2024-04-06T15:30")
    assert written(to_local(around, "Australia/Lord_Howe")) == ["04-07T01:30", "04-07T01:30", "04-07T02:00"]
    assert utc_of("Australia/Lord_Howe", "2024-04-07T01:30", "2024-04-07T02:00") == ["04-06T14:30", "04-06T15:30"]
    assert utc_of("Australia/Lord_Howe", "2024-10-06T01:59", "2024-10-06T02:30") == ["10-05T15:29", "10-05T15:30"]


@pytest.mark.parametrize(
    ("name", "minutes"),
    [("Asia/Kolkata", 330), ("Asia/Kathmandu", 345), ("Pacific/Kiritimati", 840), ("Pacific/Pago_Pago", -660), ("UTC", 0)],
)
def test_zones_that_never_shift(name: str, minutes: int) -> None:
    year = np.datetime64("2024-01-01", "s") + np.arange(366) * np.timedelta64(86_400, "s")
    assert (utc_offsets(year, name) == minutes * 60).all()
    assert (to_utc(to_local(year, name), name) == year).all()


def test_samoa_lost_a_day() -> None:
    assert written(to_local(times("2011-12-30T09:30", "2011-12-30T10:30"), "Pacific/Apia")) == ["12-29T23:30", "12-31T00:30"]
    assert utc_of("Pacific/Apia", "2011-12-29T23:30", "2011-12-31T00:30") == ["12-30T09:30", "12-30T10:30"]


def test_any_order_and_any_shape() -> None:
    shuffled = np.random.default_rng(0).permutation(times("2024-01-01") + np.arange(8760) * np.timedelta64(3600, "s"))
    offsets = utc_offsets(shuffled.reshape(2, -1), "Europe/Madrid")
    assert offsets.shape == (2, 4380)
    assert (offsets.reshape(-1) == [utc_offsets(shuffled[k : k + 1], "Europe/Madrid")[0] for k in range(8760)]).all()
    assert utc_offsets(times(), "Europe/Madrid").shape == (0,)


def test_nothing_gives_nothing() -> None:
    assert to_local(times(), "America/Lima").tolist() == []
    assert to_utc(times(), "America/Lima").tolist() == []


@pytest.mark.parametrize(
    ("name", "hint"), [("America/Limma", "America/Lima"), ("", "such as"), ("../etc/passwd", ""), ("Lima\0", "")]
)
def test_an_unknown_zone_is_refused_with_a_hint(name: str, hint: str) -> None:
    with pytest.raises(InputError, match="is not a time zone") as raised:
        zone(name)
    assert hint in raised.value.hint
    assert raised.value.hint
