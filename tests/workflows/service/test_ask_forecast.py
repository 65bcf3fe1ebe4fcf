"""A forecast is sliced, summed by paths, and shown in each place's own time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.workflows.service.ask_forecast import ForecastQuery, Override, ask_forecast

from .conftest import ORIGIN


def one(snapshot, overrides=(), **query):
    answer = ask_forecast(snapshot, ForecastQuery(("P2",), **query), overrides={"P2": overrides})
    return answer.places[0]


def test_the_stored_levels_come_back_as_they_are(snapshot):
    found = one(snapshot, levels=(0.05, 0.5, 0.95))
    for k, level in enumerate((0.05, 0.5, 0.95)):
        assert np.allclose(found.quantiles[:, k], snapshot.forecast.at(level)[1])
    assert np.array_equal(found.mean, snapshot.forecast.mean[1])
    assert np.isnan(found.override).all()


@given(st.sets(st.floats(0.001, 0.999), min_size=2, max_size=9))
def test_levels_between_never_cross(snapshot, levels):
    answer = ask_forecast(snapshot, ForecastQuery(("P1",), levels=tuple(levels)))
    assert list(answer.levels) == sorted(answer.levels)
    assert (np.diff(answer.places[0].quantiles, axis=1) >= 0).all()


@given(st.integers(-20, 190), st.integers(1, 100))
def test_a_span_is_half_open(snapshot, first, count):
    start, end = ORIGIN + timedelta(hours=first), ORIGIN + timedelta(hours=first + count)
    if end <= ORIGIN or first >= 168:
        with pytest.raises(InputError, match="covers 2024-03-11T00:00:00-05:00 to 2024-03-18T00:00:00-05:00"):
            one(snapshot, start=start, end=end)
        return
    found = one(snapshot, start=start, end=end)
    begin, stop = max(first, 0), min(first + count, 168)
    assert np.array_equal(found.mean, snapshot.forecast.mean[1, begin:stop])
    assert found.times[0] == np.datetime64((ORIGIN + timedelta(hours=begin)).replace(tzinfo=None))


def test_times_are_local_with_their_offset(snapshot):
    assert one(snapshot).labels[:2] == ("2024-03-11T00:00:00-05:00", "2024-03-11T01:00:00-05:00")


def test_days_are_sums_of_joint_paths(snapshot):
    found = one(snapshot, every="1d", levels=(0.05, 0.5, 0.95))
    said = snapshot.forecast.sum("1d", levels=(0.05, 0.5, 0.95)).filter(pl.col("place") == "P2")
    assert np.allclose(found.mean, said["mean"], rtol=1e-4)
    assert np.allclose(found.quantiles, said.select("q05", "q50", "q95").to_numpy(), rtol=1e-4)
    assert found.slots.tolist() == [24] * 7
    hourly = one(snapshot, levels=(0.05, 0.95)).quantiles.reshape(7, 24, 2).sum(axis=1)
    width, naive = found.quantiles[:, 2] - found.quantiles[:, 0], hourly[:, 1] - hourly[:, 0]
    assert (width <= naive * 1.001).all()
    assert (width < naive * 0.9).any()


def test_weeks_and_parts_of_days(snapshot):
    week = one(snapshot, every="7d")
    assert week.slots.tolist() == [168]
    assert week.mean[0] == pytest.approx(snapshot.forecast.mean[1].sum(), rel=1e-4)
    part = one(snapshot, every="1d", start=ORIGIN + timedelta(hours=20), end=ORIGIN + timedelta(hours=30))
    assert part.slots.tolist() == [4, 6]
    assert part.labels[0] == "2024-03-11T20:00:00-05:00"


def test_a_persons_word_stands_beside_the_models(snapshot):
    noon = ORIGIN + timedelta(hours=12)
    said = [
        Override(noon, noon + timedelta(hours=3), value=10),
        Override(noon + timedelta(hours=2), noon + timedelta(hours=4), factor=2),
    ]
    found = one(snapshot, said)
    expected = [10, 10, found.mean[14] * 2, found.mean[15] * 2]
    assert np.allclose(found.override[12:16], expected)
    assert np.isfinite(found.override).sum() == 4
    daily = one(snapshot, said, every="1d")
    rest = found.mean[:24].sum() - found.mean[12:16].sum()
    assert daily.override[0] == pytest.approx(rest + sum(expected), rel=1e-4)
    assert np.isnan(daily.override[1:]).all()
    assert np.array_equal(daily.mean, one(snapshot, every="1d").mean)


def test_a_frame_has_a_row_a_place_and_time(snapshot):
    answer = ask_forecast(snapshot, ForecastQuery())
    table = answer.to_polars()
    assert table.height == 3 * 168
    assert table["override"].null_count() == table.height
    own = snapshot.forecast.to_polars()
    assert table.select("place", "time", "mean").equals(own.select("place", "time", "mean"))
    assert np.allclose(table["q90"], own["q90"])


def test_distinct_people_are_not_added_up(snapshot):
    people = replace(snapshot, adds_up=False, noun="couriers")
    assert one(people).mean.any()
    with pytest.raises(InputError, match="count twice"):
        one(people, every="1d")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"levels": (0.5, 1.0)}, "between 0 and 1"),
        ({"every": "1h"}, "slot, 1d or 7d"),
        ({"start": datetime(2024, 3, 11)}, "no time zone"),
        ({"places": ()}, "No place"),
    ],
)
def test_a_question_that_makes_no_sense_is_said(snapshot, query, said):
    with pytest.raises(InputError, match=said):
        ask_forecast(snapshot, ForecastQuery(**query))


def test_an_unknown_place_and_an_empty_word_are_said(snapshot):
    with pytest.raises(UnknownPlaceError):
        ask_forecast(snapshot, ForecastQuery(("P9",)))
    for wrong in ({}, {"value": 1.0, "factor": 1.0}):
        with pytest.raises(InputError, match="one of them"):
            Override(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 2, tzinfo=UTC), **wrong)
