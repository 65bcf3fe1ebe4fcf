"""Suites that a third party inherits: implement a verb, say what ``make`` makes, and the promises are tested.

>>> class TestMyForecaster(ForecasterConformance):
...     def make(self):
...         return MyForecaster(seed=0)

A method of a suite asserts one promise; its name is the promise.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from busyness.domain.errors import InputError, LeakError
from busyness.domain.opening_hours import OpeningHours
from busyness.domain.quantiles import REPORTED_LEVELS
from busyness.tables import columns as c
from busyness.tables.events import REJECTED_SCHEMA
from busyness.tables.forecast import Forecast
from busyness.tables.panel import Panel, open_cube
from busyness.tables.verbs import Forecaster, MedianForecaster, Source
from busyness.testing.suite import ForecastingSuite, bytes_of, noisy_from, same, without


class _Promises(ForecastingSuite):
    """What medians and distributions promise alike."""

    def test_the_input_is_not_mutated(self) -> None:
        """Fitting and answering leave every array of the panel as it was."""
        panel = self.panel()
        before = bytes_of(panel)
        self.answer(panel.sealed())
        after = bytes_of(panel)
        changed = [name for name, content in before.items() if after[name] != content]
        assert not changed, f"changed in place: {', '.join(changed)}"

    def test_the_same_seed_gives_the_same_answer(self) -> None:
        """Two models made alike and fitted alike answer bit for bit alike, and so does one asked twice."""
        panel = self.panel().sealed()
        first = self.answer(panel, self.fitted())
        same(first, self.answer(panel, self.fitted()), "asked twice")
        same(first, self.answer(panel), "fitted twice")

    def test_fitting_returns_a_model_and_leaves_the_first_unfitted(self) -> None:
        """A model that was fitted on one city and then on another answers for each as if it had seen no other."""
        model, other = self.make(), self.panel(seed=5).sealed()
        here = self.panel().sealed()
        first = model.fit(here, self.horizon)
        model.fit(other, self.horizon)
        same(self.answer(here, first), self.answer(here, self.fitted()), "after another fit")

    def test_nothing_from_the_origin_on_is_read(self) -> None:
        """Noise in place of all that was seen from the origin on changes neither the fit nor the answer."""
        panel = self.panel()
        origin = panel.history - 3 * panel.slots.length.per_day
        real, noisy = panel.until(origin), noisy_from(panel, origin).until(origin)
        same(self.answer(real), self.answer(noisy), "fitted and asked at the origin")
        same(self.answer(real, self.fitted()), self.answer(noisy, self.fitted()), "fitted before, asked at the origin")

    def test_values_that_came_late_are_not_read(self) -> None:
        """Values of the last day that no one knew yet change nothing."""
        panel = self.panel()
        day = panel.slots.length.per_day
        known_from = np.tile(np.arange(1, panel.slots.count + 1, dtype=np.int32), (len(panel.places), 1))
        known_from[:, panel.history - day : panel.history] = panel.history + day
        demand = panel.demand.copy()
        demand[:, panel.history - day : panel.history] *= 10
        real, late = replace(panel, known_from=known_from), replace(panel, demand=demand, known_from=known_from)
        same(self.answer(real.sealed()), self.answer(late.sealed()), "with late values")

    def test_an_empty_place_is_answered(self) -> None:
        """A place at which nothing was ever observed is answered with finite numbers."""
        panel = without(self.panel(), slice(0, 1))
        self.answer(panel.sealed())
        self.answer(panel.sealed(), self.fitted())

    def test_a_city_without_any_observation_is_answered(self) -> None:
        """Not even one value anywhere: finite numbers still."""
        self.answer(without(self.panel(), slice(None)).sealed())

    def test_a_place_where_nobody_comes_is_answered(self) -> None:
        """A place whose every count is zero is answered with finite numbers."""
        panel = self.panel()
        demand = panel.demand.copy()
        demand[0] = np.where(np.isnan(demand[0]), np.nan, 0)
        self.answer(replace(panel, demand=demand).sealed())

    def test_a_place_that_never_opens_is_zero(self) -> None:
        """A place that is always closed gets zeros."""
        panel = self.panel()
        shut = replace(panel.places[0], opening_hours=OpeningHours(((),) * 7))
        places = (shut, *panel.places[1:])
        panel = replace(without(panel, slice(0, 1)), places=places, open=open_cube(places, panel.slots))
        said = self.answer(panel.sealed())
        assert all((np.moveaxis(v, 0, 1)[0] if name == "paths" else v[0]).max() == 0 for name, v in said.items())

    def test_a_new_place_is_answered(self) -> None:
        """A place that was not there when the model was fitted is answered, with a history of its own or without."""
        panel = self.panel()
        model = self.make().fit(panel.select(panel.ids[:-1]).sealed(), self.horizon)
        self.answer(panel.sealed(), model)
        self.answer(without(panel, slice(len(panel.places) - 1, None)).sealed(), model)
        self.answer(panel.select(panel.ids[-1:]).sealed(), model)

    def test_one_place_works(self) -> None:
        """A city of one place is fitted and answered."""
        self.answer(self.panel(places=1).sealed())

    def test_fewer_places_than_fitted_are_answered(self) -> None:
        """A fitted model answers for some of its places, in any order."""
        panel = self.panel()
        self.answer(panel.select(panel.ids[::-1][:2]).sealed(), self.fitted())

    def test_a_shorter_horizon_is_a_prefix(self) -> None:
        """The first slots of an answer do not depend on how many more are asked for."""
        panel, short = self.panel().sealed(), max(1, self.horizon // 3)
        whole, part = self.answer(panel, self.fitted()), self.answer(panel, self.fitted(), horizon=short)
        cells = set(whole) - {"paths"}  # whose days are drawn at random
        same({name: whole[name][:, :short] for name in cells}, {name: part[name] for name in cells}, "shorter")

    def test_two_weeks_of_history_are_answered(self) -> None:
        """Two weeks are little, but an answer."""
        self.answer(self.panel(weeks=2).sealed())

    def test_one_day_of_history_is_answered(self) -> None:
        """One day is less, but an answer."""
        self.answer(self.panel(weeks=1 / 7).sealed())

    def test_a_fitted_model_answers_for_a_panel_with_little_history(self) -> None:
        """A model fitted on much answers for a panel that holds one day."""
        self.answer(self.panel(weeks=1 / 7).sealed(), self.fitted())

    def test_daily_and_quarter_hourly_slots_work(self) -> None:
        """Slots of a day and of fifteen minutes are fitted and answered."""
        self.answer(self.panel(every="1d", weeks=12, future=14).sealed(), horizon=14)
        self.answer(self.panel(every="15min", weeks=3, future=96).sealed(), horizon=96)

    def test_daylight_saving_is_answered(self) -> None:
        """Horizons that hold the hour which is skipped, in zones that shift by an hour and by half of one."""
        for timezone, weeks in (("Europe/Madrid", 12.8), ("Australia/Lord_Howe", 13.8)):
            self.answer(self.panel(timezone=timezone, weeks=weeks).sealed())

    def test_places_in_several_zones_are_answered(self) -> None:
        """Places may lie in zones whose hours begin at different minutes."""
        panel = self.panel()
        zones = ("America/Lima", "Asia/Kolkata", "Pacific/Kiritimati")
        places = tuple(replace(place, timezone=zones[k % 3]) for k, place in enumerate(panel.places))
        self.answer(replace(panel, places=places, open=open_cube(places, panel.slots)).sealed())

    def test_a_panel_that_ends_too_early_is_refused(self) -> None:
        """More slots than the panel has are an ``InputError``, not numbers."""
        panel = self.panel(future=self.horizon - 1)
        _refuses(InputError, lambda: self.answer(panel.sealed(), self.fitted()))

    def test_a_saved_model_answers_alike_in_a_new_process(self, tmp_path: Path) -> None:
        """Saved, loaded and restored in another process, the model answers bit for bit alike."""
        there = self.in_new_process(tmp_path)
        same(self.answer(self.panel().sealed(), self.fitted()), there, "in a new process")


class MedianForecasterConformance(_Promises):
    """The promises of a ``MedianForecaster``. ``make`` returns one that has not been fitted."""

    @abstractmethod
    def make(self) -> MedianForecaster:
        """This will return a member that has not been fitted, the same one every time (same seed, same threads)."""

    def test_each_origin_sees_only_what_lies_before_it(self) -> None:
        """Asked for several origins at once, each is answered as if it were the panel's own."""
        panel = self.panel()
        day = panel.slots.length.per_day
        origins = [panel.history - k * day for k in (9, 4, 0)]
        together = self.fitted().medians(panel.sealed(), origins, self.horizon)
        assert together.shape == (3, len(panel.places), self.horizon), f"medians have shape {together.shape}"
        for k, origin in enumerate(origins):
            alone = self.fitted().medians(panel.until(origin), [origin], self.horizon)[0]
            same({"medians": together[k]}, {"medians": alone}, f"origin {k} of 3")

    def test_levels_are_above_zero(self) -> None:
        """Every place has a usual demand at every origin, an empty one too."""
        panel = without(self.panel(), slice(0, 1))
        origins = [0, panel.history // 2, panel.history]
        levels = self.fitted().levels(panel.sealed(), origins)
        assert levels.shape == (3, len(panel.places)), f"levels have shape {levels.shape}"
        assert np.isfinite(levels).all(), "levels are not finite"
        assert (levels > 0).all(), "levels are not above zero"

    def test_an_origin_after_the_panels_own_is_refused(self) -> None:
        """To ask for a later origin is a ``LeakError``."""
        panel = self.panel()
        sealed = panel.until(panel.history - 1)
        _refuses(LeakError, lambda: self.fitted().medians(sealed, [panel.history], self.horizon))

    def test_the_kind_is_that_of_the_parts(self) -> None:
        """What is stored says the same kind as the member."""
        assert self.fitted().to_parts().kind == self.fitted().kind


class ForecasterConformance(_Promises):
    """The promises of a ``Forecaster``. ``make`` returns one that has not been fitted."""

    @abstractmethod
    def make(self) -> Forecaster:
        """This will return a forecaster that has not been fitted, the same one every time (same seed, same threads)."""

    def said(self) -> tuple[Panel, Forecast]:
        """This will return the suite's city and the fitted forecaster's answer for it."""
        panel = self.panel()
        return panel, self.fitted().predict(panel.sealed(), self.horizon)

    def test_the_forecast_is_about_the_slots_from_the_origin_on(self) -> None:
        """Places, slots and opening hours are the panel's."""
        panel, said = self.said()
        ahead = slice(panel.history, panel.history + self.horizon)
        assert said.ids == panel.ids
        assert said.slots.start == panel.slots.times()[panel.history], f"it starts at {said.slots.start}"
        assert (said.slots.count, said.slots.length) == (self.horizon, panel.slots.length)
        assert (said.open == panel.open[:, ahead]).all(), "its opening hours are not the panel's"

    def test_every_reported_level_is_there(self) -> None:
        """All levels that tables show can be read, and lie between the lowest and the highest that is kept."""
        _, said = self.said()
        assert set(REPORTED_LEVELS) <= set(said.reported), f"reported are {said.reported}"
        assert min(said.levels) <= min(said.reported), f"levels are {said.levels}"
        assert max(said.levels) >= max(said.reported), f"levels are {said.levels}"
        assert list(said.levels) == sorted(set(said.levels)), f"levels are {said.levels}"

    def test_paths_of_the_same_seed_are_the_same(self) -> None:
        """Paths are drawn by seed; another seed draws others."""
        _, said = self.said()
        first = said.paths(10, seed=3)
        assert (first == said.paths(10, seed=3)).all(), "the same seed draws other paths"
        assert (first != said.paths(10, seed=4)).any(), "another seed draws the same paths"

    def test_tables_and_peaks_can_be_made(self) -> None:
        """The forecast becomes a table of one row a place and slot; peaks and sums can be read."""
        panel, said = self.said()
        assert said.to_polars().height == len(panel.places) * self.horizon
        assert set(said.peaks()[c.PLACE]) <= set(panel.ids)
        assert set(said.sum("all")[c.PLACE]) == set(panel.ids)


class SourceConformance(ABC):
    """The promises of a ``Source``. ``make`` returns one that has something to read."""

    @abstractmethod
    def make(self) -> Source:
        """This will return a source, the same one every time."""

    def test_events_are_typed(self) -> None:
        """Times are aware UTC times, places are text, amounts are numbers."""
        schema = self.make().read().frame.schema
        wanted = {c.TIME: pl.Datetime("us", "UTC"), c.PLACE: pl.String(), c.AMOUNT: pl.Float64()}
        found = {name: schema[name] for name in wanted}
        assert found == wanted, f"columns are {found}"

    def test_no_event_lacks_its_time_or_place(self) -> None:
        """A row without a time or a place is rejected, not handed on."""
        lacking = self.make().read().frame.select(pl.col(c.TIME, c.PLACE).null_count().max()).row(0)
        assert lacking == (0, 0), f"{lacking[0]} rows lack a time and {lacking[1]} a place"

    def test_amounts_are_not_negative(self) -> None:
        """An amount is null, zero or more, and finite."""
        amounts = self.make().read().frame[c.AMOUNT].drop_nulls()
        assert bool((amounts.is_finite() & (amounts >= 0)).all()), f"amounts go down to {amounts.min()!r}"

    def test_rejected_rows_have_a_reason(self) -> None:
        """Rejected rows say where they stood and why they were rejected."""
        rejected = self.make().read().rejected
        assert dict(rejected.schema) == REJECTED_SCHEMA, f"columns are {dict(rejected.schema)}"
        assert rejected[c.REASON].null_count() == 0, "a rejected row has no reason"

    def test_reading_twice_gives_the_same(self) -> None:
        """A source does not use itself up."""
        source = self.make()
        first, second = source.read(), source.read()
        assert first.frame.equals(second.frame), "the second reading gave other events"
        assert first.rejected.equals(second.rejected), "the second reading rejected other rows"
        assert first.notes == second.notes, "the second reading said something else"


def _refuses(kind: type[Exception], attempt: object) -> None:
    assert callable(attempt)
    try:
        attempt()
    except kind:
        return
    raise AssertionError(f"there was no {kind.__name__}")
