"""The catalog names everything, once, and says what it means."""

from __future__ import annotations

from typing import get_args, get_type_hints

import polars as pl

from busyness.features._base import Feature
from busyness.features.catalog import catalog_table, every_feature

DOCUMENT = {
    "hour_of_day", "day_of_week", "month", "season", "is_holiday", "prev_hourly_traffic", "prev_daily_traffic",
    "temperature", "precipitation", "promo_event_1", "promo_event_2", "hour_of_day_x_temperature",
    "day_of_week_x_promo_event_1",
    "ma_hourly_traffic_7days", "ma_hourly_traffic_30days",
}  # fmt: skip
MODELS = {
    "mean_4", "median_8", "weeks_seen", "profile_city", "sundays", "past_holidays", "day_type", "horizon", "place",
    "log_level",
}  # fmt: skip


def test_every_name_of_the_retail_document_and_of_the_models_is_there() -> None:
    names = [feature.name for feature in every_feature()]
    assert set(names) >= DOCUMENT | MODELS
    assert len(set(names)) == len(names)


def test_every_line_is_complete() -> None:
    kinds = get_type_hints(Feature)
    for feature in every_feature():
        assert feature.kind in get_args(kinds["kind"])
        assert feature.availability in get_args(kinds["availability"])
        assert all((feature.name, feature.family, feature.source, feature.formula))
        assert feature.availability == "known" or feature.source in {"demand", "covariates"}


def test_the_table() -> None:
    table = catalog_table(every_feature())
    assert table.columns == ["name", "family", "kind", "source", "formula", "unit", "availability"]
    assert set(table.dtypes) == {pl.String}
    assert "hemisphere" in table.row(by_predicate=pl.col("name") == "season", named=True)["formula"]
    assert catalog_table(()).shape == (0, 7)
