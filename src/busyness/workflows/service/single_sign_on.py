"""A user of ours for somebody whom an identity provider vouches for: made at the first sign-in, brought up to date later."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from busyness.domain.errors import ForbiddenError
from busyness.state.deed import Deed
from busyness.state.people import Principal as User
from busyness.state.people import Profile
from busyness.state.store import State
from busyness.workflows.service.access import Principal
from busyness.workflows.settings import Language

_CLAIMED = ("role", "worlds", "places", "person")


def signed_in_elsewhere(
    state: State, said: Principal, *, subject: str, email: str | None, language: Language, now: datetime
) -> User:
    """This will return the user of ``subject`` (issuer and subject), with the rights that the provider says today.

    ``language`` is of a new user; an old one keeps their own, and their address where the provider names none.

    Raises:
        ForbiddenError: an administrator has locked them out.

    """
    claimed = Profile(
        name=said.name,
        role=said.role,
        worlds=None if said.worlds is None else tuple(sorted(said.worlds)),
        places=None if said.places is None else tuple(sorted(said.places)),
        person=said.person,
        language=language,
        email=email,
        subject=subject,
    )
    with state.transaction():
        before = state.people.by_subject(subject)
        if before is None:
            made = state.people.create(claimed, now=now)
            _note(state, "user.create", made, before=None, now=now)
            return made
        if before.disabled:
            raise ForbiddenError("This user is locked out.", resource="sessions", action="write")
        wanted = replace(claimed, language=before.language, email=email or before.email)
        if all(getattr(wanted, each.name) == getattr(before, each.name) for each in fields(Profile)):
            return before
        after = state.people.update(before.id, wanted)
        _note(state, "user.change", after, before=before, now=now)
        return after


def _note(state: State, action: str, user: User, *, before: User | None, now: datetime) -> None:
    """What the provider decides stands in the log; the name and the address say nothing of anybody's rights."""
    deed = Deed(at=now, action=action, principal=user.id, role=user.role, resource=f"users/{user.id}")
    was = None if before is None else {name: getattr(before, name) for name in _CLAIMED}
    state.audit.write(replace(deed, before=was, after={name: getattr(user, name) for name in _CLAIMED}))
