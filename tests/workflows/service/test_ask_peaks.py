"""The likely peaks of each place, in its own time."""

from datetime import date, timedelta

import pytest

from busyness.domain.errors import UnknownPlaceError
from busyness.workflows.service.ask_peaks import ask_peaks

from .conftest import ORIGIN


def test_they_are_those_of_the_forecast(snapshot):
    own = snapshot.forecast.peaks().sort("place", "time")
    found = ask_peaks(snapshot)
    assert found["time"].to_list() == own["time"].to_list()
    assert found["probability"].to_list() == pytest.approx(own["probability"].to_list())
    assert found["name"].unique(maintain_order=True).to_list() == ["Store 1", "Store 2", "Store 3"]
    assert found["local_time"].str.ends_with("-05:00").all()


def test_of_a_place_and_a_day(snapshot):
    found = ask_peaks(snapshot, places=["P2"], day=date(2024, 3, 12))
    assert found["place"].unique().to_list() == ["P2"]
    assert found["date"].unique().to_list() == [date(2024, 3, 12)]
    assert found["local_time"].str.starts_with("2024-03-12").all()


def test_the_next_ones(snapshot):
    now = ORIGIN + timedelta(hours=40)
    found = ask_peaks(snapshot, after=now, most=2)
    assert found.group_by("place").len()["len"].to_list() == [2, 2, 2]
    assert (found["time"] >= now).all()
    assert ask_peaks(snapshot, after=ORIGIN + timedelta(days=30)).is_empty()


def test_an_unknown_place_is_said(snapshot):
    with pytest.raises(UnknownPlaceError):
        ask_peaks(snapshot, places=["P9"])
