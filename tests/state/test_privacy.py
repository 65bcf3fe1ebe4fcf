"""Privacy: what is kept of a person can be handed out, and taken out without a trace."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from busyness.domain.errors import UnknownRecordError
from busyness.state.column_types import JsonText, PlainText
from busyness.state.deed import Deed
from busyness.state.notices import NewNotice
from busyness.state.people import Principal, Profile
from busyness.state.privacy import CODES, FREE
from busyness.state.rosters import RosterEdit, RosterShift
from busyness.state.schema import METADATA
from busyness.state.store import State
from busyness.state.swaps import NewSwap
from busyness.testing.clock import NOON

Held = Callable[[State], dict[str, list[tuple[object, ...]]]]
ERASURE = Deed(at=NOON, action="privacy.erase", principal="u_admin", role="admin")


def test_all_that_is_kept_is_handed_out(busy: State, ben: Principal) -> None:
    document = busy.privacy.export_person("E7")
    assert document == busy.privacy.export_person(ben.id)
    assert json.loads(json.dumps(document)) == document
    assert set(document) == {
        "principals", "keys", "sessions", "login_links", "calendar_links", "shifts", "swaps", "notices", "notices_read",
        "overrides", "observations", "observation_posts", "audit",
    }  # fmt: skip
    assert [row["email"] for row in document["principals"]] == ["ben@shop.example"]
    assert len(document["swaps"]) == 2
    assert "digest" not in str(document)
    with pytest.raises(UnknownRecordError, match="no person 'E9'"):
        busy.privacy.export_person("E9")


def test_an_erased_person_is_nowhere(busy: State, ann: Principal, ben: Principal, held: Held, url: str) -> None:
    before = held(busy)
    head = busy.audit.head()
    done = busy.privacy.erase_person("E7", deed=ERASURE)
    after = held(busy)
    for name, rows in after.items():
        text = str(rows).lower()
        assert not any(trace in text for trace in ("ben ortiz", "ben@shop.example", "'e7'", "192.0.2.7")), name
    gone = {"sessions", "login_links", "calendar_links", "notice_reads", "notices"}
    assert {name for name in after if len(after[name]) < len(before[name])} == gone
    assert len(after["audit"]) == len(before["audit"]) + 1
    assert done.principals == (ben.id,)
    erased = busy.people.get(ben.id)
    assert (erased.name, erased.person, erased.disabled, erased.erased_at) == ("erased", done.pseudonym, True, NOON)
    assert busy.people.get(ann.id) == ann
    assert [one.shift.person for one in busy.rosters.of_person("E8", start=NOON, end=NOON.replace(hour=13))] == ["E8"]
    assert busy.overrides.list("retail").items[0].reason == f"{done.pseudonym} says: a parade"
    found = busy.audit.verify(head=head)
    assert (found.broken, found.redacted, done.audit_rows) == (None, 2, 2)
    kept = busy.audit.list(limit=4).items
    assert kept[0].resource == f"person/{done.pseudonym}"
    assert (kept[1].resource, kept[1].before) == ("overrides/7", {"value": 7})
    assert (kept[2].resource, kept[2].principal, kept[2].redacted) == (None, ben.id, ("address", "resource"))
    if busy.database.is_sqlite:
        file = Path(url.removeprefix("sqlite:///"))
        raw = b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*")).lower()
        assert b"ben@shop.example" not in raw
        assert b"ben ortiz" not in raw


def test_a_name_that_only_rosters_know_goes(state: State, ann: Principal) -> None:
    name, hour = "Helena Quintero Soliz", timedelta(hours=1)
    shifts = (
        RosterShift("S03-07", NOON, NOON + hour, {"role": "till", "name": name}),
        RosterShift("S03-08", NOON, NOON + hour, {"name": "Raúl Paz", "note": f"with {name}, S03-07"}),
    )
    edit = RosterEdit(
        world="w", place="p", week=NOON.date(), shifts=shifts, based_on=0, by=ann.id, note=f"{name.upper()} asked"
    )
    state.rosters.publish(state.rosters.save(edit, now=NOON).id, by=ann.id, now=NOON)
    swap = NewSwap(world="w", place="p", person="S03-08", start=NOON, end=NOON + hour, message=f"For {name}!")
    state.swaps.ask(swap, now=NOON)
    state.notices.send(NewNotice(text="sick", role="operations", details={"name": name, "person": "S03-07"}), now=NOON)
    said = {"shifts": [{"person": "S03-07", "detail": {"name": name}}]}
    state.audit.write(Deed(at=NOON, action="rosters.save", principal=ann.id, resource="rosters/1", after=said))
    done = state.privacy.erase_person("S03-07", deed=ERASURE)
    with state.database.reading() as connection:
        for table in METADATA.tables.values():
            text = str([tuple(row) for row in connection.execute(table.select())]).casefold()
            assert "quintero" not in text, table.name
            assert "s03-07" not in text, table.name
    (kept,) = state.rosters.of_person(done.pseudonym, start=NOON, end=NOON + hour)
    assert kept.shift.detail == {"role": "till", "name": done.pseudonym}
    (other,) = state.rosters.of_person("S03-08", start=NOON, end=NOON + hour)
    assert other.shift.detail["name"] == "Raúl Paz"
    assert state.audit.verify().broken is None


def test_a_name_given_in_place_of_an_id_leads_to_the_id(state: State, ben: Principal) -> None:
    with pytest.raises(UnknownRecordError) as told:
        state.privacy.export_person("ben ortiz")
    assert told.value.hint == f"That is a name. Give the id: {ben.id}."
    shift = RosterShift("S03-07", NOON, NOON + timedelta(hours=1), {"name": "Helena Quintero Soliz"})
    state.rosters.save(RosterEdit(world="w", place="p", week=NOON.date(), shifts=(shift,), based_on=0, by=ben.id), now=NOON)
    with pytest.raises(UnknownRecordError, match="Give the id: S03-07"):
        state.privacy.export_person("Helena Quintero Soliz")


def test_who_was_erased_before_is_erased_again(state: State, ann: Principal, ben: Principal) -> None:
    """What was kept of them by an older version, or written since, goes with their pseudonym."""
    first = state.privacy.erase_person(ben.id, deed=ERASURE)
    shift = RosterShift(first.pseudonym, NOON, NOON + timedelta(hours=1), {"name": "Ben Ortiz", "note": "erased Tuesday"})
    edit = RosterEdit(world="w", place="p", week=NOON.date(), shifts=(shift,), based_on=0, by=ann.id)
    state.rosters.publish(state.rosters.save(edit, now=NOON).id, by=ann.id, now=NOON)
    again = state.privacy.erase_person(first.pseudonym, deed=ERASURE)
    (kept,) = state.rosters.of_person(again.pseudonym, start=NOON, end=NOON + timedelta(hours=1))
    assert kept.shift.detail == {"name": again.pseudonym, "note": "erased Tuesday"}


def test_the_erased_are_locked_out_at_once(state: State, ben: Principal) -> None:
    _, text = state.keys.create(ben.id, now=NOON)
    _, token = state.sessions.begin(ben.id, now=NOON)
    assert state.keys.verify(text, NOON) is not None
    assert state.sessions.verify(token, NOON) is not None
    state.privacy.erase_person(ben.id, deed=ERASURE)
    assert state.keys.verify(text, NOON) is None
    assert state.sessions.verify(token, NOON) is None
    with pytest.raises(UnknownRecordError):
        state.keys.create(ben.id, now=NOON)
    with pytest.raises(UnknownRecordError):
        state.privacy.erase_person("E7", deed=ERASURE)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp")), min_size=3, max_size=12)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(first=NAMES, last=NAMES)
def test_any_name_goes(state: State, held: Held, first: str, last: str) -> None:
    name, email = f"{first} {last}", f"{first}.{last}@shop.example"
    person = state.people.create(Profile(name=name, role="staff", person=email, email=email), now=NOON)
    swap = NewSwap(
        world="w", place="p", person=email, start=NOON, end=NOON.replace(hour=13), message=f"Call {name}, {email}!"
    )
    state.swaps.ask(swap, now=NOON)
    said = {"name": name, name: [email, f"“{name}”"]}
    state.audit.write(Deed(at=NOON, action="users.add", principal=person.id, resource=f"person/{email}", after=said))
    state.privacy.erase_person(person.id, deed=ERASURE)
    words = [json.dumps(name, ensure_ascii=False)[1:-1], json.dumps(email, ensure_ascii=False)[1:-1], name, email]
    with state.database.reading() as connection:
        for table in METADATA.tables.values():
            for row in connection.execute(table.select()):
                assert not any(word in str(value) for word in words for value in row)
    assert state.audit.verify().broken is None


def test_every_column_of_text_was_thought_of() -> None:
    """A new column of text is either swept for names, or stands here because nobody writes a name into it."""
    ours = {
        "id", "role", "worlds", "places", "language", "digest", "principal", "replaced_by", "world", "place", "by", "week",
        "model_version", "model_values", "withdrawn_by", "published_by", "status", "decided_by", "kind", "answered_by",
        "idempotency_key", "text", "email", "subject",
    }  # fmt: skip
    swept = {(column.table.name, column.name) for column in (*CODES, *FREE)}
    for table in METADATA.tables.values():
        for column in table.columns:
            text = isinstance(column.type, (PlainText, JsonText))
            elsewhere = table.name == "audit" or (table.name, column.name) == ("notices", "person")
            assert not text or elsewhere or column.name in ours or (table.name, column.name) in swept, column
