"""The tables of a fleet (``tables.fleet``) → the parts of a problem."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from busyness.decisions.rebalancing.problem import Depot, Standing, Van
from busyness.domain.errors import ColumnMissingError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.tables import columns as c
from busyness.tables.fleet import BROKEN, CHARGING, DEPOTS_SCHEMA, FLEET_SCHEMA, VANS_SCHEMA, VEHICLES


def standing_of(fleet: pl.DataFrame, places: Sequence[Place]) -> Standing:
    """This will lay a table with the columns of ``FLEET_SCHEMA`` out by place; a place without a row has no vehicle.

    Raises ``UnknownPlaceError`` for a row of a place that is not asked about.
    """
    _require(fleet, tuple(FLEET_SCHEMA), role="the fleet")
    row = {place.id: number for number, place in enumerate(places)}
    unknown = next((id_ for id_ in fleet[c.PLACE].to_list() if id_ not in row), None)
    if unknown is not None:
        raise UnknownPlaceError(str(unknown), tuple(row))
    at = [row[id_] for id_ in fleet[c.PLACE].to_list()]
    counts = {name: np.zeros(len(places), np.int64) for name in (VEHICLES, BROKEN, CHARGING)}
    for name, there in counts.items():
        np.add.at(there, at, fleet[name].to_numpy())
    return Standing(counts[VEHICLES], counts[BROKEN], counts[CHARGING])


def depots_of(depots: pl.DataFrame) -> tuple[Depot, ...]:
    """This will return the depots of a table with the columns of ``DEPOTS_SCHEMA``."""
    _require(depots, tuple(DEPOTS_SCHEMA), role="the depots")
    return tuple(Depot(*row) for row in depots.select(*DEPOTS_SCHEMA).iter_rows())


def vans_of(vans: pl.DataFrame) -> tuple[Van, ...]:
    """This will return the vans of a table with the columns of ``VANS_SCHEMA``."""
    _require(vans, tuple(VANS_SCHEMA), role="the vans")
    return tuple(Van(*row) for row in vans.select(*VANS_SCHEMA).iter_rows())


def _require(frame: pl.DataFrame, names: Sequence[str], *, role: str) -> None:
    for name in names:
        if name not in frame.columns:
            raise ColumnMissingError(name, frame.columns, role=role)
