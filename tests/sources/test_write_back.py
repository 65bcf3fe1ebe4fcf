"""Rows go to a file or a table; writing twice is writing once."""

import sqlite3
from datetime import UTC, date, datetime

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.write_back import checked_target, write_back

ROWS = pl.DataFrame(
    {
        "place": ["A", "B"],
        "product": ["milk", "milk"],
        "quantity": [12.0, 24.0],
        "packs": [1, 2],
        "time": [datetime(2025, 6, 2, 5, tzinfo=UTC)] * 2,
        "day": [date(2025, 6, 2)] * 2,
    }
)
KEYS = ("place", "product", "time")


@pytest.fixture
def database(tmp_path):
    file = tmp_path / "shop.db"
    sqlite3.connect(file).close()
    file.touch()
    return file


def read(file):
    with sqlite3.connect(file) as connection:
        return connection.execute("select place, quantity from orders order by place, quantity").fetchall()


def test_a_database_that_is_not_there_is_made(tmp_path):
    assert "2 rows" in write_back(ROWS, f"sqlite:///{tmp_path / 'new.db'}#orders", keys=KEYS)
    assert len(read(tmp_path / "new.db")) == 2
    with pytest.raises(InputError, match=f"no folder {tmp_path / 'nowhere'}"):
        write_back(ROWS, f"sqlite:///{tmp_path / 'nowhere' / 'new.db'}#orders", keys=KEYS)


def test_a_table_is_made_and_rows_with_the_same_keys_are_replaced(database):
    target = f"sqlite:///{database}#orders"
    assert write_back(ROWS, target, keys=KEYS) == "2 rows written to sqlite database 'shop.db', table 'orders'."
    write_back(ROWS.head(1).with_columns(pl.lit(36.0).alias("quantity")), target, keys=KEYS)
    write_back(ROWS.with_columns(pl.col("time") + pl.duration(days=1)), target, keys=KEYS)
    assert read(database) == [("A", 12.0), ("A", 36.0), ("B", 24.0), ("B", 24.0)]
    assert write_back(ROWS.clear(), target, keys=KEYS).startswith("0 rows")


def test_a_table_that_lacks_a_column_is_left_alone(database):
    with sqlite3.connect(database) as connection:
        connection.execute("create table orders (place text, product text)")
    with pytest.raises(InputError, match="table 'orders' without a column 'quantity'"):
        write_back(ROWS, f"sqlite:///{database}#orders", keys=KEYS)


@pytest.mark.parametrize("name", ["orders.csv", "orders.parquet", "orders.jsonl"])
def test_files_are_written_whole(tmp_path, name):
    file = tmp_path / "new" / name
    assert write_back(ROWS, str(file), keys=KEYS) == f"2 rows written to {file}."
    assert [path.name for path in file.parent.iterdir()] == [name]


def test_targets_that_cannot_be_are_told(tmp_path):
    with pytest.raises(InputError, match=r"Use \.csv"):
        checked_target("orders.xlsx")
    with pytest.raises(InputError, match="name of a table"):
        checked_target("sqlite:///shop.db")
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        write_back(ROWS, str(tmp_path / "file" / "orders.csv"), keys=KEYS)
