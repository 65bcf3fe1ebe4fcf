"""Prophet: one additive curve of the calendar for each place, on logarithms of demand, which makes its terms factors.

Each place is fitted alone, on its open and observed hours of the last two years: trend, year, week, the day's shape on
working and on free days, holidays by name, and the known covariates. Logarithms keep the answer above zero and make it a
median. It is the slowest member by far, half a minute a place and more for hourly data, and it says nothing of what came
since it was fitted. Stored as Prophet's own JSON, without the history.

Source: Taylor & Letham, "Forecasting at scale", 2018.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, MissingExtraError
from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, shaped
from busyness.models.seasonal import profile
from busyness.tables.panel import SealedPanel, wall_times
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder

try:
    import pandas  # type: ignore[import-untyped]
    import prophet
    from prophet.serialize import model_from_json, model_to_json
except ModuleNotFoundError:
    prophet = None

_OFFSET = 0.1  # of the level: what is added before logarithms are taken, so that quiet hours do not rule the fit
_LEAST_DAYS = 14
_FREE_FROM = 5  # Saturday
_DAY_WAVES = 8
_KEPT = 2  # rows of the history that Prophet wants to find when it is read again

Told = Callable[[int, int], None]
"""(places done, of how many)"""


@dataclass(frozen=True, slots=True)
class ProphetSettings:
    """``days`` of history are read; ``flexibility`` of the trend is Prophet's ``changepoint_prior_scale``."""

    days: int = 730
    flexibility: float = 0.05
    seed: int = 0
    threads: int = 1


class ProphetForecaster:
    """One Prophet a place; a place with under two weeks of its own is answered by the seasonal profile.

    Stan works in processes of its own, ``threads`` of them side by side. ``told`` hears of every place that is done.
    """

    kind = "prophet"

    def __init__(
        self,
        builder: FeatureBuilder,
        settings: ProphetSettings,
        *,
        watch: Stopwatch | None = None,
        told: Told = lambda done, total: None,
    ) -> None:
        if prophet is None:
            raise MissingExtraError("Prophet", "prophet")
        self.builder = builder
        self.settings = settings
        self.watch = watch or Stopwatch()
        self.told = told
        self.curves: dict[str, Any] = {}  # by place
        self.level: dict[str, float] = {}

    def fit(self, panel: SealedPanel, horizon: int) -> Self:
        """This will fit one curve a place, on what was observed while it was open."""
        del horizon
        fitted = type(self)(self.builder.prepared(panel), self.settings, watch=self.watch, told=self.told)
        levels = fitted.builder.levels(panel, [panel.origin])[0]
        with self.watch.stage("fit"), _calm(), ThreadPoolExecutor(self.settings.threads) as pool:
            work = {pool.submit(fitted._curve, panel, row, float(levels[row])): row for row in range(len(panel.places))}
            found = {}
            for number, done in enumerate(as_completed(work), start=1):
                found[work[done]] = done.result()
                self.told(number, len(work))
        for row in sorted(found):
            if found[row] is not None:
                fitted.curves[panel.ids[row]] = found[row]
                fitted.level[panel.ids[row]] = float(levels[row])
        return fitted

    def _curve(self, panel: SealedPanel, row: int, level: float) -> Any:  # noqa: ANN401  # Prophet has no types
        """One place's fitted curve, or None where there is too little to fit."""
        per_day = panel.slots.length.per_day
        first = max(panel.origin - self.settings.days * per_day, 0)
        demand = np.where(panel.outlier[row], np.float32(np.nan), panel.demand[row])
        slots = first + np.flatnonzero(np.isfinite(demand[first:]) & panel.open[row, first : panel.origin])
        if len(np.unique(slots // per_day)) < _LEAST_DAYS:
            return None
        table = _table(panel, row, slots)
        table["y"] = np.log(demand[slots].astype(np.float64) / level + _OFFSET)
        curve = self._empty(panel)
        curve.fit(table, seed=self.settings.seed)
        return curve

    def _empty(self, panel: SealedPanel) -> Any:  # noqa: ANN401  # Prophet has no types
        """A curve that has not been fitted."""
        feasts = None
        if panel.holidays:
            days = sorted(panel.holidays)
            feasts = pandas.DataFrame({"holiday": [f"holiday {panel.holidays[day]}" for day in days], "ds": days})
            feasts["ds"] = pandas.to_datetime(feasts["ds"])
        hourly = not panel.slots.length.daily
        curve = prophet.Prophet(
            holidays=feasts,
            daily_seasonality=False,
            changepoint_prior_scale=self.settings.flexibility,
            uncertainty_samples=0,
        )
        if hourly:
            for kind in ("working", "free"):
                curve.add_seasonality(f"{kind} day", period=1, fourier_order=_DAY_WAVES, condition_name=kind)
        for name in sorted(panel.known):
            curve.add_regressor(f"known {name}")
        return curve

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return ``[origins, places, horizon]``, never negative, zero where closed."""
        cells = cells_ahead(panel, origins, horizon)
        asked, slot = np.unique(cells.slot), cells.slot.reshape(len(origins), -1, horizon)
        said = np.full(slot.shape, np.nan, np.float32)
        for row, place in enumerate(panel.ids):
            if place in self.curves and len(asked):
                with _calm():
                    curve = self.curves[place].predict(_table(panel, row, asked))["yhat"].to_numpy(np.float64)
                demand = self.level[place] * np.maximum(np.exp(np.minimum(curve, 10)) - _OFFSET, 0)
                said[:, row] = demand[np.searchsorted(asked, slot[:, row])]
        bare = np.flatnonzero(~np.isfinite(said.reshape(-1)))
        if len(bare):
            examples = self.builder.examples(panel, cells.take(bare))
            said.reshape(-1)[bare] = profile(examples) * examples.level
        return shaped(said.reshape(-1), panel, cells=cells, horizon=horizon)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.builder.levels(panel, origins)

    def to_parts(self) -> Parts:
        """This will return the curves as Prophet's JSON, under the number of their place."""
        places = sorted(self.curves)
        texts = {f"curve.{k}": _written(self.curves[place]) for k, place in enumerate(places)}
        facts = {
            "features": self.builder.to_facts(),
            "settings": asdict(self.settings),
            "places": places,
            "level": [self.level[place] for place in places],
        }
        return Parts(self.kind, facts, texts)

    def restored(self, parts: Parts) -> Self:
        """This will return this forecaster with the curves and settings of ``parts``, the threads its own."""
        facts: Mapping[str, Any] = parts.facts
        try:
            settings = ProphetSettings(**{**facts["settings"], "threads": self.settings.threads})
            own = type(self)(self.builder, settings, watch=self.watch, told=self.told)
            own.level = dict(zip(facts["places"], facts["level"], strict=True))
            with _calm():
                own.curves = {place: model_from_json(parts.texts[f"curve.{k}"]) for k, place in enumerate(facts["places"])}
        except (KeyError, TypeError, ValueError) as fault:
            raise ArtifactError("The artifact's curves cannot be read.", file="manifest.json") from fault
        return own


@contextmanager
def _calm() -> Iterator[None]:
    """Prophet warns of its own ways with pandas, and Stan tells of every start and end."""
    talkers = [logging.getLogger(name) for name in ("prophet", "cmdstanpy")]
    before = [talker.disabled for talker in talkers]
    for talker in talkers:
        talker.disabled = True  # not a level: Stan's own is set when it first speaks
    try:
        with warnings.catch_warnings():
            for kind in (DeprecationWarning, FutureWarning):
                warnings.simplefilter("ignore", kind)
            yield
    finally:
        for talker, silent in zip(talkers, before, strict=True):
            talker.disabled = silent


def _table(panel: SealedPanel, row: int, slots: NDArray[np.int64] | NDArray[np.int32]) -> Any:  # noqa: ANN401  # a pandas frame
    """Wall-clock times of one place, working and free days, and the known covariates (0 where not known)."""
    wall = wall_times((panel.places[row],), panel.slots)[0, slots]
    day = wall.astype("datetime64[D]")
    feasts = np.array(sorted(panel.holidays), dtype="datetime64[D]")
    free = ((day.astype(np.int64) + 3) % 7 >= _FREE_FROM) | np.isin(day, feasts)
    known = {f"known {name}": np.nan_to_num(cube[row, slots].astype(np.float64)) for name, cube in panel.known.items()}
    return pandas.DataFrame({"ds": wall.astype("datetime64[ns]"), "working": ~free, "free": free, **known})


def _written(curve: Any) -> str:  # noqa: ANN401  # Prophet has no types
    """Prophet's JSON without the history it was fitted on."""
    whole = curve.history, curve.history_dates
    curve.history, curve.history_dates = curve.history.iloc[:_KEPT], curve.history_dates.iloc[:_KEPT]
    try:
        with _calm():
            text: str = model_to_json(curve)
    finally:
        curve.history, curve.history_dates = whole
    return text
