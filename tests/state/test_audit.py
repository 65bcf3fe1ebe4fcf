"""The audit log: in order under many writers, and no changed byte goes unseen."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import InputError
from busyness.state.audit import AuditFilter
from busyness.state.chain import SEALED
from busyness.state.deed import Deed
from busyness.state.people import Profile
from busyness.state.schema import AUDIT
from busyness.state.store import State
from busyness.testing.clock import NOON

Undone = Callable[[State], AbstractContextManager[sa.Connection]]
DAY = timedelta(days=1)
IN_A_TRANSACTION = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def deed(number: int, **values: Any) -> Deed:
    filled = {"action": "overrides.add", "principal": "u_1", "role": "operations", "world": "retail", "place": "S1"}
    filled |= {
        "resource": f"overrides/{number}",
        "before": {"value": number},
        "after": {"value": "ü", "list": [1, None, 0.1]},
    }
    return Deed(at=NOON + number * DAY, **{**filled, "request_id": "r", "address": "192.0.2.7", **values})


@pytest.fixture
def written(state: State) -> State:
    for number in range(5):
        state.audit.write(deed(number))
    return state


def test_what_was_written_comes_back_newest_first(written: State) -> None:
    first = written.audit.list(limit=3)
    rest = written.audit.list(limit=3, cursor=first.next)
    assert [entry.number for entry in first.items + rest.items] == [5, 4, 3, 2, 1]
    assert rest.next is None
    newest = first.items[0]
    assert (newest.at, newest.before, newest.after) == (NOON + 4 * DAY, {"value": 4}, {"value": "ü", "list": [1, None, 0.1]})
    assert newest.previous == first.items[1].hash
    assert written.audit.verify() == written.audit.verify(head=written.audit.head())
    assert (written.audit.verify().rows, written.audit.verify().broken) == (5, None)


def test_rows_are_found_by_what_they_say(written: State) -> None:
    written.audit.write(deed(9, action="keys.revoke", outcome="refused", place=None))
    asked = [
        (AuditFilter(action="keys.revoke"), [6]),
        (AuditFilter(outcome="refused", world="retail"), [6]),
        (AuditFilter(resource="overrides/2"), [3]),
        (AuditFilter(since=NOON + DAY, until=NOON + 3 * DAY), [3, 2]),
        (AuditFilter(principal="u_2"), []),
    ]
    for which, numbers in asked:
        assert [entry.number for entry in written.audit.list(which).items] == numbers


def test_what_an_attacker_sent_does_not_keep_a_row_away(state: State) -> None:
    entry = state.audit.write(deed(0, outcome="refused", resource="a\0b\ud800", before={"x": "\ud800\0", "y": ["\0"]}))
    assert state.audit.list().items[0].resource == entry.resource
    assert state.audit.verify().broken is None
    state.audit.write(deed(1, before=MappingProxyType({"a": 1})))
    with pytest.raises(InputError, match="one of done, refused, failed"):
        deed(0, outcome="perhaps")
    with pytest.raises(InputError, match="no cursor"):
        state.audit.list(cursor="x")


CHANGES = {
    "number": 77, "at": "2001-01-01 00:00:00.000000", "principal": "u_9", "role": None, "action": "x", "resource": "y",
    "world": None, "place": "", "outcome": "failed", "before": '{"value":8}', "after": None, "request_id": "q",
    "address": "::1", "salts": "{}", "seals": "{}", "previous": "0", "hash": "0",
}  # fmt: skip


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_field_is_named(written: State, column: str) -> None:
    raw = sa.table("audit", *(sa.column(name) for name in CHANGES))
    value = NOON if column == "at" and not written.database.is_sqlite else CHANGES[column]
    with written.database.writing() as connection:
        connection.execute(raw.update().where(raw.c.number == 3).values({column: value}))
    found = written.audit.verify()
    assert found.broken == (4 if column == "number" else 3)
    assert found.why


@IN_A_TRANSACTION
@given(data=st.data())
def test_any_changed_byte_is_seen(written: State, undone: Undone, data: st.DataObject) -> None:
    texts = [name for name in CHANGES if name not in ("number", "at")]
    number, column = data.draw(st.integers(1, 5)), data.draw(st.sampled_from(texts))
    raw = sa.table("audit", *(sa.column(name) for name in CHANGES))
    with undone(written) as connection:
        before = connection.execute(sa.select(raw.c[column]).where(raw.c.number == number)).scalar_one()
        place = data.draw(st.integers(0, max(len(before) - 1, 0)))
        letter = data.draw(
            st.characters(codec="utf-8", exclude_characters="\0").filter(lambda drawn: drawn != before[place : place + 1])
        )
        after = before[:place] + letter + before[place + 1 :]
        connection.execute(raw.update().where(raw.c.number == number).values({column: after}))
        assert written.audit.verify().broken == number
    assert written.audit.verify().broken is None


@pytest.mark.parametrize("number", [1, 3, 5])
def test_a_missing_row_is_seen(written: State, number: int) -> None:
    head = written.audit.head()
    with written.database.writing() as connection:
        connection.execute(AUDIT.delete().where(AUDIT.c.number == number))
    assert written.audit.verify(head=head).broken == {1: 2, 3: 4, 5: 5}[number]


@pytest.mark.parametrize("field", SEALED)
def test_a_field_cannot_be_taken_out_in_silence(written: State, field: str) -> None:
    with written.database.writing() as connection:
        row = connection.execute(AUDIT.select().where(AUDIT.c.number == 2)).one()
        salts = {name: salt for name, salt in row.salts.items() if name != field}
        connection.execute(AUDIT.update().where(AUDIT.c.number == 2).values({field: None, "salts": salts}))
    found = written.audit.verify()
    assert (found.broken, found.why) == (2, "something was taken out, and no erasure says so")


def test_an_erasure_takes_fields_out_and_the_chain_holds(written: State) -> None:
    written.audit.write(deed(9, before={"name": "Ben Ortiz"}, principal="u_2"))
    head = written.audit.head()
    eraser = Deed(at=NOON, action="erased", principal="u_1")
    assert written.audit.redact(lambda text: "Ben Ortiz" in text, principals=frozenset({"u_2"}), deed=eraser) == 1
    entry = written.audit.list().items[1]
    assert (entry.before, entry.address, entry.redacted) == (None, None, ("address", "before"))
    assert (entry.resource, entry.principal) == ("overrides/9", "u_2")
    found = written.audit.verify(head=head)
    assert (found.broken, found.rows, found.redacted) == (None, 7, 1)


def test_a_log_that_was_cut_off_says_where(written: State) -> None:
    written.audit.write(deed(9, before={"name": "Ben"}))
    written.audit.redact(lambda text: "Ben" in text, principals=frozenset(), deed=Deed(at=NOON, action="erased"))
    assert written.audit.prune(NOON - DAY, deed=Deed(at=NOON, action="pruned")) == 0
    assert written.audit.prune(NOON + 2 * DAY, deed=Deed(at=NOON + 10 * DAY, action="pruned")) == 2
    assert written.audit.verify().broken is None
    assert written.audit.prune(NOON + 99 * DAY, deed=Deed(at=NOON + 99 * DAY, action="pruned")) == 6
    found = written.audit.verify()
    assert (found.rows, found.broken) == (1, None)
    with written.database.writing() as connection:
        connection.execute(AUDIT.update().values(previous="0" * 64))
    assert written.audit.verify().broken is not None


def test_many_writers_make_one_chain(state: State, url: str) -> None:
    with State.open(url) as other, ThreadPoolExecutor(8) as pool:
        both = (state, other)
        numbers = list(pool.map(lambda k: both[k % 2].audit.write(deed(k)).number, range(60)))
    assert sorted(numbers) == list(range(1, 61))
    found = state.audit.verify()
    assert (found.rows, found.broken) == (60, None)


def test_an_edit_and_its_row_are_kept_together_or_not_at_all(state: State, undone: Undone) -> None:
    with state.transaction():
        added = state.people.create(Profile(name="Eva", role="staff"), now=NOON)
        state.audit.write(deed(0, action="users.add", resource=f"users/{added.id}"))
    with undone(state):
        state.people.create(Profile(name="Ida", role="staff"), now=NOON)
        state.audit.write(deed(1, action="users.add"))
    assert {one.name for one in state.people.list().items} == {"Eva"}
    assert state.audit.verify().rows == 1
