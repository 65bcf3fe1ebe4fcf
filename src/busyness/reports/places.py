"""The places of a report: what to call them, their clock, and which of them are the busiest."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from busyness.reports.material import ReportMaterial
from busyness.tables import columns as c


@dataclass(frozen=True, slots=True)
class ShownPlace:
    """A place as the report shows it; ``label`` is its name, with the id where two places share one."""

    id: str
    label: str
    timezone: str
    capacity: float | None


def shown_places(material: ReportMaterial) -> tuple[ShownPlace, ...]:
    """This will return the places, the busiest (by forecast, else by history) first."""
    table = material.places.unique(c.PLACE, keep="first", maintain_order=True).with_columns(
        pl.col(c.PLACE).cast(pl.String),
        (pl.col("name").cast(pl.String) if "name" in material.places.columns else pl.lit("")).alias("name"),
        (pl.col(c.CAPACITY).cast(pl.Float64) if c.CAPACITY in material.places.columns else pl.lit(None)).alias(c.CAPACITY),
    )
    name = pl.when(pl.col("name").fill_null("") == "").then(c.PLACE).otherwise("name")
    table = table.with_columns(label=name).with_columns(shared=pl.len().over("label") > 1)
    label = pl.when(pl.col("shared") & (pl.col("label") != pl.col(c.PLACE)))
    table = table.with_columns(label=label.then(pl.format("{} ({})", "label", c.PLACE)).otherwise("label"))
    table = table.join(_busyness(material), on=c.PLACE, how="left").sort(
        "busyness", descending=True, nulls_last=True, maintain_order=True
    )
    return tuple(
        ShownPlace(place, label, material.timezones.get(place, "UTC"), capacity)
        for place, label, capacity in table.select(c.PLACE, "label", c.CAPACITY).iter_rows()
    )


def _busyness(material: ReportMaterial) -> pl.DataFrame:
    for name, column in (("forecast", c.MEAN), ("history", c.AMOUNT)):
        table = material.table(name)
        if table is not None:
            return table.group_by(pl.col(c.PLACE).cast(pl.String)).agg(busyness=pl.col(column).cast(pl.Float64).sum())
    return pl.DataFrame(schema={c.PLACE: pl.String, "busyness": pl.Float64})
