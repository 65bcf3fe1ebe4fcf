from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.reports.material import ReportMaterial

Make = Callable[..., ReportMaterial]


def test_a_table_without_a_column_it_needs_is_named(chain_of: Make) -> None:
    with pytest.raises(ColumnMissingError, match="report's forecast"):
        chain_of(1, forecast=pl.DataFrame({"place": ["a"], "time": [0]}))


def test_another_language_is_refused(chain_of: Make) -> None:
    with pytest.raises(InputError, match="'fr'"):
        chain_of(1, language="fr")


def test_a_table_without_rows_counts_as_left_out(chain_of: Make) -> None:
    material = chain_of(1, days=1)
    assert material.forecast is not None
    empty = chain_of(1, forecast=material.forecast.clear())
    assert empty.table("forecast") is None
    assert material.table("forecast") is not None
