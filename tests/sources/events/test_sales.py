"""Transactions: whole or in lines, sales and refunds, in any size of chunks."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.events._base import EventLayout
from busyness.sources.events.hashing import hashed
from busyness.sources.events.sales import Sales
from busyness.sources.simulator.retail import RetailChain, simulate_retail
from busyness.sources.simulator.transactions import simulate_transactions

SALT = "keep this one secret"


def read(frame, rows=1_000_000, layout=None, salt=""):
    """The events, the rejected rows and the notes of a table, read in chunks of so many rows."""
    parts = list(Sales(open_chunks(frame, rows=rows), layout or EventLayout(), salt=salt).chunks())
    events = pl.concat([part.frame for part in parts]).sort("time", "line")
    return events, pl.concat([part.rejected for part in parts]), tuple(note for part in parts for note in part.notes)


def table(*rows, columns=("time", "store", "transaction_id", "amount", "quantity")):
    return pl.DataFrame([tuple(map(str, row)) for row in rows], schema=list(columns), orient="row")


def test_lines_of_a_basket_are_one_sale_and_a_negative_total_is_a_refund():
    events, rejected, _ = read(
        table(
            ("2025-03-01T10:00:00Z", "S1", "1", "10.50", 2),
            ("2025-03-01T10:00:05Z", "S1", "2", "3.00", 1),
            ("2025-03-01T10:00:09Z", "S1", "1", "-0.50", 0),
            ("2025-03-01T10:00:09Z", "S2", "1", "-7.25", -1),
            ("2025-03-01T10:00:12Z", "S2", "2", "?!", 1),
        )
    )
    assert events.select("place", "order", "amount", "kind", "sales", "units").rows() == [
        ("S1", "1", 1.0, "sale", 10.0, 2.0),
        ("S1", "2", 1.0, "sale", 3.0, 1.0),
        ("S2", "1", 1.0, "refund", -7.25, -1.0),
    ]
    assert rejected.select("line", "reason").rows() == [(5, "non-numeric count")]
    only, _, _ = read(table(("2025-03-01T10:00Z", "S1", "1", "-2", 1)), layout=EventLayout(kinds=("sale",)))
    assert only.is_empty()


def test_a_till_that_begins_its_numbers_again_makes_new_baskets():
    events, _, _ = read(table(("2025-03-01T10:00Z", "S1", "1", "5", 1), ("2025-03-02T10:00Z", "S1", "1", "6", 1)))
    assert events["sales"].to_list() == [5.0, 6.0]


def test_without_transaction_numbers_each_row_counts_and_that_is_said():
    events, _, notes = read(
        table(("2025-03-01T10:00Z", "S1", "5"), ("2025-03-01T10:00Z", "S1", "6"), columns=("time", "store", "total"))
    )
    assert events["amount"].sum() == 2.0
    assert any("each row counts as one" in note for note in notes)


def test_cards_are_hashed_or_left_out():
    frame = table(
        ("2025-03-01T10:00Z", "S1", "1", "5", "card-77"), columns=("time", "store", "ticket", "total", "loyalty_id")
    )
    events, _, notes = read(frame)
    assert "who" not in events.columns
    assert any("'loyalty_id'" in note and "left out" in note for note in notes)
    events, _, _ = read(frame, salt=SALT)
    assert events["who"].to_list() == hashed(pl.Series(["card-77"]), SALT).to_list()
    with pytest.raises(InputError, match="salt"):
        read(frame, layout=EventLayout(columns={"loyalty_id": "loyalty_id"}))


def test_a_torn_row_does_not_show_a_card(tmp_path):
    path = tmp_path / "sales.csv"
    path.write_text(
        "time,store,ticket,total,card_id\n2025-03-01T10:00Z,S1,1,5,card-77\n2025-03-01T10:00Z,S1,2,5,card-78,x\n"
    )
    parts = list(Sales(open_chunks(path), salt=SALT).chunks())
    assert sum(part.rejected.height for part in parts) == 1
    assert not any("card-7" in part.rejected.write_csv() + part.frame.write_csv() for part in parts)


def test_the_simulated_tills_come_through_whole():
    world = simulate_retail(RetailChain(stores=3, days=30))
    sold = simulate_transactions(world, days=3)
    events, rejected, _ = read(sold, rows=997, layout=EventLayout(timezone="America/Lima"))
    assert rejected.is_empty()
    assert events["amount"].sum() == sold.height
    assert events["sales"].sum() == pytest.approx(sold["amount"].sum())
    assert events["units"].sum() == sold["items"].sum()


LINES = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(["S1", "S2"]), st.integers(1, 4), st.integers(-3, 9)),
    min_size=1,
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(LINES, st.integers(1, 9))
def test_any_size_of_chunks_gives_the_same_baskets_and_keeps_the_money(lines, rows):
    time, rows_ = datetime(2025, 3, 1, tzinfo=UTC), []
    for minutes, store, basket, money in lines:
        time += timedelta(minutes=minutes)
        rows_.append((time.isoformat(), store, basket, money, 1))
    whole, chunked = read(table(*rows_))[0], read(table(*rows_), rows)[0]
    assert_frame_equal(whole, chunked)
    assert whole["sales"].sum() == sum(row[3] for row in rows_)
    assert whole["units"].sum() == len(rows_)
