"""Where an event happened: latitude and longitude of a chunk, and what is wrong with them."""

from __future__ import annotations

import polars as pl

from busyness.geo.positions import Reference, faults
from busyness.sources.events.sieve import Sieve
from busyness.tables import columns as c
from busyness.tables.events import Reason


class Positions:
    """What one pass over a file knows of where things happen: the first chunk tells. Make one for each pass."""

    def __init__(self) -> None:
        self._reference: Reference | None = None

    def read(
        self, sieve: Sieve, latitude: pl.Series, longitude: pl.Series, *, required: bool = True
    ) -> tuple[pl.Series, pl.Series]:
        """This will return degrees (Float64), null where the position is missing, and reject impossible positions.

        Where not ``required``, a missing position is no fault. A decimal comma is a decimal point here: nobody writes
        thousands of degrees.
        """
        lat, lon = degrees(latitude), degrees(longitude)
        whole = lat.is_not_null() & lon.is_not_null()
        written = (latitude, longitude)
        if not whole.all():
            sieve.reject(~whole & ~(_blank(latitude) | _blank(longitude)), Reason.NOT_ON_EARTH, value=written)
            if required:
                sieve.reject(~whole, Reason.NO_POSITION, value=written)
            lat, lon = _where(lat, whole), _where(lon, whole)
        if self._reference is None and (whole & sieve.kept).any():
            self._reference = Reference.of(lat.filter(whole & sieve.kept), lon.filter(whole & sieve.kept))
        if self._reference is not None:
            wrong = faults(lat, lon, self._reference)
            sieve.reject_as(_where(wrong, whole), value=written)
        return lat.rename(c.LATITUDE), lon.rename(c.LONGITUDE)


def degrees(values: pl.Series) -> pl.Series:
    """This will return degrees (Float64), null where a cell holds no number."""
    plain = values.cast(pl.Float64, strict=False)
    if values.dtype == pl.String and plain.null_count() > values.null_count():
        plain = values.str.strip_chars().str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
    return plain.fill_nan(None)


def _blank(values: pl.Series) -> pl.Series:
    if values.dtype != pl.String:
        return values.is_null() | values.cast(pl.Float64, strict=False).is_nan()
    texts = values.str.strip_chars().str.to_lowercase()
    return texts.is_null() | texts.is_in(["", "nan", "null", "none", "na", "n/a", "-"]).fill_null(True)


def _where(values: pl.Series, mask: pl.Series) -> pl.Series:
    return pl.select(pl.when(mask).then(values)).to_series()
