"""The first start: nobody may come in yet, so somebody is let in, once, and without a password that others could know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from busyness.state.deed import Deed
from busyness.state.people import Profile
from busyness.state.store import State


@dataclass(frozen=True)
class FirstAdmin:
    """What the first administrator gets: a key, shown this once, and the token of a link that signs a browser in once."""

    key: str
    link: str


def first_admin(state: State, *, now: datetime) -> FirstAdmin | None:
    """This will make the first administrator where there is no user at all, and return None where there is one."""
    if state.people.count():
        return None
    with state.transaction():
        admin = state.people.create(Profile(name="Administrator", role="admin"), now=now)
        key, text = state.keys.create(admin.id, now=now, label="first start")
        link = state.sessions.link(admin.id, now=now)
        state.audit.write(
            Deed(at=now, action="service.first_start", principal=admin.id, role="admin", resource=f"keys/{key.id}")
        )
    return FirstAdmin(text, link)
