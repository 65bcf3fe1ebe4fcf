"""Orders from the command line: today's rule beside them, what changed since the last plan, and where orders go."""

import json
import sqlite3

import polars as pl
import pytest

from .test_plan import trips

PRODUCTS = """\
product,price,cost,lead_days,review_days,pack,shelf_life,conversion,units_per_basket
milk,4,3,1,1,12,,0.5,1
bread,3,2,0,1,1,1,0.25,1
"""
STOCK = """\
place,product,on_hand,reorder_point,order_up_to
busy,milk,5,20,30
calm,milk,500,20,30
busy,bread,0,100,100
"""


@pytest.fixture
def asked(busyness, tmp_path):
    (tmp_path / "products.csv").write_text(PRODUCTS)
    (tmp_path / "stock.csv").write_text(STOCK)
    said = trips(tmp_path / "said", noun="visitors")

    def run(*words, out="plan", stock="stock.csv", forecast=said):
        tables = ("--products", tmp_path / "products.csv", "--stock", tmp_path / stock)
        return busyness("plan", "stock", "--forecast", forecast, *tables, *words, "--out", tmp_path / out)

    return run


def test_stock_outs_and_waste_stand_beside_todays_rule(asked, tmp_path):
    answer = asked("--currency", "PEN", "--json")
    assert answer.code == 0, answer
    totals = {row["policy"]: row for row in pl.read_csv(tmp_path / "plan" / "totals.csv").iter_rows(named=True)}
    assert totals["today"]["waste_cost"] > totals["plan"]["waste_cost"], "today 100 loaves are baked for about ten"
    assert totals["plan"]["saved_low"] > 0
    page = (tmp_path / "plan" / "plan.html").read_text()
    assert "Each cost, plan and today&#39;s rule" in page
    assert "Waste" in page
    assert "Busy" in page, "places have names"
    said = json.loads(answer.out)
    assert said["versions"]["seed"] == "0"
    assert said["bound"] <= said["cost"]


def test_the_page_speaks_spanish(asked, tmp_path):
    assert asked("--lang", "es").code == 0
    page = (tmp_path / "plan" / "plan.html").read_text()
    assert "Merma" in page
    assert "en existencia" in page
    assert "on hand" not in page


def test_only_what_changed_is_ordered_anew(asked, tmp_path):
    assert asked().code == 0
    placed = pl.read_csv(tmp_path / "plan" / "plan.csv")
    ordered = dict(placed.filter(pl.col("product") == "milk").select("place", "quantity").iter_rows())
    header = "place,product,on_hand,on_order,arrives,reorder_point,order_up_to\n"
    bread = placed.filter(pl.col("product") == "bread")["quantity"].item()
    same = f"{header}busy,milk,5,{ordered['busy']},2025-06-03,20,30\ncalm,milk,500,,,20,30\nbusy,bread,{bread},,,100,100\n"
    (tmp_path / "same.csv").write_text(same)
    answer = asked("--since", tmp_path / "plan", stock="same.csv", out="second")
    assert answer.code == 0, answer
    assert "3 of 3 lines wait for their review" in answer.err
    assert pl.read_csv(tmp_path / "second" / "changes.csv").is_empty()
    assert "Little changed since the last plan" in (tmp_path / "second" / "plan.html").read_text()

    (tmp_path / "less.csv").write_text(same.replace("calm,milk,500", "calm,milk,1"))
    answer = asked(
        "--since",
        tmp_path / "plan",
        stock="less.csv",
        out="third",
    )
    assert answer.code == 0, answer
    changed = pl.read_csv(tmp_path / "third" / "changes.csv").row(0, named=True)
    assert (changed["place"], changed["changed"], changed["now"]) == ("calm", "stock", 1)
    actions = pl.read_csv(tmp_path / "third" / "plan.csv")
    assert actions["reason"][0].startswith("1 are on hand and on the way where 500 were expected by now.")
    assert json.loads((tmp_path / "third" / "plan.json").read_text())["versions"]["since"].startswith("2025-06-02")


def test_orders_are_written_to_a_table_once(asked, tmp_path):
    database = tmp_path / "shop.db"
    sqlite3.connect(database).close()
    database.touch()
    for _ in range(2):
        answer = asked("--to", f"sqlite:///{database}#orders")
        assert answer.code == 0, answer
    assert "rows written to sqlite database 'shop.db', table 'orders'" in answer.err
    rows = sqlite3.connect(database).execute("select place, product, quantity from orders").fetchall()
    expected = pl.read_csv(tmp_path / "plan" / "plan.csv").filter(pl.col("action") == "order")
    assert sorted(rows) == sorted(expected.select("place", "product", "quantity").rows())


def test_orders_are_written_to_a_file(asked, tmp_path):
    assert asked("--to", tmp_path / "sent" / "orders.csv").code == 0
    orders = pl.read_csv(tmp_path / "sent" / "orders.csv")
    assert orders.columns == ["place", "product", "quantity", "time", "arrives", "purchase", "reason"]
    assert (orders["quantity"] > 0).all()


def test_a_dry_run_writes_nothing(asked, tmp_path):
    answer = asked("--dry-run", "--to", tmp_path / "orders.csv")
    assert answer.code == 0, answer
    assert "Nothing was written." in answer.out
    assert not (tmp_path / "plan").exists()
    assert not (tmp_path / "orders.csv").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "orders.docx"), ("cannot be written to 'orders.docx'", ".csv")),
        (("--to", "sqlite:///nothing.db"), ("needs the name of a table", "#orders")),
        (("--since", "said"), ("holds no plan", "busyness plan stock")),
        (("--since", "nowhere"), ("holds no plan",)),
        (("--lang", "pt"), ("cannot be written in 'pt'",)),
        (("--tolerance", -1), ("--tolerance",)),
    ],
)
def test_mistakes_in_the_options_are_told(asked, refused, tmp_path, words, said):
    given = [tmp_path / word if word in {"said", "nowhere"} else word for word in words]
    refused(asked(*given), *said)
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    ("stock", "said"),
    [
        ("place,product,on_hand\nbusy,beer,5\n", ("'beer'",)),
        ("place,product,on_hand\nnowhere,milk,5\n", ("no place 'nowhere'",)),
        ("place,product,on_hand\nbusy,milk,-5\n", ("line 2", "negative")),
        ("place,product\nbusy,milk\n", ("no column 'on_hand'",)),
        ("place,product,on_hand\nbusy,milk,few\n", ("line 2", "'few' is no number")),
    ],
)
def test_mistakes_in_the_stock_are_told_with_their_line(asked, refused, tmp_path, stock, said):
    (tmp_path / "bad.csv").write_text(stock)
    refused(asked(stock="bad.csv"), *said)


def test_a_later_plan_cannot_be_revised(asked, refused, tmp_path):
    assert asked().code == 0
    file = tmp_path / "plan" / "plan.parquet"
    pl.read_parquet(file).with_columns(pl.col("time") + pl.duration(days=9)).write_parquet(file)
    refused(asked("--since", tmp_path / "plan", out="second"), "after the forecast's origin", "older plan")
    file.write_bytes(b"no parquet")
    refused(asked("--since", tmp_path / "plan", out="second"), "cannot be read")
