import json
import sqlite3

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.testing.clock import FakeClock
from busyness.workflows.collect import collect


@pytest.fixture
def shop(tmp_path):
    connection = sqlite3.connect(tmp_path / "shop.db")
    connection.execute("create table sales (id integer primary key, store text, written_at text)")
    yield connection
    connection.close()


def sell(shop, *rows):
    shop.executemany("insert into sales values (?, ?, ?)", rows)
    shop.commit()


def ids(folder) -> list[int]:
    parts = sorted(folder.glob("part-*.parquet"))
    return pl.concat([pl.read_parquet(part) for part in parts])["id"].to_list() if parts else []


def again(tmp_path):
    return collect(f"sqlite:///{tmp_path}/shop.db#sales", tmp_path / "sales", watermark="written_at", clock=FakeClock())


def test_each_time_only_what_is_new(shop, tmp_path):
    sell(shop, (1, "a", "2025-01-01"), (2, "b", "2025-01-01"))
    assert again(tmp_path).rows == 2
    assert again(tmp_path).rows == 0
    sell(shop, (3, "a", "2025-01-01"), (4, "a", "2025-01-02"))  # one shares the newest watermark and came later
    got = again(tmp_path)
    assert (got.rows, got.total) == (2, 4)
    assert sorted(ids(tmp_path / "sales")) == [1, 2, 3, 4]


def test_a_run_that_broke_off_neither_loses_nor_doubles(shop, tmp_path, monkeypatch):
    sell(shop, (1, "a", "2025-01-01"))
    again(tmp_path)
    sell(shop, (2, "b", "2025-01-02"))
    with monkeypatch.context() as patch:
        patch.setattr(json, "dumps", lambda *a, **k: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            again(tmp_path)
    sell(shop, (3, "c", "2025-01-03"))
    again(tmp_path)
    assert sorted(ids(tmp_path / "sales")) == [1, 2, 3]


def test_a_folder_belongs_to_one_table(shop, tmp_path):
    sell(shop, (1, "a", "2025-01-01"))
    again(tmp_path)
    with pytest.raises(InputError, match="holds rows of sales by written_at, not of sales by id"):
        collect(f"sqlite:///{tmp_path}/shop.db#sales", tmp_path / "sales", watermark="id")
    with pytest.raises(InputError, match="Only tables of databases"):
        collect("sales.csv", tmp_path / "sales", watermark="id")
