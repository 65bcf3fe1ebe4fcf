"""Anyone's frame of predictions, checked and put in order: by place, origin and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.domain.quantiles import REPORTED_LEVELS, column
from busyness.tables import columns as c

PREDICTION = "prediction"
"""The one prediction of people who make one: neither called a mean nor a median."""

ANSWERED = "answered"
OPEN = "open"


@dataclass(frozen=True, slots=True)
class Naming:
    """Which columns of a frame hold the median, the mean, the reported quantiles (by level) and the baselines."""

    median: str
    mean: str
    quantiles: dict[float, str]
    baselines: tuple[str, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """Every column that has to be there for a row to count as answered."""
        return tuple(dict.fromkeys([self.median, self.mean, *self.quantiles.values()]))

    @classmethod
    def of(cls, names: Sequence[str]) -> Naming:
        """This will find them, or raise ``ColumnMissingError`` where there is no prediction or nothing to score it by."""
        for needed in (c.PLACE, c.TIME, c.OBSERVED):
            if needed not in names:
                raise ColumnMissingError(needed, names, role="scoring predictions")
        quantiles = {level: column(level) for level in REPORTED_LEVELS if column(level) in names}
        medians = [name for name in (column(0.5), PREDICTION, c.MEAN) if name in names]
        means = [name for name in (c.MEAN, PREDICTION, column(0.5)) if name in names]
        if not medians:
            raise ColumnMissingError(PREDICTION, names, role="the prediction (or mean, or q50)")
        baselines = tuple(name for name in (c.SEASONAL_NAIVE, c.SEASONAL_MEAN) if name in names)
        return cls(medians[0], means[0], quantiles, baselines)


def ordered(frame: pl.DataFrame, naming: Naming) -> pl.DataFrame:
    """This will return the columns that scoring reads, ordered by place, origin and time.

    ``place`` is an Enum of the sorted ids; ``time`` and ``origin`` (0 where there is none) are seconds since 1970, UTC;
    numbers are floats, NaN where they are missing; ``answered`` says whether every prediction of the row is a number and
    ``open`` whether the place was open: as the frame's own column ``open`` says, else where something was observed or
    predicted. Raises ``InputError`` for a missing key, a time without zone, or text where numbers belong.
    """
    given = [name for name in (c.PLACE, c.TIME, c.ORIGIN) if name in frame.columns]
    for name in given:
        if frame[name].null_count():
            raise InputError(f"{frame[name].null_count():,} rows have no {name}.", hint="Leave these rows out.")
    numbers = tuple(dict.fromkeys([c.OBSERVED, *naming.told, *naming.baselines]))
    for name in numbers:
        if not (frame.schema[name].is_numeric() or frame.schema[name] == pl.Null):
            raise InputError(f"The column '{name}' holds {frame.schema[name]}, not numbers.", hint="Cast it to Float32.")
    if OPEN in frame.columns and frame.schema[OPEN] != pl.Boolean:
        raise InputError(
            f"The column '{OPEN}' holds {frame.schema[OPEN]}, not true or false.", hint="Leave it out, or cast it."
        )
    ids = frame[c.PLACE].cast(pl.String)
    answered = pl.all_horizontal(_number(frame, name).is_finite() for name in naming.told)
    opened = pl.col(OPEN) if OPEN in frame.columns else _number(frame, c.OBSERVED).is_finite() | ~(pl.col(naming.mean) <= 0)
    return frame.select(
        ids.cast(pl.Enum(ids.unique().sort())).alias(c.PLACE),
        _seconds(frame, c.TIME),
        _seconds(frame, c.ORIGIN) if c.ORIGIN in given else pl.lit(0, pl.Int64).alias(c.ORIGIN),
        *(_number(frame, name) for name in numbers),
        answered.alias(ANSWERED),
        opened.fill_null(True).alias(OPEN),
    ).sort(c.PLACE, c.ORIGIN, c.TIME)


def _number(frame: pl.DataFrame, name: str) -> pl.Expr:
    single = frame.schema[name] == pl.Float32
    value = pl.col(name).cast(pl.Float32 if single else pl.Float64)
    return (
        pl.when(value.is_finite()).then(value).otherwise(float("nan")).cast(pl.Float32 if single else pl.Float64).alias(name)
    )


def _seconds(frame: pl.DataFrame, name: str) -> pl.Expr:
    kind = frame.schema[name]
    if kind == pl.Date:
        return pl.col(name).cast(pl.Datetime("us")).dt.epoch("s").alias(name)
    if not isinstance(kind, pl.Datetime):
        raise InputError(f"The column '{name}' holds {kind}, not times.", hint="Parse it first.")
    if kind.time_zone is None:
        raise InputError(
            f"The times of '{name}' have no time zone.",
            hint=f'If they are UTC: pl.col("{name}").dt.replace_time_zone("UTC").',
        )
    return pl.col(name).dt.epoch("s").alias(name)
