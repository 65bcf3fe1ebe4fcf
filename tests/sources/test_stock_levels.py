from __future__ import annotations

from datetime import date

import polars as pl
import pytest
import sqlalchemy as sa

from busyness.domain.errors import SettingsError
from busyness.sources.stock_levels import read_products, read_stock

PRODUCTS = "sku,price,cost,lead_time,pack,shelf_life,conversion\nmilk,1.5,1,1,12,6,0.08\n007,2,0.8,0,,,\n"
STOCK = "Store,Product,stock,on_order,due,reorder_point\nA,milk,30,10,2025-01-07,40\nA,milk,,5,2025-01-08,\nB,milk,0,,,\n"


def write(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_products(tmp_path):
    frame = read_products(write(tmp_path, PRODUCTS))
    assert frame.to_dict(as_series=False) == {
        "product": ["milk", "007"],
        "price": [1.5, 2],
        "cost": [1, 0.8],
        "lead_days": [1, 0],
        "pack": [12, None],
        "shelf_life": [6, None],
        "conversion": [0.08, None],
    }


def test_stock(tmp_path):
    frame = read_stock(write(tmp_path, STOCK))
    assert frame.columns == ["place", "product", "on_hand", "on_order", "arrives", "reorder_point", "order_up_to"]
    assert frame["on_hand"].to_list() == [30, None, 0]
    assert frame["arrives"].to_list() == [date(2025, 1, 7), date(2025, 1, 8), None]
    assert frame["reorder_point"].to_list() == [40, None, None]
    assert frame.schema["order_up_to"] == pl.Float64


def test_both_from_a_database(tmp_path):
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("create table products (sku text, price real, cost real, lead_days integer)"))
        connection.execute(sa.text("insert into products values ('milk', 1.5, 1, 2)"))
        connection.execute(sa.text("create table levels (place text, product text, on_hand real)"))
        connection.execute(sa.text("insert into levels values ('A', 'milk', 12), ('B', 'milk', -1)"))
    engine.dispose()
    assert read_products(f"{url}#products").to_dicts() == [{"product": "milk", "price": 1.5, "cost": 1, "lead_days": 2}]
    with pytest.raises(SettingsError, match=r"levels, line 2: on_hand is negative \(-1\.0\)"):
        read_stock(f"{url}#levels")


BAD_STOCK = {
    "negative": ("place,product,on_hand\nA,milk,-3\n", 2, "on_hand is negative (-3)"),
    "text": ("place,product,on_hand\nA,milk,3\nB,milk,many\n", 3, "on_hand: 'many' is no number"),
    "missing": ("place,product,on_hand,on_order\nA,milk,,3\n", 2, "on_hand is missing"),
    "twice": ("place,product,on_hand\nA,milk,1\nA,milk,2\n", 3, "its stock on hand is counted twice"),
    "no place": ("place,product,on_hand\n,milk,1\n", 2, "the place is missing"),
    "date": ("place,product,on_hand,on_order,arrives\nA,milk,1,2,soon\n", 2, "'soon' in column 'arrives' is no time"),
    "column": ("place,product,onhand\nA,milk,1\n", None, "there is no column 'on_hand'"),
}
BAD_PRODUCTS = {
    "twice": ("product,price,cost,lead_days\nm,2,1,0\nm,2,1,0\n", 3, "product 'm' comes a second time"),
    "no cost": ("product,price,cost,lead_days\nm,2,,0\n", 2, "cost is missing"),
    "half a day": ("product,price,cost,lead_days\nm,2,1,1.5\n", 2, "lead_days '1.5' is no whole number"),
    "pack": ("product,price,cost,lead_days,pack\nm,2,1,1,dozen\n", 2, "pack: 'dozen' is no number"),
}


@pytest.mark.parametrize(("text", "line", "sentence"), BAD_STOCK.values(), ids=BAD_STOCK.keys())
def test_bad_stock(tmp_path, text, line, sentence):
    with pytest.raises(SettingsError) as caught:
        read_stock(write(tmp_path, text))
    assert sentence in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize(("text", "line", "sentence"), BAD_PRODUCTS.values(), ids=BAD_PRODUCTS.keys())
def test_bad_products(tmp_path, text, line, sentence):
    with pytest.raises(SettingsError) as caught:
        read_products(write(tmp_path, text))
    assert sentence in caught.value.message
    assert caught.value.line == line
