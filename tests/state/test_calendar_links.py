"""Calendar links: a secret that is nowhere, and that ends."""

import pytest
import sqlalchemy as sa

from busyness.domain.errors import UnknownRecordError
from busyness.state.people import Principal
from busyness.state.store import State
from busyness.testing.clock import NOON


def test_a_link_is_its_owner_s_until_it_ends(state: State, ben: Principal) -> None:
    first = state.calendar_links.create(ben.id, now=NOON)
    assert state.calendar_links.verify(first) == ben
    second = state.calendar_links.create(ben.id, now=NOON)
    assert state.calendar_links.verify(first) is None
    assert state.calendar_links.verify(second) == ben
    assert state.calendar_links.verify(second[:-1]) is None
    assert state.calendar_links.verify("\0" * 43) is None
    with state.database.reading() as connection:
        assert second not in str(list(connection.execute(sa.text("SELECT * FROM calendar_links"))))
    state.calendar_links.revoke(ben.id)
    assert state.calendar_links.verify(second) is None


def test_the_locked_out_have_none(state: State, ben: Principal) -> None:
    link = state.calendar_links.create(ben.id, now=NOON)
    state.people.disable(ben.id)
    assert state.calendar_links.verify(link) is None
    with pytest.raises(UnknownRecordError):
        state.calendar_links.create(ben.id, now=NOON)
