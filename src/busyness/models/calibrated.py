"""A member and its calibration: the forecaster that answers with distributions.

The member is fitted once on everything but the last weeks and replayed over the origins in them; how far off it was
becomes the spread of its forecasts. Then it is fitted again on all there is.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.quantiles import REPORTED_LEVELS, checked_levels, interpolate_levels
from busyness.domain.stopwatch import Stopwatch
from busyness.models.calibration import Calibrator
from busyness.models.newcomers import Newcomers, days_seen, told, young
from busyness.models.recent_weeks import recent_rehearsal
from busyness.models.rehearsal import Rehearsal
from busyness.tables.forecast import Forecast
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.residuals import Residuals
from busyness.tables.verbs import MedianForecaster

_LEAST_ERRORS = 100  # fewer say less than the calibration that is there


class CalibratedForecaster:
    """Quantiles, means and paths around a member's medians. ``version`` names the fitted model in every forecast."""

    def __init__(
        self,
        member: MedianForecaster,
        *,
        levels: tuple[float, ...] = REPORTED_LEVELS,
        watch: Stopwatch | None = None,
        version: str = "",
    ) -> None:
        self.member = member
        self.reported = checked_levels((*REPORTED_LEVELS, *levels))
        self.watch = watch or Stopwatch()
        self.version = version
        self.calibrator: Calibrator | None = None
        self.newcomers = Newcomers()
        self.places: tuple[str, ...] = ()  # those the calibration is about, row by row
        self.known: frozenset[str] = frozenset()  # those the member was fitted on
        self.horizon = 0
        self.rehearsal: Residuals | None = None  # what the calibration was learned from, row by row ``places``; not kept

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will fit the member on everything before the origin, and calibrate it on the weeks before."""
        members = len(getattr(self.member, "members", ())) or 1
        planned = Rehearsal.before(panel, horizon, members=members)
        with self.watch.stage("calibrate"):
            errors, member = self._rehearsed(panel, planned)
            calibrator = Calibrator.learned_from(errors, panel.slots.length.per_day)
            newcomers = Newcomers.measured(panel.select(planned.places), errors, calibrator)
        fitted = type(self)(member.fit(panel, horizon), levels=self.reported, watch=self.watch, version=self.version)
        fitted.calibrator, fitted.newcomers, fitted.places = calibrator, newcomers, planned.places
        fitted.known, fitted.horizon, fitted.rehearsal = frozenset(panel.ids), horizon, errors
        return fitted

    def continued(self, panel: SealedPanel, *, seen: int | None = None) -> Self:
        """This will return the forecaster after its member has learned some more, with a calibration of the last four weeks.

        ``seen``: the slot until which the member has learned. Where that lies before these weeks, they are rehearsed by the
        member itself, continued until they begin; else, or where nobody knows (None), by a lighter fit on what lies before
        them. Both, with the replay, cost more than the continuation itself. With too little to measure, the old calibration
        stays.

        Raises:
            InputError: the member cannot go on learning.

        """
        go_on = getattr(self.member, "continued", None)
        if go_on is None or self.calibrator is None:
            kind = getattr(self.member, "kind", type(self.member).__name__)
            raise InputError(f"A '{kind}' model cannot be continued.", hint="Leave warm: true out, and it is trained anew.")
        longer = type(self)(go_on(panel), levels=self.reported, watch=self.watch, version=self.version)
        longer.known, longer.horizon, longer.newcomers = self.known | frozenset(panel.ids), self.horizon, self.newcomers
        longer.calibrator, longer.places = self.calibrator, self.places
        planned = recent_rehearsal(panel, self.horizon, members=len(getattr(self.member, "members", ())) or 1)
        if planned is None:
            return longer
        with self.watch.stage("calibrate"):
            unseen = seen is not None and seen <= planned.cut
            errors = planned.asked(go_on(panel.until(planned.cut)), panel) if unseen else self._rehearsed(panel, planned)[0]
            if np.isfinite(errors.observed).sum() >= _LEAST_ERRORS:
                longer.calibrator = Calibrator.learned_from(errors, panel.slots.length.per_day)
                longer.places, longer.rehearsal = planned.places, errors
        return longer

    def _rehearsed(self, panel: SealedPanel, planned: Rehearsal) -> tuple[Residuals, MedianForecaster]:
        """The member's errors, and the member to fit. One that learns from its rehearsal, as a blend does, learns now."""
        rehearse = getattr(self.member, "rehearsed", None)
        if rehearse is None:
            return planned.errors(self.member, panel), self.member
        errors, member = rehearse(panel, planned)
        return errors, member

    def predict(self, panel: SealedPanel, horizon: int) -> Forecast:
        """This will forecast the ``horizon`` slots from the panel's origin on; at most as many as were fitted."""
        if self.calibrator is None:
            raise InputError("The model has not been fitted yet.", hint="Fit it first, or load a fitted one.")
        if horizon > self.horizon:
            raise InputError(
                f"The model was fitted for {self.horizon} slots ahead; {horizon} were asked for.",
                hint=f"Train again with a horizon of {horizon}, or ask for {self.horizon}.",
            )
        slots = panel.ahead(horizon)
        with self.watch.stage("predict"):
            medians = self.member.medians(panel, [panel.origin], horizon)[0]
            level = self.member.levels(panel, [panel.origin])[0]
            rows, factor = self._rows_of(panel.ids)
            medians, level = told(panel, medians, level)
            some = young(panel)
            quantiles, mean = self.calibrator.quantiles(medians, level, factor=np.where(some, np.float32(1), factor))
            if some.any():  # wider around the same mean
                factor = np.where(some, self.newcomers.width(days_seen(panel)), factor)
                quantiles, _ = self.calibrator.quantiles(medians, level, factor=factor)
            opened = panel.open[:, panel.origin : panel.origin + horizon]
            quantiles *= opened[..., None]
            levels = tuple(sorted({*self.calibrator.levels, *self.reported}))
            if levels != self.calibrator.levels:
                quantiles = interpolate_levels(self.calibrator.levels, quantiles, levels)
            return Forecast(
                places=panel.places,
                slots=slots,
                levels=levels,
                quantiles=quantiles,
                mean=(mean * opened).astype(np.float32),
                open=np.asarray(opened),
                ranks=self.calibrator.ranks[:, rows, :horizon],
                model=self.version,
                reported=self.reported,
            )

    def _rows_of(self, ids: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The calibrator's row and factor of each place. One without a row borrows; a new one counts as hard to forecast."""
        assert self.calibrator is not None
        row = {place: k for k, place in enumerate(self.places)}
        rows = np.array([row.get(place, k % max(len(row), 1)) for k, place in enumerate(ids)], np.int64)
        measured = np.array([place in row for place in ids], bool)
        new = np.array([place not in self.known for place in ids], bool)
        hardest = float(np.quantile(self.calibrator.factor, 0.9)) if len(self.calibrator.factor) else 1.0
        own = np.where(measured, self.calibrator.factor[rows], 1.0)
        return rows, np.where(new, max(hardest, 1.0) * 1.5, own).astype(np.float32)

    def to_parts(self) -> Parts:
        """This will return the member's parts and the calibration."""
        if self.calibrator is None:
            raise InputError("The model has not been fitted yet.", hint="Fit it before it is saved.")
        inner = self.member.to_parts()
        facts: dict[str, Any] = {
            "member": {"kind": inner.kind, **inner.facts},
            "places": list(self.places),
            "known": sorted(self.known),
            "horizon": self.horizon,
            "newcomers": list(self.newcomers.widths),
            "levels": list(self.reported),
        }
        arrays = {f"calibration.{name}": array for name, array in self.calibrator.to_arrays().items()}
        nested = inner.nested("member")
        return Parts("calibrated", facts, nested.texts, {**nested.arrays, **arrays})

    @classmethod
    def from_parts(
        cls, parts: Parts, member: MedianForecaster, *, version: str = "", watch: Stopwatch | None = None
    ) -> Self:
        """This will read what ``to_parts`` wrote, around a restored member."""
        try:
            restored = cls(member, levels=tuple(parts.facts["levels"]), version=version, watch=watch)
            restored.places = tuple(parts.facts["places"])
            restored.known = frozenset(parts.facts["known"])
            restored.horizon = int(parts.facts["horizon"])
            restored.newcomers = Newcomers(tuple(parts.facts.get("newcomers", Newcomers().widths)))
        except (KeyError, TypeError) as fault:
            raise ArtifactError("The artifact's manifest lacks what a forecaster needs.", file="manifest.json") from fault
        arrays = {name.removeprefix("calibration."): array for name, array in parts.arrays.items()}
        restored.calibrator = Calibrator.from_arrays(arrays)
        return restored
