"""The suites have teeth: a model that breaks a promise fails the test of that name, and only an honest one passes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from busyness.domain.errors import InputError, LeakError
from busyness.tables import columns as c
from busyness.tables.events import Events
from busyness.tables.forecast import Forecast
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import Source
from busyness.testing.conformance import ForecasterConformance, MedianForecasterConformance, SourceConformance
from busyness.testing.memory import MemorySource
from busyness.testing.tiny_city import tiny_city

LEVELS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


class Constant:
    """The mean of everything before the origin, where open. Honest; subclasses are not."""

    kind = "constant"

    def __init__(self, value: float = 0.0) -> None:
        self.value = value

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        panel.ahead(horizon)
        seen = panel.demand[np.isfinite(panel.demand)]
        return type(self)(float(seen.mean()) if len(seen) else 1.0)

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        answer = np.empty((len(origins), len(panel.places), horizon), np.float32)
        for k, origin in enumerate(origins):
            panel.until(origin).ahead(horizon)
            answer[k] = np.where(panel.open[:, origin : origin + horizon], self.value, 0)
        return answer

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        return np.ones((len(origins), len(panel.places)), np.float32)

    def to_parts(self) -> Parts:
        return Parts(self.kind, {"value": self.value})


def restored_constant(parts: Parts) -> Constant:
    return Constant(parts.facts["value"])


class TestConstant(MedianForecasterConformance):
    def make(self) -> Constant:
        return Constant()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored_constant


class Peeking(Constant):
    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        return type(self)(float(np.nanmean(panel._panel.demand)))


class PeekingLater(Constant):
    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        return super().medians(panel, origins, horizon) * np.float32(np.nanmean(panel.demand[:, -5:]) + 1)


class ReadingLateValues(Constant):
    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        return type(self)(float(np.nanmean(panel._panel.demand[:, : panel.origin])))


class Negative(Constant):
    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        return super().medians(panel, origins, horizon) - 1


class OpenAllNight(Constant):
    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        return np.full((len(origins), len(panel.places), horizon), self.value, np.float32)


class Moody(Constant):
    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        return type(self)(float(np.random.default_rng().random()))


class Mutating(Constant):
    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        panel._panel.demand[0, 0] = 1
        return super().fit(panel, horizon)


class FittingItself(Constant):
    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        self.value = super().fit(panel, horizon).value
        return self


class LostOnEmptyPlaces(Constant):
    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        with np.errstate(invalid="ignore"):
            means = np.nansum(panel.demand, 1) / np.isfinite(panel.demand).sum(1)
        return super().medians(panel, origins, horizon) * means[None, :, None].astype(np.float32)


class KnowingItsPlaces(Constant):
    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        fitted = super().fit(panel, horizon)
        fitted.ids = panel.ids  # type: ignore[attr-defined]
        return fitted

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        [self.ids.index(place) for place in panel.ids]  # type: ignore[attr-defined]
        return super().medians(panel, origins, horizon)


class LookingAtTheHorizon(Constant):
    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        return super().medians(panel, origins, horizon) * np.float32(horizon)


class Forgetful(Constant):
    def to_parts(self) -> Parts:
        return Parts(self.kind, {"value": round(self.value)})


def suite_of(model: type) -> MedianForecasterConformance:
    class Suite(MedianForecasterConformance):
        def make(self) -> Any:
            return model()

        def roundtrip(self) -> Callable[[Parts], Any]:
            return restored_constant

    return Suite()


@pytest.mark.parametrize(
    ("model", "promise"),
    [
        (Peeking, "nothing_from_the_origin_on_is_read"),
        (PeekingLater, "each_origin_sees_only_what_lies_before_it"),
        (ReadingLateValues, "values_that_came_late_are_not_read"),
        (Negative, "one_place_works"),
        (OpenAllNight, "a_place_that_never_opens_is_zero"),
        (Moody, "the_same_seed_gives_the_same_answer"),
        (Mutating, "the_input_is_not_mutated"),
        (FittingItself, "fitting_returns_a_model_and_leaves_the_first_unfitted"),
        (LostOnEmptyPlaces, "an_empty_place_is_answered"),
        (KnowingItsPlaces, "a_new_place_is_answered"),
        (LookingAtTheHorizon, "a_shorter_horizon_is_a_prefix"),
    ],
)
def test_a_broken_promise_fails_its_test(model: type, promise: str) -> None:
    test = getattr(suite_of(model), f"test_{promise}")
    with pytest.raises((AssertionError, ValueError)):
        test()


def test_a_model_that_forgets_fails_in_the_new_process(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="in a new process: medians differ in"):
        suite_of(Forgetful).test_a_saved_model_answers_alike_in_a_new_process(tmp_path)


def test_a_model_that_cannot_be_restored_fails_with_the_reason(tmp_path: Path) -> None:
    class Nameless(Constant):
        def to_parts(self) -> Parts:
            return Parts(self.kind)

    with pytest.raises(AssertionError, match="KeyError: 'value'"):
        suite_of(Nameless).test_a_saved_model_answers_alike_in_a_new_process(tmp_path)


def test_without_a_roundtrip_the_new_process_is_skipped(tmp_path: Path) -> None:
    class Suite(MedianForecasterConformance):
        def make(self) -> Constant:
            return Constant()

    with pytest.raises(BaseException, match="does not say how its model is restored") as raised:
        Suite().test_a_saved_model_answers_alike_in_a_new_process(tmp_path)
    assert "Skip" in type(raised.value).__name__


class Certain:
    """All quantiles are the same constant; as a forecaster, honest."""

    version = "certain"

    def __init__(self, member: Constant | None = None) -> None:
        self.member = member or Constant()

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        return type(self)(self.member.fit(panel, horizon))

    def quantiles(self, medians: NDArray[np.float32]) -> NDArray[np.float32]:
        return medians[..., None] * np.linspace(0.5, 1.5, len(LEVELS), dtype=np.float32)

    def predict(self, panel: SealedPanel, horizon: int) -> Forecast:
        medians = self.member.medians(panel, [panel.origin], horizon)[0]
        opened = np.asarray(panel.open[:, panel.origin : panel.origin + horizon])
        ranks = np.random.default_rng(0).integers(0, 256, (8, *medians.shape)).astype(np.uint8)
        return Forecast(panel.places, panel.ahead(horizon), LEVELS, self.quantiles(medians), medians, opened, ranks)

    def to_parts(self) -> Parts:
        return self.member.to_parts()


def restored_certain(parts: Parts) -> Certain:
    return Certain(restored_constant(parts))


class TestCertain(ForecasterConformance):
    def make(self) -> Certain:
        return Certain()

    def roundtrip(self) -> Callable[[Parts], Any]:
        return restored_certain


def test_crossing_quantiles_fail() -> None:
    class Crossing(Certain):
        def quantiles(self, medians: NDArray[np.float32]) -> NDArray[np.float32]:
            return super().quantiles(medians)[..., ::-1]

    class Suite(ForecasterConformance):
        def make(self) -> Crossing:
            return Crossing()

    with pytest.raises(AssertionError, match="quantiles cross"):
        Suite().test_one_place_works()


def test_a_refusal_that_does_not_come_fails() -> None:
    class Unbounded(Constant):
        def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
            return np.zeros((len(origins), len(panel.places), horizon), np.float32)

    with pytest.raises(AssertionError, match=LeakError.__name__):
        suite_of(Unbounded).test_an_origin_after_the_panels_own_is_refused()
    with pytest.raises((AssertionError, IndexError)):
        suite_of(Unbounded).test_a_panel_that_ends_too_early_is_refused()


class TestMemorySource(SourceConformance):
    def make(self) -> Source:
        return MemorySource.of_panel(tiny_city(places=2, weeks=1))


class TestMemorySourceOfRows(SourceConformance):
    def make(self) -> Source:
        return MemorySource.of({c.TIME: [datetime(2024, 1, 1, tzinfo=UTC)], c.PLACE: [7]})


def broken(**changes: pl.Expr) -> SourceConformance:
    events = MemorySource.of_panel(tiny_city(places=1, weeks=1)).read()

    class Suite(SourceConformance):
        def make(self) -> Source:
            return MemorySource(Events(events.frame.with_columns(**changes)))

    return Suite()


def test_a_source_of_untyped_events_fails() -> None:
    with pytest.raises(AssertionError):
        broken(amount=pl.col(c.AMOUNT).cast(pl.Int64)).test_events_are_typed()


def test_a_source_of_events_without_place_fails() -> None:
    with pytest.raises(AssertionError, match="a place"):
        broken(place=pl.lit(None, pl.String)).test_no_event_lacks_its_time_or_place()


def test_a_source_of_negative_amounts_fails() -> None:
    with pytest.raises(AssertionError, match="go down to"):
        broken(amount=-pl.col(c.AMOUNT) - 1).test_amounts_are_not_negative()


def test_a_source_that_rejects_without_a_reason_fails() -> None:
    events = MemorySource.of_panel(tiny_city(places=1, weeks=1)).read()

    class Suite(SourceConformance):
        def make(self) -> Source:
            return MemorySource(replace(events, rejected=events.rejected.select(c.LINE)))

    with pytest.raises(AssertionError, match="columns are"):
        Suite().test_rejected_rows_have_a_reason()


def test_a_source_that_uses_itself_up_fails() -> None:
    events = MemorySource.of_panel(tiny_city(places=1, weeks=1)).read()

    class Once:
        def __init__(self) -> None:
            self.left = [events, replace(events, frame=events.frame.head(1))]

        def read(self) -> Events:
            return self.left.pop(0)

    class Suite(SourceConformance):
        def make(self) -> Source:
            return Once()

    with pytest.raises(AssertionError, match="other events"):
        Suite().test_reading_twice_gives_the_same()


def test_a_source_refuses_times_without_a_zone() -> None:
    with pytest.raises(InputError, match="no zone"):
        MemorySource.of({c.TIME: [datetime(2024, 1, 1)], c.PLACE: ["a"]})
