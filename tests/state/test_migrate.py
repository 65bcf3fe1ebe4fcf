"""Migrations: from nothing and from every revision to the tables that the program has, with the rows kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata

from busyness.domain.errors import InputError
from busyness.state.database import Database
from busyness.state.migrate import REVISIONS, context_of, head, revision_of
from busyness.state.schema import METADATA
from busyness.state.store import State
from busyness.testing.clock import NOON


def test_tables_and_revisions_agree(state: State) -> None:
    with state.database.reading() as connection:
        context = context_of(connection, compare_type=True, compare_server_default=True)
        assert compare_metadata(context, METADATA) == []
        assert revision_of(connection) == head()
        names = {key["name"] for table in METADATA.tables for key in sa.inspect(connection).get_foreign_keys(table)}
    assert {"fk_api_keys_principal", "fk_roster_shifts_roster"} <= names


def test_rows_of_the_first_revision_are_still_there(empty: Callable[[], str]) -> None:
    url = empty()
    first = Database.open(url, revision="0001")
    person = {"id": "u_1", "name": "Ann", "role": "admin", "places": '["S1"]', "language": "es", "disabled": False}
    with first.writing() as connection:
        columns = [sa.column(name) for name in person] + [sa.column("created_at", sa.DateTime(timezone=True))]
        connection.execute(sa.table("principals", *columns).insert().values(**person, created_at=NOON))
        assert not sa.inspect(connection).has_table("overrides")
        assert revision_of(connection) == "0001"
    first.close()
    with State.open(url) as state:
        ann = state.people.get("u_1")
        assert (ann.name, ann.places, ann.worlds, ann.created_at, ann.erased_at) == ("Ann", ("S1",), None, NOON, None)
        _, text = state.keys.create("u_1", now=NOON)
        assert state.keys.verify(text, NOON) == ann
        with state.database.reading() as connection:
            assert compare_metadata(context_of(connection), METADATA) == []


def test_many_programs_may_start_at_once(empty: Callable[[], str]) -> None:
    url = empty()
    with ThreadPoolExecutor(6) as pool:
        for opened in pool.map(lambda _: State.open(url), range(6)):
            assert opened.people.count() == 0
            opened.close()


def test_tables_of_a_newer_program_are_left_alone(state: State, url: str) -> None:
    with state.database.writing() as connection:
        connection.execute(sa.text(f"UPDATE {REVISIONS} SET version_num = '9999'"))
    with pytest.raises(InputError, match="newer busyness"):
        State.open(url)
    with state.database.writing() as connection:
        connection.execute(sa.text(f"UPDATE {REVISIONS} SET version_num = '{head()}'"))


def test_nobody_goes_back(state: State, url: str) -> None:
    with pytest.raises(InputError, match="tables are newer"):
        Database.open(url, revision="0001")
