"""Each local day of a place is said by the model that its lot names, whole, with all that hangs on it."""

import shutil
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.registry.lots import CHALLENGER
from busyness.registry.trials import Plan, Trial
from busyness.tables.panel import wall_times
from busyness.workflows.folder import PATHS, read_forecast, write_paths
from busyness.workflows.service.ask_chain import together
from busyness.workflows.service.ask_forecast import ForecastQuery, ask_forecast
from busyness.workflows.service.ask_now import ask_now
from busyness.workflows.service.ask_peaks import ask_peaks
from busyness.workflows.service.by_lot import by_lot, who_said
from busyness.workflows.service.snapshot import load_snapshot

from .conftest import ORIGIN

FIRST = date(2024, 3, 11)


def trial_of(folder, seed=0, start=FIRST, unit="places"):
    return Trial("t", folder, "one", "two", ("1", "2"), Plan(start, shadow_days=0, weeks=2, unit=unit, seed=seed))


@pytest.fixture(scope="session")
def other(made, tmp_path_factory):
    """A model that says twice as much, made a day earlier than the champion's by its slots, with fewer templates."""
    out = tmp_path_factory.mktemp("other") / "run"
    shutil.copytree(made, out)
    said = read_forecast(made).forecast
    said = replace(said, quantiles=said.quantiles * 2, mean=said.mean * 2, ranks=said.ranks[:7], model="two")
    write_paths(said, out / PATHS)
    peaks = pl.read_csv(out / "peaks.csv", infer_schema=False).with_columns(pl.lit("999").alias("size_q50"))
    peaks.write_csv(out / "peaks.csv")
    return load_snapshot(out, world="shop", release="two")


def arms(snapshot, design):
    days = wall_times(snapshot.forecast.places, snapshot.forecast.slots).astype("datetime64[D]")
    return np.array(
        [
            [design.arm(place, day.item()) == CHALLENGER for day in days[row]]
            for row, place in enumerate(snapshot.forecast.ids)
        ]
    )


@given(seed=st.integers(0, 10**6), late=st.integers(-20, 5), unit=st.sampled_from(["places", "days"]))
@settings(max_examples=25, deadline=None)
def test_what_is_said_is_the_lot_s_for_every_place_and_day(snapshot, other, seed, late, unit):
    trial = trial_of(snapshot.folder, seed, FIRST + timedelta(days=late), unit)
    served = by_lot(snapshot, other, trial)
    wanted = arms(snapshot, trial.plan.design)
    assert (served is snapshot) == (not wanted.any())
    told, one, two = (each.forecast for each in (served, snapshot, other))
    assert np.array_equal(told.mean, np.where(wanted, two.mean, one.mean))
    assert np.array_equal(told.quantiles, np.where(wanted[..., None], two.quantiles, one.quantiles))
    for row, place in enumerate(told.ids):
        answer = ask_forecast(served, ForecastQuery((place,))).places[0]
        names = ["challenger" if cell else "champion" for cell in wanted[row]]
        assert (answer.said_by or ["champion"] * len(names)) == names


def test_sums_peaks_and_the_moment_are_of_who_says_the_day(snapshot, other):
    trial = trial_of(snapshot.folder, seed=4)
    served, design = by_lot(snapshot, other, trial), trial.plan.design
    for sums in ask_forecast(served, ForecastQuery(every="1d")).places:
        days = [date.fromisoformat(label[:10]) for label in sums.labels]
        assert sums.said_by == [design.arm(sums.place.id, day) for day in days]
        plain = ask_forecast(snapshot, ForecastQuery((sums.place.id,), every="1d")).places[0]
        factor = np.array([2.0 if name == CHALLENGER else 1.0 for name in sums.said_by])
        assert np.allclose(sums.mean, plain.mean * factor, rtol=1e-5)
    week = ask_forecast(served, ForecastQuery(("P1",), every="7d")).places[0]
    assert week.said_by == ["both"]
    peaks = ask_peaks(served)
    assert peaks["said_by"].to_list() == [design.arm(place, day) for place, day in peaks.select("place", "date").iter_rows()]
    assert ((peaks["size_q50"] == 999) == (peaks["said_by"] == CHALLENGER)).all()
    assert peaks.height == ask_peaks(snapshot).height
    for hours in (10, 34, 58):
        now = ORIGIN + timedelta(hours=hours)
        for one in ask_now(served, now):
            today = now.astimezone(ZoneInfo(one.place.timezone)).date()
            assert one.now.said_by == design.arm(one.place.id, today)
            assert who_said(served, one.place.id, now).release == ("two" if one.now.said_by == CHALLENGER else "one")


def test_the_frame_names_who_said_it_with_a_trial_and_without(snapshot, other):
    for world in (snapshot, by_lot(snapshot, other, trial_of(snapshot.folder, seed=4))):
        frame = ask_forecast(world, ForecastQuery()).to_polars()
        assert set(frame["said_by"]) == ({"champion"} if world is snapshot else {"champion", "challenger"})


def test_places_together_are_added_up_over_both(snapshot, other):
    served = by_lot(snapshot, other, trial_of(snapshot.folder, seed=4))
    assert np.allclose(together(served).forecast.mean[0], served.forecast.mean.sum(axis=0), rtol=1e-5)
    assert together(served).lot is None


def test_a_day_that_is_not_covered_whole_stays_the_champion_s(snapshot, other):
    late = replace(
        other, forecast=replace(other.forecast, slots=replace(other.forecast.slots, start=np.datetime64("2024-03-12T11")))
    )
    trial = trial_of(snapshot.folder, seed=4, unit="days")
    served = by_lot(snapshot, late, trial)
    covered = np.arange(snapshot.forecast.slots.count) >= 48  # the first whole day behind its beginning
    assert np.array_equal(served.lot.cells, arms(snapshot, trial.plan.design) & covered)


def test_a_place_that_the_challenger_does_not_know_stays_the_champion_s(snapshot, other):
    strange = replace(other, rows={place: row for place, row in other.rows.items() if place != "P2"})
    trial = trial_of(snapshot.folder, seed=4, unit="days")
    served = by_lot(snapshot, strange, trial)
    wanted = arms(snapshot, trial.plan.design)
    wanted[snapshot.rows["P2"]] = False
    assert np.array_equal(served.lot.cells, wanted)


def test_other_levels_are_read_between(snapshot, other):
    few = (0.1, 0.5, 0.9)
    thin = replace(
        other,
        forecast=replace(other.forecast, levels=few, quantiles=np.stack([other.forecast.at(level) for level in few], -1)),
    )
    served = by_lot(snapshot, thin, trial_of(snapshot.folder, seed=4))
    cells = served.lot.cells
    assert np.allclose(served.forecast.at(0.5)[cells], other.forecast.at(0.5)[cells], rtol=1e-4)


def test_slots_that_lie_between_are_refused(snapshot, other):
    slots = replace(other.forecast.slots, start=other.forecast.slots.start + np.timedelta64(1800, "s"))
    with pytest.raises(InputError, match="other times"):
        by_lot(snapshot, replace(other, forecast=replace(other.forecast, slots=slots)), trial_of(snapshot.folder))
