"""Promotions: campaigns of a few days in a part of the stores, planned ahead, each with its true effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.sources.simulator.span import Span, stream
from busyness.sources.simulator.stores import Stores
from busyness.sources.simulator.truth import truth_rows
from busyness.tables import columns as c

PROMOTION_TYPES = ("promo_price", "promo_2x1", "promo_bank_card")
_UPLIFT = np.array([0.16, 0.25, 0.10])  # mean relative rise in visitors
_SHORTEST, _LONGEST = 3, 14  # days
_STORES_SHARE = (0.35, 0.75)  # of the stores that take part


@dataclass(frozen=True)
class Promotions:
    """One entry a store and campaign; days count from the start of the span, ``end`` is exclusive."""

    row: NDArray[np.int64]
    kind: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    uplift: NDArray[np.float64]

    def table(self, stores: Stores, span: Span) -> pl.DataFrame:
        """This will return what the chain knows: ``place, start, end, type``; the end is the last day."""
        return pl.DataFrame(
            {
                c.PLACE: pl.Series(stores.ids).gather(self.row),
                "start": span.planned_dates[self.start],
                "end": span.planned_dates[self.end - 1],
                "type": pl.Series(PROMOTION_TYPES).gather(self.kind),
            }
        ).sort(c.PLACE, "start", "type")

    def truth(self, stores: Stores, span: Span) -> pl.DataFrame:
        """This will return the true effect of every promotion."""
        return truth_rows(
            stores.ids,
            self.row,
            kind="promotion",
            cause=np.array(PROMOTION_TYPES)[self.kind],
            start=span.planned_dates[self.start],
            end=span.planned_dates[self.end - 1] + 1,
            size=self.uplift,
        )

    def running(self, stores: int, days: int) -> NDArray[np.float64]:
        """This will return the uplift of each type on each day, ``[types, stores, days]``; 0 where none runs."""
        change = np.zeros((len(PROMOTION_TYPES), stores, days + 1))
        np.add.at(change, (self.kind, self.row, np.minimum(self.start, days)), self.uplift)
        np.add.at(change, (self.kind, self.row, np.minimum(self.end, days)), -self.uplift)
        uplift = np.cumsum(change, axis=2)[:, :, :days]
        uplift[np.abs(uplift) < 1e-9] = 0.0
        return uplift


def draw_promotions(stores: Stores, span: Span, *, per_year: float, seed: int) -> Promotions:
    """This will draw about ``per_year`` campaigns, over the planned days too; campaigns of one type never overlap."""
    draw = stream(seed, "promotions")
    total = span.days + span.ahead
    pause = max(len(PROMOTION_TYPES) * 365.25 / per_year - (_SHORTEST + _LONGEST) / 2, 1.0) if per_year > 0 else np.inf
    found: list[tuple[NDArray[np.int64], int, int, int, float]] = []
    for kind, usual in enumerate(_UPLIFT):
        day = draw.exponential() * pause
        while day < total:
            start, length = int(day), int(draw.integers(_SHORTEST, _LONGEST + 1))
            part = np.nonzero(draw.random(len(stores.ids)) < draw.uniform(*_STORES_SHARE))[0]
            found.append((part, kind, start, min(start + length, total), float(usual * draw.uniform(0.6, 1.4))))
            day = start + length + 1 + draw.exponential() * pause
    sizes = [len(part) for part, *_ in found]
    row = np.concatenate([part for part, *_ in found]) if found else np.zeros(0, np.int64)
    kind_, start_, end_ = (np.repeat(np.array([f[i] for f in found], np.int64), sizes) for i in (1, 2, 3))
    uplift = np.repeat(np.array([f[4] for f in found], np.float64), sizes)
    return _while_trading(Promotions(row, kind_, start_, end_, uplift), stores, span)


def _while_trading(promotions: Promotions, stores: Stores, span: Span) -> Promotions:
    """A store takes part from the day it opens to the day it closes."""
    begin = np.datetime64(span.start, "D")
    opened = (stores.opened - begin).astype(np.int64)[promotions.row]
    last = np.where(np.isnat(stores.closed), begin + span.days + span.ahead, stores.closed)
    closed = (last - begin).astype(np.int64)[promotions.row]
    start, end = np.maximum(promotions.start, opened), np.minimum(promotions.end, closed)
    kept = start < end
    return Promotions(promotions.row[kept], promotions.kind[kept], start[kept], end[kept], promotions.uplift[kept])


def known_table(promotions: Promotions, stores: Stores, span: Span) -> pl.DataFrame:
    """This will return the plan as covariates known ahead: ``date, place`` and 0 or 1 for each type of promotion."""
    running = promotions.running(len(stores.ids), span.days + span.ahead) > 0
    row, day = np.divmod(np.arange(running[0].size), span.days + span.ahead)
    flags = {name: running[kind].reshape(-1).astype(np.int8) for kind, name in enumerate(PROMOTION_TYPES)}
    return pl.DataFrame({c.DATE: span.planned_dates[day], c.PLACE: pl.Series(stores.ids).gather(row), **flags})
