"""Notices: they reach whom they are for, and nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.state.notices import NewNotice
from busyness.state.people import Principal, Profile
from busyness.state.store import State
from busyness.testing.clock import NOON

HOUR = timedelta(hours=1)


def texts(state: State, reader: Principal, *, unread: bool = False) -> list[str]:
    return [notice.text for notice in state.notices.of(reader, unread=unread).items]


def test_each_gets_their_own(state: State, ann: Principal, ben: Principal) -> None:
    state.notices.send(NewNotice(text="swap_approved", person="E7", details={"day": "2024-06-04"}), now=NOON)
    state.notices.send(NewNotice(text="published", role="staff", place="S1"), now=NOON)
    state.notices.send(NewNotice(text="elsewhere", role="staff", place="S2"), now=NOON)
    state.notices.send(NewNotice(text="all_staff", role="staff", world="retail"), now=NOON)
    state.notices.send(NewNotice(text="drift", role="admin", place="S9"), now=NOON)
    assert texts(state, ben) == ["all_staff", "published", "swap_approved"]
    assert texts(state, ann) == ["drift"]
    assert texts(state, replace(ben, worlds=("couriers",))) == ["published", "swap_approved"]
    assert state.notices.of(ben, limit=2).next is not None


def test_reading_is_noted_for_each_reader(state: State, ben: Principal) -> None:
    eva = state.people.create(Profile(name="Eva", role="staff", person="E8"), now=NOON)
    sent = state.notices.send(NewNotice(text="published", role="staff"), now=NOON)
    assert state.notices.read(sent.id, reader=ben, now=NOON + HOUR).read_at == NOON + HOUR
    assert state.notices.read(sent.id, reader=ben, now=NOON + 2 * HOUR).read_at == NOON + HOUR
    assert (texts(state, ben, unread=True), texts(state, eva, unread=True)) == ([], ["published"])
    assert texts(state, ben) == ["published"]


def test_nobody_reads_what_is_not_theirs(state: State, ann: Principal, ben: Principal) -> None:
    sent = state.notices.send(NewNotice(text="swap_approved", person="E7"), now=NOON)
    for reader, number in ((ann, sent.id), (ben, sent.id + 1)):
        with pytest.raises(UnknownRecordError):
            state.notices.read(number, reader=reader, now=NOON)
    for wrong in (NewNotice(text="x"), NewNotice(text="x", person="E7", role="staff")):
        with pytest.raises(InputError, match="a person or to a role"):
            state.notices.send(wrong, now=NOON)


def test_notices_after_a_number_come_in_order_whoever_they_are_for(state):
    assert state.notices.newest() == 0
    sent = [state.notices.send(NewNotice(text="t", person=name), now=NOON) for name in ("ana", "berta", "ana")]
    assert state.notices.newest() == sent[-1].id
    assert [one.id for one in state.notices.after(sent[0].id)] == [one.id for one in sent[1:]]
    assert state.notices.after(0, limit=1)[0].person == "ana"
