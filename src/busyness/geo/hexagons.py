"""Hexagons: the H3 grid of the whole Earth, at any of its sixteen resolutions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import polars_h3 as h3
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.domain.place import Place
from busyness.tables import columns as c

FINEST = 15
_CELL = "cell"
_ABOUT_100_M = 9  # the finest resolution whose neighbours lie further apart than a thousandth of a degree

Outline = tuple[tuple[float, float], ...]


class Hexagons:
    """Points → H3 cells of one resolution (a ``Locator``). A code is the cell's own number.

    0 is the coarsest resolution and 15 the finest; a cell of 7 is about 2.4 km across, of 8 about 0.9 km, of 9 about
    350 m. The library uses as many threads as ``RAYON_NUM_THREADS`` allows: all cores, where that is not set.
    """

    def __init__(self, resolution: int, *, timezone: str, parent: int | None = None) -> None:
        if not 0 <= resolution <= FINEST:
            raise InputError(
                f"There are no hexagons of resolution {resolution}.", hint="Choose one from 0 (coarse) to 15 (fine)."
            )
        if parent is not None and not 0 <= parent < resolution:
            raise InputError(
                f"Hexagons of resolution {resolution} have no parents of resolution {parent}.",
                hint="Choose a smaller number for the parents: theirs are the larger hexagons.",
            )
        self.resolution = resolution
        self.timezone = timezone
        self.parent = parent
        self.notes: tuple[str, ...] = ()

    def codes(self, frame: pl.DataFrame) -> pl.Series:
        """This will return the cell of each row's ``latitude`` and ``longitude`` (UInt64), null off the Earth."""
        on_earth = pl.col(c.LATITUDE).is_between(-90, 90) & pl.col(c.LONGITUDE).is_between(-180, 180)
        cells = h3.latlng_to_cell(c.LATITUDE, c.LONGITUDE, self.resolution, return_dtype=pl.UInt64)
        return frame.select(pl.when(on_earth).then(cells).alias(c.CODE)).to_series()

    def places(self, codes: Sequence[int]) -> tuple[Place, ...]:
        """This will return the cells as places: their H3 text as id, their centre (also as name), and their parent's id."""
        cells = _cells(codes).select(
            id=h3.int_to_str(_CELL),
            latitude=h3.cell_to_lat(_CELL),
            longitude=h3.cell_to_lng(_CELL),
            parent=pl.lit("") if self.parent is None else h3.int_to_str(h3.cell_to_parent(_CELL, self.parent)),
        )
        return tuple(
            Place(
                id=id_,
                name=self._name(north, east),
                latitude=north,
                longitude=east,
                timezone=self.timezone,
                parent=parent,
            )
            for id_, north, east, parent in cells.iter_rows()
        )

    def _name(self, north: float, east: float) -> str:
        """Where it is, as people paste it into a map: a hexagon has no other name that says anything."""
        decimals = 3 if self.resolution <= _ABOUT_100_M else 4
        return f"{abs(north):.{decimals}f}{'N' if north >= 0 else 'S'} {abs(east):.{decimals}f}{'E' if east >= 0 else 'W'}"


def outlines(codes: Sequence[int]) -> tuple[Outline, ...]:
    """This will return the corners of each cell, (latitude, longitude) in degrees, not closed: what a map draws.

    A cell across the date line keeps one side of it: its longitudes may pass ±180.
    """
    corners = _cells(codes).select(h3.cell_to_boundary(_CELL)).to_series().to_list()
    return tuple(tuple((north, east - 360 * round((east - ring[0][1]) / 360)) for north, east in ring) for ring in corners)


def parents(codes: Sequence[int], resolution: int) -> NDArray[np.uint64]:
    """This will return the cell of a coarser ``resolution`` that each cell belongs to.

    Raises: ``InputError`` where a cell is itself coarser than that.
    """
    cells = _cells(codes)
    finest = cells.select(h3.get_resolution(_CELL).min()).item()
    if finest is not None and not 0 <= resolution <= finest:
        raise InputError(f"A hexagon of resolution {finest} has no parent of resolution {resolution}.")
    return np.asarray(cells.select(h3.cell_to_parent(_CELL, resolution)).to_series().to_numpy(), np.uint64)


def disk(codes: Sequence[int], rings: int) -> tuple[tuple[int, ...], ...]:
    """This will return the cells around each cell, up to so many steps away, without itself; the nearest first.

    Six cells are one step away, eighteen up to two (fewer beside the grid's twelve pentagons).
    """
    around = _cells(codes).select(h3.grid_disk(_CELL, rings)).to_series().to_list()
    return tuple(
        tuple(near for near in found if near is not None and near != code) for code, found in zip(codes, around, strict=True)
    )


def _cells(codes: Sequence[int]) -> pl.DataFrame:
    """The codes as a column; one that is no cell raises."""
    cells = pl.DataFrame({_CELL: pl.Series(codes, dtype=pl.UInt64)})
    wrong = cells.filter(~h3.is_valid_cell(_CELL))
    if wrong.height:
        raise InputError(f"{wrong[_CELL][0]} is not the number of a hexagon.")
    return cells
