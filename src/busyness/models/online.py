"""A fitted forecaster that goes on learning: every slot that arrives corrects what it says next.

The fitted model stays as it is. What it says of the coming days is kept (``outlook``); what arrives is compared with that,
and the difference moves each place's level, hours, median and bands a little (``corrections``). One slot costs some
arithmetic per place; once a day the model itself is asked again, as for any forecast. A direct model reads lags, so
that it follows a change by itself, slowly: what it has taken over is taken off the correction.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError
from busyness.domain.slots import SlotLength
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.corrections import Corrections
from busyness.models.outlook import Outlook, hour_of_week
from busyness.tables.forecast import Forecast
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts

KIND = "updating"
"""The kind of its parts."""


class UpdatingForecaster:
    """A calibrated forecaster and what was learned since. ``update`` returns another one; nothing is changed in place.

    An origin that lies before what was learned is answered by the fitted model alone: nobody knew it then.
    """

    def __init__(self, frozen: CalibratedForecaster) -> None:
        self.frozen = frozen
        self.places: tuple[str, ...] = ()
        self.corrections = Corrections.none(0)
        self.outlook: Outlook | None = None
        self.until: np.datetime64 | None = None  # the first slot that has not been seen

    @property
    def version(self) -> str:
        """What forecasts name: the fitted model's version."""
        return self.frozen.version

    @version.setter
    def version(self, version: str) -> None:
        """This will name the fitted model."""
        self.frozen.version = version

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will fit the model, and learn from what comes after the panel's origin."""
        return type(self)(self.frozen.fit(panel, horizon))._begun(panel)

    def update(self, panel: SealedPanel) -> Self:
        """This will learn from the slots before the panel's origin that were not seen yet; the first time, from none.

        Slots that were not observed, closed or flagged as outliers are passed over, and so are holidays. A value that
        comes after its slot was seen is not learned. Places that are new begin without corrections.
        """
        if self.frozen.calibrator is None:
            raise InputError("The model has not been fitted yet.", hint="Fit it first, or load a fitted one.")
        if self.until is None:
            return self._begun(panel)
        first = max(int(panel.slots.index(self.until)), 0)
        if first >= panel.origin:
            return self
        own = self._with(tuple(dict.fromkeys((*self.places, *panel.ids))))
        rows = _rows(panel.ids, own.places)
        for slot in range(first, panel.origin):
            now = panel.slots.start + slot * panel.slots.length.step
            if own._due(now):
                own._look_ahead(panel.until(slot), rows)
            own._learn(panel, slot, rows=rows)
        own.until = panel.slots.start + panel.origin * panel.slots.length.step
        return own

    def ahead(self, panel: SealedPanel) -> Self:
        """This will learn from what is new, and ask the model of the next days now, if the next update would have to.

        Whoever updates every hour calls it in between, so that no update waits for the model; what is learned is the same.
        """
        own = self.update(panel)
        if not own._due(panel.slots.start + panel.origin * panel.slots.length.step) or panel.origin >= panel.slots.count:
            return own
        own = own._with(tuple(dict.fromkeys((*own.places, *panel.ids))))
        own._look_ahead(panel, _rows(panel.ids, own.places))
        return own

    def predict(self, panel: SealedPanel, horizon: int) -> Forecast:
        """This will forecast the ``horizon`` slots from the panel's origin on: what the fitted model says, corrected."""
        return self.beside(panel, horizon)[1]

    def beside(self, panel: SealedPanel, horizon: int) -> tuple[Forecast, Forecast]:
        """This will return what the fitted model says, and the same corrected by what was learned since."""
        said = self.frozen.predict(panel, horizon)
        if self.until is None or said.slots.start < self.until or not self.places:
            return said, said
        rows = _rows(self.places, said.ids)
        corrections = self.corrections.rows(rows)
        if self.outlook is not None:
            corrections = corrections.taken_over(self.outlook.rows(rows).moved(said.mean, said.slots.start))
        return said, corrected(said, corrections)

    @property
    def _stride(self) -> int:
        """Slots after which the model is asked again: a day, less where it does not look two days ahead."""
        assert self.frozen.calibrator is not None
        return max(1, min(self.frozen.calibrator.per_day, self.frozen.horizon // 2))

    def _due(self, now: np.datetime64) -> bool:
        """Whether the model has to be asked again before the slot that begins now can be learned from."""
        return self.outlook is None or bool(now >= self.outlook.start + self._stride * self.outlook.length.step)

    def _begun(self, panel: SealedPanel) -> Self:
        own = self._with(tuple(panel.ids))
        own.until = panel.slots.start + panel.origin * panel.slots.length.step
        return own

    def _with(self, places: tuple[str, ...]) -> Self:
        """A copy that may be changed, of these places."""
        rows = _rows(self.places, places)
        own = type(self)(self.frozen)
        own.places, own.until = places, self.until
        own.corrections = self.corrections.rows(rows)
        own.outlook = None if self.outlook is None else self.outlook.rows(rows)
        return own

    def _look_ahead(self, panel: SealedPanel, rows: NDArray[np.int64]) -> None:
        """Ask the model of the next days from the panel's origin on, and take off what it has taken over by itself."""
        horizon = min(2 * self._stride, self.frozen.horizon, panel.slots.count - panel.origin)
        said = self.frozen.predict(panel, horizon)
        fresh = Outlook.read(said, panel).rows(rows)
        if self.outlook is not None:
            self.corrections = self.corrections.taken_over(self.outlook.moved(fresh.said.mean, fresh.start))
        self.outlook = fresh

    def _learn(self, panel: SealedPanel, slot: int, *, rows: NDArray[np.int64]) -> None:
        assert self.outlook is not None
        seen = np.where(panel.outlier[:, slot], np.float32(np.nan), panel.demand[:, slot])
        came = np.append(seen, np.float32(np.nan))[rows]
        now = panel.slots.start + slot * panel.slots.length.step
        at = int((now - self.outlook.start) // panel.slots.length.step)
        self.corrections.stepped(self.outlook.said.at(at), came, per_day=self.outlook.per_day)

    def to_parts(self) -> Parts:
        """This will return the fitted model's parts, and what was learned since."""
        inner = self.frozen.to_parts().nested("frozen")
        facts: dict[str, Any] = {
            "frozen": dict(inner.facts),
            "known": sorted(self.frozen.known),
            "places": list(self.places),
            "until": None if self.until is None else str(self.until),
            "slot_minutes": None if self.outlook is None else self.outlook.length.minutes,
        }
        learned = {f"corrections.{name}": array for name, array in self.corrections.to_arrays().items()}
        ahead = {} if self.outlook is None else self.outlook.to_arrays()
        outlook = {f"outlook.{name}": array for name, array in ahead.items()}
        return Parts(KIND, facts, inner.texts, {**inner.arrays, **learned, **outlook})

    @classmethod
    def from_parts(cls, parts: Parts, frozen: CalibratedForecaster) -> Self:
        """This will read what ``to_parts`` wrote, around the restored model."""
        own = cls(frozen)
        try:
            own.places = tuple(parts.facts["places"])
            until, minutes = parts.facts["until"], parts.facts["slot_minutes"]
        except (KeyError, TypeError) as fault:
            raise ArtifactError("The artifact's manifest lacks what was learned.", file="manifest.json") from fault
        own.until = None if until is None else np.datetime64(until, "s")
        own.corrections = Corrections.from_arrays(parts.inner("corrections", "", {}).arrays)
        if minutes is not None:
            own.outlook = Outlook.from_arrays(parts.inner("outlook", "", {}).arrays, SlotLength(minutes))
        return own


def corrected(said: Forecast, corrections: Corrections) -> Forecast:
    """This will apply corrections, row by row those of the forecast's places."""
    factor = np.exp(corrections.level()[:, None] + corrections.hours(hour_of_week(said)))
    middle = said.at(0.5)
    bias = corrections.bias[:, None]
    half = np.where(bias < 0, middle - said.at(0.1), said.at(0.9) - middle)
    quantiles = (said.quantiles - middle[..., None]) * corrections.widths()[:, None, None]
    quantiles += (middle + bias * half)[..., None]
    quantiles *= factor[..., None]
    quantiles = np.maximum.accumulate(np.maximum(quantiles, 0), axis=-1)  # rounding can cross equal ones
    return replace(said, quantiles=quantiles.astype(np.float32), mean=(said.mean * factor).astype(np.float32))


def _rows(known: tuple[str, ...], wanted: tuple[str, ...]) -> NDArray[np.int64]:
    """The row of each wanted place among the known ones, −1 where it is not."""
    if known == wanted:
        return np.arange(len(known))
    row = {place: k for k, place in enumerate(known)}
    return np.array([row.get(place, -1) for place in wanted], np.int64)
