"""From a sealed panel and a list of cells to examples: every family fills its columns, a block of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError
from busyness.domain.place import Place
from busyness.features._base import Family, Feature, Ground, Rows
from busyness.features.calendar import CalendarFamily
from busyness.features.calendar_table import CalendarTable, holiday_names
from busyness.features.covariate import CovariateFamily
from busyness.features.history import History
from busyness.features.level import LevelFamily, distinct_pairs
from busyness.features.recent import RecentFamily
from busyness.features.yearly import YearlyFamily
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel

FAMILIES: Mapping[str, type[Family]] = {
    "level": LevelFamily,
    "recent": RecentFamily,
    "yearly": YearlyFamily,
    "calendar": CalendarFamily,
    "covariate": CovariateFamily,
}
"""Every family by name, in the order of their columns."""

_BLOCK = 16_384  # rows filled at a time: the block's columns stay in the processor's cache


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What a fitted model must remember to build the same columns again: names only, no data."""

    families: tuple[str, ...] = tuple(FAMILIES)
    places: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()


class DirectFeatures:
    """Features for one model over all horizons: anchored at the origin, aligned to the slot, and the calendar.

    ``threads`` fill blocks side by side; the result does not depend on it.
    """

    def __init__(self, spec: FeatureSpec | None = None, *, threads: int = 1) -> None:
        self.spec = spec or FeatureSpec()
        self.threads = threads
        self._ground: tuple[SealedPanel, tuple[Family, ...], History] | None = None

    def prepared(self, panel: SealedPanel) -> Self:
        """This will return a builder that remembers the panel's places, holidays, covariates and attributes."""
        attributes, categories = _attributes(panel.places)
        spec = replace(
            self.spec,
            places=panel.ids,
            holidays=holiday_names(panel.holidays),
            known=tuple(sorted(panel.known)),
            past=tuple(sorted(panel.past)),
            attributes=attributes,
            categories=categories,
        )
        return type(self)(spec, threads=self.threads)

    def catalog(self, panel: SealedPanel) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        return tuple(feature for family in self._stand_on(panel)[0] for feature in family.features)

    def examples(self, panel: SealedPanel, cells: Cells) -> Examples:
        """This will return one example per cell; nothing at or after a cell's own origin is read."""
        families, history = self._stand_on(panel)
        catalog = [feature for family in families for feature in family.features]
        X = np.empty((len(cells), len(catalog)), np.float32)
        level = np.empty(len(cells), np.float32)
        codes = self._place_codes(panel)

        def fill(begin: int) -> None:
            block = slice(begin, begin + _BLOCK)
            rows = _rows(history, cells.take(block), codes)
            level[block] = rows.level
            at = 0
            for family in families:
                family.fill(rows, X[block, at : at + len(family.features)])
                at += len(family.features)

        blocks = range(0, len(cells), _BLOCK)
        if self.threads > 1 and len(blocks) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(fill, blocks))
        else:
            for begin in blocks:
                fill(begin)
        return Examples(
            X,
            tuple(feature.name for feature in catalog),
            tuple(feature.name for feature in catalog if feature.kind == "categorical"),
            _targets(panel, cells) / level,
            level,
            level,
            cells,
        )

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``."""
        _, history = self._stand_on(panel)
        count = len(panel.places)
        place = np.tile(np.arange(count, dtype=np.int32), len(origins))
        zone = history.clock.zone_of[place]
        column = history.clock.column_of[zone, np.repeat(np.asarray(origins, np.int64), count)]
        return history.level(place, column).reshape(len(origins), count)

    def to_facts(self) -> dict[str, Any]:
        """This will return the specification as JSON facts."""
        return asdict(self.spec)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any], *, threads: int = 1) -> Self:
        """This will read what ``to_facts`` wrote."""
        try:
            words = {name: tuple(value) for name, value in facts.items() if name != "categories"}
            return cls(FeatureSpec(**words, categories=tuple(tuple(c) for c in facts["categories"])), threads=threads)
        except (KeyError, TypeError) as fault:
            raise ArtifactError("The artifact's feature specification cannot be read.", file="manifest.json") from fault

    def _stand_on(self, panel: SealedPanel) -> tuple[tuple[Family, ...], History]:
        """The families over this panel's past, kept until another panel comes."""
        if self._ground is None or self._ground[0] is not panel:
            history = History(panel)
            calendar = CalendarTable(
                history.clock.first_day, history.columns // history.length.per_day, panel.holidays, self.spec.holidays
            )
            spec = self.spec
            ground = Ground(history, calendar, spec.known, spec.past, spec.attributes, spec.categories)
            self._ground = (panel, tuple(FAMILIES[name](ground) for name in spec.families), history)  # type: ignore[call-arg]  # every family is made from its ground
        return self._ground[1], self._ground[2]

    def _place_codes(self, panel: SealedPanel) -> NDArray[np.float32]:
        code = {place: float(k) for k, place in enumerate(self.spec.places)}
        return np.array([code.get(place, np.nan) for place in panel.ids], np.float32)


def _rows(history: History, cells: Cells, codes: NDArray[np.float32]) -> Rows:
    clock = history.clock
    zone = clock.zone_of[cells.place]
    column, origin = clock.column_of[zone, cells.slot], clock.column_of[zone, cells.origin]
    place, at, where = distinct_pairs(cells.place, origin)
    level = history.level(place, at)
    day = column // np.int32(clock.per_day)
    return Rows(
        place=cells.place,
        column=column,
        origin=origin,
        slot=cells.slot,
        level=level if where is None else level[where],
        place_code=codes[cells.place],
        day=day,
        step=column - day * np.int32(clock.per_day),
    )


def _targets(panel: SealedPanel, cells: Cells) -> NDArray[np.float32]:
    """Demand of the cells where it is already known, outliers and the rest NaN."""
    passed = cells.slot < panel.origin
    slot = np.where(passed, cells.slot, 0)
    if not panel.origin:
        return np.full(len(cells), np.nan, np.float32)
    demand = panel.demand[cells.place, slot]
    return np.where(passed & ~panel.outlier[cells.place, slot], demand, np.float32(np.nan))


def _attributes(places: Sequence[Place]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The static covariates all places share: coordinates where given, then attributes; with the words of each."""
    names = sorted({name for place in places for name in place.attributes})
    words = []
    for name in names:
        values = [place.attributes[name] for place in places if name in place.attributes]
        numeric = all(isinstance(value, (int, float)) for value in values)
        words.append(() if numeric else tuple(sorted({str(value) for value in values})))
    return tuple(names), tuple(words)
