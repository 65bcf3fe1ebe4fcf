"""The log: kept and read again as it was, and the first row that cannot be is named."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from busyness.decisions.intraday import log as g
from busyness.domain.errors import ColumnMissingError, InputError


def small_log() -> pl.DataFrame:
    """Two days of three steps in two places; in the second step of each somebody is moved."""
    rows = []
    for day in (1, 2):
        for step in range(3):
            for place in "AB":
                moved = step == 1
                went = moved and place == "B"
                now = (date(2025, 1, day), datetime(2025, 1, day, 14, 15 * step, tzinfo=UTC), step, 0)
                offer = (int(moved), "move one from A to B" if moved else "nothing", 0.9, 0, [0, 1], [0.5, 1.25])
                answer = (True if moved else None, "Ana" if moved else None, 7.5 if went else None, 6.0 if went else None)
                came = (2, 3.2, 4, 3, 1, 9.5, 2.25, 11.0, True, False)
                rows.append(("K", place, *now, "learned", "1", *offer, *answer, *came))
    return pl.DataFrame(rows, schema=dict(g.LOG_SCHEMA), orient="row")


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_what_is_appended_is_read_again(tmp_path: Path, suffix: str) -> None:
    path, log = tmp_path / "logs" / f"log{suffix}", small_log()
    assert g.append(path, log[:6]) == 6
    assert g.append(path, log[6:]) == 12
    assert g.read(path).equals(log)
    assert [kept.name for kept in path.parent.iterdir()] == [path.name]


def test_the_same_decision_is_not_logged_twice(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    g.append(path, small_log())
    with pytest.raises(InputError, match=r"Row 13 of the log \(cluster 'K', place 'A', 2025-01-01 14:00\).*second time"):
        g.append(path, small_log()[:1])
    assert g.read(path).height == 12


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (g.PROPENSITY, 0.0, "no probability"),
        (g.PROPENSITY, 1.5, "no probability"),
        (g.ARRIVALS, -1, "arrivals is negative"),
        (g.COST, float("nan"), "cost is no finite number"),
        (g.ACTION, 7, "was not allowed"),
        (g.BY, None, "nobody is named"),
        (g.ACCEPTED, None, "without an offer, or none"),
        (g.STATE, None, "state is missing"),
        (g.VERSION, "2", "differ in what was decided"),
        (g.TRAVEL, 3.0, "no planned travel"),
    ],
)
def test_a_row_that_cannot_be_is_named(column: str, value: Any, says: str) -> None:
    third = pl.int_range(pl.len()) == 2
    wrong = small_log().with_columns(
        pl.when(third)
        .then(pl.lit(value, dtype=g.LOG_SCHEMA[column] if value is None else None))
        .otherwise(column)
        .alias(column)
    )
    with pytest.raises(InputError, match=f"Row 3 of the log.*{says}"):
        g.checked(wrong)


def test_a_column_that_is_missing_or_of_the_wrong_kind_is_named() -> None:
    with pytest.raises(ColumnMissingError, match="propensity"):
        g.checked(small_log().drop(g.PROPENSITY))
    with pytest.raises(InputError, match="wrong kind"):
        g.checked(small_log().with_columns(pl.lit("often").alias(g.PROPENSITY)))


def test_more_columns_than_needed_are_left_out() -> None:
    assert g.checked(small_log().with_columns(weather=pl.lit("rain"))).columns == list(g.LOG_SCHEMA)


def test_files_that_cannot_be_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no log"):
        g.read(tmp_path / "none.csv")
    with pytest.raises(InputError, match=r"cannot be kept in 'log\.xlsx'"):
        g.append(tmp_path / "log.xlsx", small_log())
    (tmp_path / "broken.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(InputError, match="cannot be read"):
        g.read(tmp_path / "broken.parquet")


@pytest.mark.parametrize("name", ["log.csv", "log.parquet", "log"])
def test_a_day_that_is_put_twice_takes_its_own_place(tmp_path: Path, name: str) -> None:
    log = small_log()
    first, second = (log.filter(pl.col("date") == date(2025, 1, day)) for day in (1, 2))
    path = tmp_path / name
    assert g.put(path, first) == 0
    assert g.put(path, log) == 1
    assert g.read(path).equals(log)
    corrected = second.with_columns(pl.lit(9).cast(pl.Int64).alias(g.ARRIVALS))
    assert g.put(path, corrected) == 1
    assert g.read(path).filter(pl.col("date") == date(2025, 1, 2))[g.ARRIVALS].unique().to_list() == [9]
    assert g.read(path).height == log.height
    assert len(list(tmp_path.rglob("*.p*"))) + len(list(tmp_path.glob("*.csv"))) == (2 if name == "log" else 1)


def test_a_folder_of_logs_is_one_log(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no log yet"):
        g.read(tmp_path)
    log = small_log()
    g.append(tmp_path / "a.csv", log[:6])
    g.put(tmp_path, log[6:].with_columns(pl.lit("L").alias(g.CLUSTER)))
    assert g.read(tmp_path)[g.CLUSTER].unique().sort().to_list() == ["K", "L"]
    g.append(tmp_path / "b.csv", log[:6])
    with pytest.raises(InputError, match="second time"):
        g.read(tmp_path)
