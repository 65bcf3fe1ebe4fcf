"""From a sealed panel and a list of cells to examples: every family fills its columns, a block of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any, NamedTuple, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError, LeakError
from busyness.domain.slots import SlotLength
from busyness.features._base import Family, Feature, Ground, Rows, Scope
from busyness.features.attributes import attribute_words
from busyness.features.calendar import CalendarFamily
from busyness.features.calendar_table import CalendarTable, holiday_names
from busyness.features.covariate import CovariateFamily
from busyness.features.covariate_vintages import CovariateVintages
from busyness.features.documents import DocumentFamily
from busyness.features.feature_names import distinct
from busyness.features.history import History
from busyness.features.level import LevelFamily
from busyness.features.pairs import Pairs
from busyness.features.recent import RecentFamily
from busyness.features.space import SpaceFamily
from busyness.features.yearly import YearlyFamily
from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel


class FamilyKind(Protocol):
    """A class of families: lists its features without data, and stands on a ground to fill them."""

    def __call__(self, ground: Ground) -> Family:
        """This will return the family over this ground."""
        ...

    def listed(self, scope: Scope) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        ...


FAMILIES: Mapping[str, FamilyKind] = {
    "level": LevelFamily,
    "recent": RecentFamily,
    "yearly": YearlyFamily,
    "calendar": CalendarFamily,
    "documents": DocumentFamily,
    "covariate": CovariateFamily,
    "vintages": CovariateVintages,
    "space": SpaceFamily,
}
"""Every family by name, in the order of their columns."""

MODEL_FAMILIES = ("level", "recent", "yearly", "calendar", "covariate", "vintages", "space")
"""The families that models use unless told otherwise: the others were not worth their time when measured."""

_BLOCK = 40_000  # rows filled at a time: what is laid aside for them stays in the processor's cache


@dataclass(frozen=True, slots=True)
class FeatureSpec:
    """What a fitted model must remember to build the same columns again: names only, no data."""

    families: tuple[str, ...] = MODEL_FAMILIES
    places: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()
    vintages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.families:
            if name not in FAMILIES:
                raise InputError(f"There is no family of features '{name}'.", hint=f"Known are: {', '.join(FAMILIES)}.")

    def features(self, length: SlotLength) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns, no two of the same name."""
        scope = self.scope(length)
        return distinct(feature for name in self.families for feature in FAMILIES[name].listed(scope))

    def scope(self, length: SlotLength) -> Scope:
        """This will return what the families must know to list their features."""
        return Scope(length, self.known, self.past, self.attributes, self.categories, self.vintages)


class _Standing(NamedTuple):
    """The families over one panel's past."""

    panel: SealedPanel
    history: History
    families: tuple[Family, ...]
    widths: tuple[int, ...]
    place_codes: NDArray[np.float32]


class DirectFeatures:
    """Features for one model over all horizons: anchored at the origin, aligned to the slot, and the calendar.

    ``threads`` fill blocks side by side; the result does not depend on it.
    """

    def __init__(self, spec: FeatureSpec | None = None, *, threads: int = 1) -> None:
        self.spec = spec or FeatureSpec()
        self.threads = threads
        self._standing: _Standing | None = None

    def prepared(self, panel: SealedPanel) -> Self:
        """This will return a builder that remembers the panel's places, holidays, covariates and attributes."""
        attributes, categories = attribute_words(panel.places)
        spec = replace(
            self.spec,
            places=panel.ids,
            holidays=holiday_names(panel.holidays),
            known=tuple(sorted(panel.known)),
            past=tuple(sorted(panel.past)),
            vintages=() if panel.vintages is None else panel.vintages.names,
            attributes=attributes,
            categories=categories,
        )
        return type(self)(spec, threads=self.threads)

    def catalog(self, panel: SealedPanel) -> tuple[Feature, ...]:
        """This will return the features in the order of their columns."""
        return self.spec.features(panel.slots.length)

    def examples(self, panel: SealedPanel, cells: Cells) -> Examples:
        """This will return one example per cell; nothing at or after a cell's own origin is read.

        Raises:
            LeakError: where an origin lies after the panel's own.
            InputError: where the panel lacks a covariate that the builder was prepared with.

        """
        _refuse_later(panel, cells.origin)
        standing, catalog = self._stand_on(panel), self.catalog(panel)
        matrix = np.empty((len(cells), len(catalog)), np.float32)
        level, target = np.empty((2, len(cells)), np.float32)

        def fill(begin: int) -> None:
            block = slice(begin, begin + _BLOCK)
            some = cells.take(block)
            rows = _rows(standing, some)
            level[block] = rows.level
            target[block] = _demand(panel, some) / rows.level
            by_feature = np.empty((len(catalog), len(some)), np.float32)
            at = 0
            for family, width in zip(standing.families, standing.widths, strict=True):
                family.fill(rows, by_feature[at : at + width].T)
                at += width
            matrix[block] = by_feature.T

        blocks = range(0, len(cells), _BLOCK)
        if self.threads > 1 and len(blocks) > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(fill, blocks))
        else:
            for begin in blocks:
                fill(begin)
        return Examples(
            matrix,
            tuple(feature.name for feature in catalog),
            tuple(feature.name for feature in catalog if feature.kind == "categorical"),
            target,
            level,
            level,
            cells,
        )

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``, above zero."""
        at = np.asarray(origins, np.int32)
        _refuse_later(panel, at)
        history, count = self._stand_on(panel).history, len(panel.places)
        place, slot = np.tile(np.arange(count, dtype=np.int32), len(at)), np.repeat(at, count)
        zone = history.clock.zone_of[place]
        level = history.level(place, history.clock.seen_at[zone, slot], history.clock.everywhere_at[slot])
        return level.reshape(len(at), count)

    def to_facts(self) -> dict[str, Any]:
        """This will return the specification as JSON facts."""
        return asdict(self.spec)

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any], *, threads: int = 1) -> Self:
        """This will read what ``to_facts`` wrote, or raise ``ArtifactError``."""
        try:
            words = {name: tuple(value) for name, value in facts.items() if name != "categories"}
            return cls(FeatureSpec(**words, categories=tuple(tuple(c) for c in facts["categories"])), threads=threads)
        except (KeyError, TypeError, AttributeError, InputError) as fault:
            raise ArtifactError("The artifact's feature specification cannot be read.", file="manifest.json") from fault

    def _stand_on(self, panel: SealedPanel) -> _Standing:
        """The families over this panel's past, kept until another panel comes."""
        standing = self._standing
        if standing is None or standing.panel is not panel:
            history = History(panel)
            days = history.columns // history.length.per_day
            calendar = CalendarTable(history.clock.first_day, days, panel.holidays, self.spec.holidays)
            scope = self.spec.scope(history.length)
            kinds = [FAMILIES[name] for name in self.spec.families]
            ground = Ground(history, calendar, scope)
            code = {place: float(k) for k, place in enumerate(self.spec.places)}
            standing = _Standing(
                panel,
                history,
                tuple(kind(ground) for kind in kinds),
                tuple(len(kind.listed(scope)) for kind in kinds),
                np.array([code.get(place, np.nan) for place in panel.ids], np.float32),
            )
            self._standing = standing
        return standing


def _refuse_later(panel: SealedPanel, origins: NDArray[np.int32]) -> None:
    if len(origins) and int(origins.max()) > panel.origin:
        raise LeakError(f"Origin {origins.max()} lies after the panel's own, {panel.origin}.")
    if len(origins) and int(origins.min()) < 0:
        raise InputError(f"Origin {origins.min()} lies before the panel's first slot.")


def _rows(standing: _Standing, cells: Cells) -> Rows:
    history, place = standing.history, cells.place
    clock = history.clock
    if len(clock.column_of) == 1:
        column, origin = clock.column_of[0].take(cells.slot), clock.seen_at[0].take(cells.origin)
    else:
        zone = clock.zone_of.take(place)
        column, origin = clock.column_of[zone, cells.slot], clock.seen_at[zone, cells.origin]
    everywhere = clock.everywhere_at.take(cells.origin)
    day = column // np.int32(clock.per_day)
    return Rows(
        place=place,
        column=column,
        origin=origin,
        everywhere=everywhere,
        slot=cells.slot,
        origin_slot=cells.origin,
        level=history.level(place, origin, everywhere),
        place_code=standing.place_codes.take(place),
        day=day,
        step=column - day * np.int32(clock.per_day),
        pairs=Pairs(history, place, origin),
    )


def _demand(panel: SealedPanel, cells: Cells) -> NDArray[np.float32]:
    """Demand of the cells where it is already known, outliers and the rest NaN."""
    if not panel.origin:
        return np.full(len(cells), np.nan, np.float32)
    passed = cells.slot < panel.origin
    slot = np.where(passed, cells.slot, 0)
    demand = panel.demand[cells.place, slot]
    np.copyto(demand, np.nan, where=~passed | panel.outlier[cells.place, slot])
    return demand
