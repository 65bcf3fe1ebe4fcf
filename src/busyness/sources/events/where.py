"""Where something happened: the columns of a place, of a position, or of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from busyness.sources.events.names import names
from busyness.sources.events.positions import Positions
from busyness.sources.events.roles import PLUS, Role, missing_role
from busyness.sources.events.sieve import Sieve
from busyness.tables import columns as c
from busyness.tables.events import Reason


@dataclass(frozen=True, slots=True)
class Where:
    """The columns that say where; both kinds may be there, and each row needs one of them."""

    place: str | None = None
    latitude: str | None = None
    longitude: str | None = None

    @staticmethod
    def of(assigned: Mapping[str, str], available: Sequence[str], *, before: str = "") -> Where:
        """This will take the columns of ``place``, ``latitude`` and ``longitude``, each role with ``before`` before it.

        Raises: ``ColumnMissingError`` where there is neither a place nor a whole position.
        """
        where = Where(*(assigned.get(before + name) for name in (c.PLACE, c.LATITUDE, c.LONGITUDE)))
        if where.place is None and not where.positioned:
            halves = (c.LATITUDE, c.LONGITUDE)
            lacks = next((half for half in halves if before + half not in assigned), c.LATITUDE)
            raise missing_role(Role(before + lacks, "where it happened (a position, or a place)"), available)
        return where if where.positioned else Where(where.place)

    @property
    def positioned(self) -> bool:
        """Whether there are both a latitude and a longitude."""
        return self.latitude is not None and self.longitude is not None

    @property
    def shown(self) -> str | None:
        """What to show of it with a rejected row (see ``Sieve``)."""
        return self.place or f"{self.latitude} {PLUS} {self.longitude}"

    def read(self, sieve: Sieve, positions: Positions, *, required: bool = True) -> pl.DataFrame:
        """This will return ``place``, or ``latitude`` and ``longitude``, or all three; null where it is missing.

        Rows that have neither are rejected where ``required``; impossible positions always.
        """
        columns: list[pl.Series] = []
        if self.place is not None:
            columns.append(names(sieve.frame[self.place]).rename(c.PLACE))
        if self.latitude is not None and self.longitude is not None:
            alone = required and not columns
            latitude, longitude = sieve.frame[self.latitude], sieve.frame[self.longitude]
            columns += positions.read(sieve, latitude, longitude, required=alone)
        found = pl.DataFrame(columns)
        if required and self.place is not None:
            sieve.reject(missing(found), Reason.NO_POSITION if self.positioned else Reason.NO_PLACE)
        return found


def missing(found: pl.DataFrame) -> pl.Series:
    """This will say which rows have neither a place nor a position."""
    return found.select(pl.all_horizontal(pl.exclude(c.LONGITUDE).is_null())).to_series()
