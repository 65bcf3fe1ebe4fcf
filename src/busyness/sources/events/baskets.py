"""Lines of baskets → baskets, in a memory that does not grow: a basket is closed when its lines lie far enough behind."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from busyness.tables import columns as c

FAR = 100_000
"""Lines of one basket stand at most so many rows of the file apart …"""
LONG = timedelta(hours=1)
"""… and at most so long: a till that begins its numbers again makes new baskets."""
_KEY = [c.PLACE, c.ORDER]
_SUMS = (c.SALES, c.UNITS)


class Baskets:
    """Takes lines as frames with ``row`` (of the chunk), ``time, place, order``; ``sales`` and ``units`` are added up.

    A basket has the time, line, till and card of its first line. Whether two lines belong together depends only on how
    far apart they stand in the file, so that any size of chunks makes the same baskets.
    """

    def __init__(self) -> None:
        self._open: pl.DataFrame | None = None
        self._passed = 0

    def closed(self, lines: pl.DataFrame, rows: int) -> pl.DataFrame:
        """This will take the lines of a chunk of so many rows, and return the baskets that no later line can join."""
        lines = lines.with_columns(pl.col("row").cast(pl.Int64) + self._passed)
        self._passed += rows
        together = _together(lines if self._open is None else pl.concat([self._open, lines]))
        young = together.select((pl.col("row").max().over("basket") >= self._passed - FAR).alias("young")).to_series()
        self._open = together.filter(young).drop("basket")
        return _summed(together.filter(~young))

    def rest(self) -> pl.DataFrame:
        """This will return the baskets that were still open."""
        rest, self._open = self._open, None
        if rest is None:
            return pl.DataFrame(
                schema={c.TIME: pl.Datetime("us", "UTC"), c.PLACE: pl.String, c.LINE: pl.Int64, c.ORDER: pl.String}
            )
        return _summed(_together(rest))


def _together(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with the number of their ``basket``."""
    lines = lines.sort(*_KEY, "row")
    new = pl.any_horizontal(pl.col(name) != pl.col(name).shift(1) for name in _KEY)
    apart = (pl.col("row") - pl.col("row").shift(1) > FAR) | ((pl.col(c.TIME) - pl.col(c.TIME).shift(1)).abs() > LONG)
    return lines.with_columns((new | apart).fill_null(True).cum_sum().alias("basket"))


def _summed(lines: pl.DataFrame) -> pl.DataFrame:
    sums = [name for name in _SUMS if name in lines.columns]
    firsts = [name for name in lines.columns if name not in (*sums, "basket", "row", c.WHO)]
    added = [pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in sums]
    card = [pl.col(c.WHO).drop_nulls().first()] if c.WHO in lines.columns else []
    return lines.group_by("basket", maintain_order=True).agg(pl.col(firsts).first(), *added, *card).drop("basket")
