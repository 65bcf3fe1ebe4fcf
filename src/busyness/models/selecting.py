"""A member that chooses its features whenever it is fitted, from nothing but what lies before the origin."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.stopwatch import Stopwatch
from busyness.models._base import cells_ahead, observed_ahead
from busyness.models.sampling import Sampling, training_cells
from busyness.models.selected_columns import SelectedColumns
from busyness.models.selection import NEEDED, SelectionRules, judged, permuted, repeated, unstable
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.tables.verbs import FeatureBuilder, MedianForecaster

SELECTABLE = (
    "boosted", "forest", "l1", "quantile", "poisson", "tweedie", "histogram", "random_forest", "xgboost", "regressor",
)  # fmt: skip
"""The kinds of member whose features can be chosen: the others read theirs by name."""

_SHARE = 0.4  # of the rows, for the fits that only measure
_ROWS = 20_000  # that repetitions are looked for in
_WINDOWS_TO_TELL = 2


class SelectingForecaster:
    """Fits as its member does, after leaving out the features that are not worth their place.

    What is fitted is the member itself, with a builder that leaves them out.
    """

    def __init__(
        self,
        member: MedianForecaster,
        *,
        rules: SelectionRules | None = None,
        seed: int = 0,
        watch: Stopwatch | None = None,
    ) -> None:
        self.member, self.rules, self.seed = member, rules or SelectionRules(), seed
        self.watch = watch or Stopwatch()
        self.kind = member.kind

    def fit(self, panel: SealedPanel, horizon: int) -> MedianForecaster:
        """This will choose the features on windows of the later half of the history, then fit the member with them."""
        with self.watch.stage("select"):
            left = self.left_out(panel, horizon)
        return (with_columns(self.member, left) if left else self.member).fit(panel, horizon)

    def left_out(self, panel: SealedPanel, horizon: int) -> dict[str, str]:
        """This will return the features that leave, each with the reason; none where the history is too short to tell."""
        step = min(horizon, panel.slots.length.per_week)
        first, last = panel.origin // 2, panel.origin - step
        if last - first < step * (_WINDOWS_TO_TELL - 1):
            return {}
        per_day = panel.slots.length.per_day
        spread = np.linspace(last, first, min(self.rules.windows, (last - first) // step + 1)).astype(np.int64)
        origins = sorted({int(last - (last - origin) // per_day * per_day) for origin in spread})  # at the same hour
        builder: FeatureBuilder = self.member.builder  # type: ignore[attr-defined]  # every kind of SELECTABLE has one
        cells = training_cells(panel, horizon, Sampling(rows=_ROWS, per_place=0, most=_ROWS, seed=self.seed))
        learned_from = builder.prepared(panel).examples(panel, cells)
        left = repeated(learned_from, self.rules)
        light = getattr(self.member, "lighter", lambda share: self.member)(_SHARE)
        windows = [self._window(with_columns(light, left), panel, o, horizon=horizon) for o in origins]
        rng = np.random.default_rng(self.seed)
        importance = [window.importance(learned_from, rng) for window in windows]
        with_all = float(np.mean([window.error for window in windows]))
        for stable in (self.rules.stable, 1e-9):  # those that mattered in too few windows, else only those in none
            more = unstable(importance, replace(self.rules, stable=stable))
            member = with_columns(light, left | more)
            errors = [self._window(member, panel, o, horizon=horizon).error for o in origins] if more else [with_all]
            if float(np.mean(errors)) <= with_all * (1 + self.rules.worse):
                return left | more
        return left

    @staticmethod
    def _window(member: MedianForecaster, panel: SealedPanel, origin: int, *, horizon: int) -> _Window:
        step = min(horizon, panel.slots.length.per_week)
        return _Window(member.fit(panel.until(origin), horizon), panel, origin, horizon=step)

    def medians(self, panel: SealedPanel, origins: Sequence[int], horizon: int) -> NDArray[np.float32]:
        """This will return what the member says: before it is fitted, nothing is chosen."""
        return self.member.medians(panel, origins, horizon)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        return self.member.levels(panel, origins)

    def lighter(self, share: float) -> Self:
        """This will return the same with a lighter member."""
        light = getattr(self.member, "lighter", lambda share: self.member)(share)
        return type(self)(light, rules=self.rules, seed=self.seed)

    def to_parts(self) -> Parts:
        """This will return the member's parts."""
        return self.member.to_parts()


def with_columns(member: MedianForecaster, left: Mapping[str, str]) -> MedianForecaster:
    """This will return an unfitted member whose builder leaves these columns out."""
    changed: Any = copy.copy(member)
    changed.builder = SelectedColumns(changed.builder, left)
    told: MedianForecaster = changed
    return told


class _Window:
    """A fitted member on a window that it had not seen: its error, and what each column is worth."""

    def __init__(self, fitted: MedianForecaster, panel: SealedPanel, origin: int, *, horizon: int) -> None:
        self.fitted, self.panel, self.origin, self.horizon = fitted, panel.until(origin), origin, horizon
        self.observed = observed_ahead(panel, [origin], horizon)
        builder: FeatureBuilder = fitted.builder  # type: ignore[attr-defined]
        self.shown = builder.examples(self.panel, cells_ahead(self.panel, [origin], horizon))
        errors = self.errors(self.shown)
        self.error = float(np.nanmean(errors)) if np.isfinite(errors).any() else 0.0

    def errors(self, examples: Examples) -> NDArray[np.float64]:
        """The absolute error of each row when the member is shown these examples in place of its own."""
        shown: Any = copy.copy(self.fitted)
        shown.builder = _Shown(shown.builder, examples)
        said = shown.medians(self.panel, [self.origin], self.horizon)
        return np.asarray(np.abs(said - self.observed), np.float64).ravel()

    def importance(self, learned_from: Examples, rng: np.random.Generator) -> dict[str, float]:
        """By what share the error grows when each column that may leave, and can be judged here, is shuffled."""
        if not self.error:
            return {}
        open_ones = judged(self.shown, learned_from) - NEEDED
        return permuted(self.shown, self.errors, [name for name in self.shown.names if name in open_ones], rng=rng)


class _Shown:
    """A builder that answers with examples that were made before."""

    def __init__(self, inner: FeatureBuilder, examples: Examples) -> None:
        self.inner, self.made = inner, examples

    def prepared(self, panel: SealedPanel) -> FeatureBuilder:
        return self.inner.prepared(panel)

    def examples(self, panel: SealedPanel, cells: Cells) -> Examples:
        del panel, cells
        return self.made

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        return self.inner.levels(panel, origins)

    def to_facts(self) -> dict[str, Any]:
        return self.inner.to_facts()
