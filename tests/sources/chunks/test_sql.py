"""Databases: streamed, incremental without loss or doubles, and silent about passwords."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.pool import NullPool

from busyness.domain.errors import ColumnMissingError, InputError, MissingExtraError
from busyness.sources.chunks.open import open_chunks
from busyness.sources.chunks.sql import SqlQuery
from busyness.sources.chunks.sql_mark import Mark


def execute(url: str, *statements: str, rows: list[dict[str, object]] | None = None) -> None:
    engine = sa.create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement), rows if rows and statement.startswith("insert") else None)
    engine.dispose()


@pytest.fixture
def shop(tmp_path: Path) -> str:
    """A SQLite database with a table of 100 sales, seven of every minute."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    rows: list[dict[str, object]] = [{"i": n, "w": f"2026-03-01 00:{n // 7:02d}:00", "v": n / 4} for n in range(100)]
    execute(
        url, "create table sales (id integer, written text, amount real)", "insert into sales values (:i, :w, :v)", rows=rows
    )
    return url


@pytest.fixture(scope="session")
def server(postgres: str) -> str:
    """The URL of the tests' PostgreSQL, with a table of pings of many types."""
    url = f"postgresql+psycopg://{postgres}"
    execute(
        url,
        "create table pings (id bigint, seen timestamptz, day date, price numeric(9, 2), tags jsonb, ok boolean, note text)",
        "insert into pings select n, timestamptz '2026-03-29 00:30Z' + (n / 1000) * interval '1 minute', date '2026-03-29', "
        "n / 4.0, '{\"a\": [1]}', n % 2 = 0, case when n >= 50000 then 'late' end from generate_series(0, 59999) n",
        'create schema "North Side"',
        'create table "North Side"."Counts" ("When" timestamp, "visitors: all" int)',
        'insert into "North Side"."Counts" values (\'2026-03-29 02:30\', 5)',
    )
    return url


def ids(chunks: SqlQuery, name: str = "id") -> list[int]:
    return [value for chunk in chunks for value in chunk.frame[name].to_list()]


def test_a_table_comes_in_chunks(shop: str) -> None:
    for source in (shop + "#sales", shop):
        opened = open_chunks(source, rows=30)
        assert opened.name == "The table sales"
        assert opened.columns == ("id", "written", "amount")
        chunks = list(opened)
        assert [chunk.frame.height for chunk in chunks] == [30, 30, 30, 10]
        assert pl.concat([chunk.lines for chunk in chunks]).to_list() == list(range(1, 101))
        assert pl.concat([chunk.frame for chunk in chunks])["id"].to_list() == list(range(100))
    (chunk,) = open_chunks(shop, columns=["amount"])
    assert chunk.frame.schema == pl.Schema({"amount": pl.Float64()})


def test_the_url_may_come_from_the_environment(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_URL", shop)
    assert open_chunks("env:SHOP_URL#sales").columns == ("id", "written", "amount")
    monkeypatch.delenv("SHOP_URL")
    with pytest.raises(InputError, match="The environment variable SHOP_URL is not set"):
        open_chunks("env:SHOP_URL#sales")


def test_a_query_may_hold_colons_and_percent_signs(shop: str) -> None:
    query = "select id, written as w, ':x' as c from sales where written like '%00:0%' and id % 2 = 0; "
    opened = SqlQuery(shop, query=query, watermark="w", since="2026-03-01 00:01:00")
    assert opened.columns == ("id", "w", "c")
    assert ids(opened) == [n for n in range(14, 70) if n % 2 == 0]


def test_plain_values_are_exclusive(shop: str) -> None:
    assert ids(SqlQuery(shop, table="sales", watermark="id", since=97)) == [98, 99]
    opened = SqlQuery(shop, table="sales", watermark="id", since=99)
    (chunk,) = opened
    assert (chunk.frame.shape, opened.reached) == ((0, 3), None)
    since = datetime(2026, 3, 1, 0, 13)
    assert ids(SqlQuery(shop, table="sales", watermark="written", since=since)) == [98, 99]


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1)), max_size=8), min_size=1, max_size=4),
    st.integers(1, 5),
)
def test_incremental_reads_are_one_whole_read(
    tmp_path_factory: pytest.TempPathFactory, arrivals: list[list[tuple[int, int]]], rows: int
) -> None:
    """Rows arrive in batches, each at or after the newest watermark before it; ties and twins of rows on purpose."""
    url = f"sqlite:///{tmp_path_factory.mktemp('sql') / 't.db'}"
    execute(url, "create table t (w integer, v integer)")
    stored: str | None = None
    newest, got, arrived = 0, Counter[tuple[int, ...]](), Counter[tuple[int, ...]]()
    for batch in arrivals:
        made = [{"w": newest + step, "v": value} for step, value in batch]
        if made:
            execute(url, "insert into t values (:w, :v)", rows=made)  # type: ignore[arg-type]
        arrived.update((row["w"], row["v"]) for row in made)
        newest = max([newest, *(row["w"] for row in made)])
        query = SqlQuery(url, table="t", watermark="w", since=Mark.of(stored) if stored else None, rows=rows)
        got.update(row for chunk in query for row in chunk.frame.rows())
        stored = query.reached.text() if query.reached else None
        assert got == arrived


def test_a_read_that_stops_early_goes_on_there(shop: str) -> None:
    query = SqlQuery(shop, table="sales", watermark="written", rows=30)
    first = next(iter(query)).frame["id"].to_list()
    assert query.reached is not None
    rest = ids(SqlQuery(shop, table="sales", watermark="written", since=Mark.of(query.reached.text())))
    assert sorted(first + rest) == list(range(100))


def test_rows_without_a_watermark_are_counted(shop: str) -> None:
    execute(shop, "insert into sales values (100, null, 1)")
    chunks = list(SqlQuery(shop, table="sales", watermark="written"))
    assert sum(chunk.frame.height for chunk in chunks) == 100
    assert chunks[0].notes == ("The table sales has 1 rows without 'written', which were not read.",)


def test_odd_values_of_sqlite_become_text(shop: str) -> None:
    execute(
        shop, "insert into sales values ('x', '2026-03-02', 99999999999999999999)", "update sales set id = null where id = 0"
    )
    (chunk,) = open_chunks(shop)
    assert chunk.frame["id"].to_list() == [None, *map(str, range(1, 100)), "x"]


def test_what_is_wrong_is_named(shop: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no table 'sale'; its tables are sales") as missing:
        open_chunks(shop + "#sale")
    assert "'sales'" in missing.value.hint
    with pytest.raises(ColumnMissingError, match="'wirtten' for the watermark") as column:
        SqlQuery(shop, table="sales", watermark="wirtten")
    assert "'written'" in column.value.hint
    with pytest.raises(InputError, match="no such table: nowhere"):
        SqlQuery(shop, query="select * from nowhere")
    with pytest.raises(InputError, match=r"There is no file .*other\.db"):
        open_chunks(f"sqlite:///{tmp_path / 'other.db'}")
    assert not (tmp_path / "other.db").exists()
    with pytest.raises(InputError, match="Both a table and a query"):
        SqlQuery(shop, table="sales", query="select 1")
    with pytest.raises(InputError, match="needs the watermark's column"):
        SqlQuery(shop, table="sales", since=3)
    execute(shop, "create table other (a integer)")
    with pytest.raises(InputError, match="has the tables other, sales"):
        open_chunks(shop)


def test_without_sqlalchemy_the_install_line_is_said(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sqlalchemy", None)
    with pytest.raises(MissingExtraError, match=r'pip install "busyness\[sql\]"'):
        open_chunks(shop)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://ann:s3cret@127.0.0.1:1/shop",
        "postgresql+psycopg://ann:s3cret@no such host/shop",
        "postgresql+psycopg://ann:s3cret@127.0.0.1:port/shop",
        "postgresql+nothing://ann:s3cret@127.0.0.1/shop",
        "mysql+pymysql://ann:s3cret@127.0.0.1/shop",
        "s3cret://ann:s3cret@[",
    ],
)
def test_no_error_shows_the_password(url: str) -> None:
    with pytest.raises((InputError, MissingExtraError)) as wrong:
        open_chunks(url + "#sales")
    shown, cause = str(wrong.value), wrong.value.__cause__
    assert "ann:s3cret" not in shown
    assert cause is None


def test_postgres_streams_every_type(server: str) -> None:
    chunks = list(open_chunks(server + "#pings", rows=25_000))
    assert [chunk.frame.height for chunk in chunks] == [25_000, 25_000, 10_000]
    first = chunks[0].frame
    assert first.schema["seen"] == pl.Datetime("us", "UTC")
    assert first.row(5) == (5, datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29), 1.25, '{"a": [1]}', False, None)
    assert chunks[2].frame["note"].unique().to_list() == ["late"]
    assert first.schema["note"] == pl.String


def test_postgres_goes_on_at_a_watermark(server: str) -> None:
    execute(server, "create table live (id int, seen timestamptz)")
    noon, got = datetime(2026, 3, 1, 12, tzinfo=UTC), []
    stored: str | None = None
    for batch in ([0, 0, 1], [1, 1, 2], [], [2]):
        for minute in batch:
            execute(server, f"insert into live values ({minute}, '{noon + timedelta(minutes=minute)}')")
        query = SqlQuery(server, table="live", watermark="seen", since=Mark.of(stored) if stored else None)
        got += ids(query)
        assert query.reached is not None
        stored = query.reached.text()
    assert got == [0, 0, 1, 1, 1, 2, 2]


def test_postgres_takes_a_time_as_text(server: str) -> None:
    got = ids(SqlQuery(server, table="pings", watermark="seen", since="2026-03-29 01:28:00+00"))
    assert got == list(range(59_000, 60_000))
    aware = datetime(2026, 3, 28, 20, 28, tzinfo=timezone(timedelta(hours=-5)))
    assert ids(SqlQuery(server, table="pings", watermark="seen", since=aware)) == got


def test_postgres_names_with_capitals_spaces_and_colons(server: str) -> None:
    query = SqlQuery(server, table="North Side.Counts", watermark="When")
    (chunk,) = query
    assert chunk.frame.columns == ["When", "visitors: all"]
    assert chunk.frame.row(0)[1] == 5
    quoted = SqlQuery(server, query='select "When"::date as day from "North Side"."Counts" where \'50%\' like \'50%\'')
    assert [chunk.frame.row(0) for chunk in quoted] == [(date(2026, 3, 29),)]


def test_postgres_errors_are_one_sentence_without_the_password(server: str, postgres: str) -> None:
    with pytest.raises(InputError, match="no table 'pigns'"):
        open_chunks(server + "#pigns")
    with pytest.raises(InputError, match="invalid input syntax"):
        list(SqlQuery(server, table="pings", watermark="seen", since="yesterday-ish"))
    with pytest.raises(InputError, match="password authentication failed") as refused:
        open_chunks(f"postgresql+psycopg://ann:wr0ng@{postgres.rpartition('@')[2]}#pings")
    assert "wr0ng" not in str(refused.value)
    assert refused.value.__cause__ is None
