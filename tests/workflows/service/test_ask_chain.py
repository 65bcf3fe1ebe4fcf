"""Places together: sums of the paths of all of them."""

from dataclasses import replace

import numpy as np
import pytest

from busyness.domain.errors import InputError, UnknownPlaceError
from busyness.workflows.service.ask_chain import ask_together, together
from busyness.workflows.service.ask_forecast import ForecastQuery


def test_means_add_up_and_the_band_is_that_of_paths(snapshot):
    levels = (0.1, 0.9)
    (found,) = ask_together(snapshot, ForecastQuery(levels=levels, every="1d")).places
    daily = snapshot.forecast.mean.reshape(3, 7, 24).sum(axis=(0, 2))
    assert found.place.id == "all"
    assert np.allclose(found.mean, daily, rtol=1e-4)
    paths = snapshot.forecast.paths(2000, seed=1).sum(axis=1).reshape(2000, 7, 24).sum(axis=2)
    drawn = np.quantile(paths, levels, axis=0).T
    assert np.abs(found.quantiles - drawn).max() < 0.1 * daily.min()


def test_some_places_only(snapshot):
    (found,) = ask_together(snapshot, ForecastQuery(("P3", "P1"))).places
    assert np.allclose(found.mean, snapshot.forecast.mean[[0, 2]].sum(axis=0), rtol=1e-4)
    with pytest.raises(UnknownPlaceError):
        ask_together(snapshot, ForecastQuery(("P9",)))


def test_by_parent(snapshot):
    said = snapshot.forecast
    places = tuple(replace(place, parent="east" if k else "west") for k, place in enumerate(said.places))
    grouped = replace(snapshot, forecast=replace(said, places=places))
    answer = ask_together(grouped, ForecastQuery(), to="parent")
    assert [one.place.id for one in answer.places] == ["west", "east"]
    with pytest.raises(InputError, match="no parent"):
        ask_together(snapshot, ForecastQuery(), to="parent")


def test_the_sums_are_kept_with_the_snapshot(snapshot):
    assert together(snapshot) is together(snapshot)
    assert together(snapshot, places=("P1", "P2")) is together(snapshot, places=("P2", "P1"))
    assert together(replace(snapshot)) is not together(snapshot)


def test_distinct_people_have_no_sum(snapshot):
    with pytest.raises(InputError, match="count twice"):
        ask_together(replace(snapshot, adds_up=False, noun="couriers"), ForecastQuery())
