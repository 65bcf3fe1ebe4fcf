"""The catalog: every feature with its meaning, as a table for people and for the model's card."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

import polars as pl

from busyness.domain.slots import SlotLength
from busyness.features._base import Feature
from busyness.features.builder import FAMILIES, FeatureSpec

_EXAMPLES = FeatureSpec(
    families=tuple(FAMILIES),
    known=("precipitation", "promo_event_1", "promo_event_2", "temperature"),
    past=("sales",),
    vintages=("temperature",),
    attributes=("floor_area",),
    categories=((),),
)


def catalog_table(features: Sequence[Feature]) -> pl.DataFrame:
    """This will return a row for each feature: ``name, family, kind, source, formula, unit, availability``, all text."""
    schema = {field.name: pl.String for field in fields(Feature)}
    return pl.DataFrame([asdict(feature) for feature in features], schema=schema)


def every_feature() -> tuple[Feature, ...]:
    """This will return the features of all families for hourly slots, without data.

    Covariates and attributes bear their own names; temperature, precipitation, two promotions, sales and floor area
    stand here for those that a panel brings.
    """
    return _EXAMPLES.features(SlotLength(60))
