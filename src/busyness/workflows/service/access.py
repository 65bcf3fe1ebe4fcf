"""Who may do what, and where: one table of roles, and the one function that asks it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from busyness.domain.errors import ForbiddenError, InputError, did_you_mean

Action = Literal["read", "write"]

_RW = ("read", "write")
_R = ("read",)

_LOOK = {"places": _R, "forecast": _R, "peaks": _R, "history": _R}

_GRANTED: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "operations": {
        **_LOOK,
        "quality": _R,
        "explanation": _R,
        "what_if": _RW,
        "observations": _RW,
        "overrides": _RW,
        "staffing": _RW,
        "intraday": _RW,
        "swaps": _RW,
        "stock": _R,
        "rebalancing": _R,
        "promotions": _R,
        "models": _R,
    },
    "inventory": {**_LOOK, "stock": _RW, "what_if": _RW},
    "logistics": {**_LOOK, "rebalancing": _RW, "what_if": _RW},
    "marketing": {**_LOOK, "promotions": _RW, "what_if": _RW},
    "finance": {
        "places": _R,
        "forecast": _R,
        "history": _R,
        "money": _RW,
        "staffing": _R,
        "stock": _R,
        "rebalancing": _R,
        "promotions": _R,
        "models": _R,
    },
    "staff": {"my_shifts": _RW, "my_notices": _RW},
    "admin": {
        **_LOOK,
        "quality": _R,
        "explanation": _R,
        "what_if": _RW,
        "observations": _RW,
        "overrides": _RW,
        "staffing": _RW,
        "intraday": _RW,
        "swaps": _RW,
        "stock": _RW,
        "rebalancing": _RW,
        "promotions": _RW,
        "money": _RW,
        "models": _RW,
        "my_shifts": _RW,
        "my_notices": _RW,
        "users": _RW,
        "keys": _RW,
        "audit": _R,
        "privacy": _RW,
    },
}

OWN = frozenset({"my_shifts", "my_notices"})
"""What belongs to one person each: nobody reads or writes another's, whatever their role."""

_NO_PLACE = frozenset({"users", "keys", "audit", "privacy"})
"""What belongs to no place or world: only somebody without limits of place or world may touch it."""

ROLES = tuple(_GRANTED)

PERMISSIONS: Mapping[str, frozenset[str]] = {
    role: frozenset(f"{resource}:{action}" for resource, actions in granted.items() for action in actions)
    for role, granted in _GRANTED.items()
}
"""What each role may: ``resource:read`` and ``resource:write``. What is not in here is refused."""

RESOURCES = frozenset(resource for granted in _GRANTED.values() for resource in granted)


@dataclass(frozen=True)
class Principal:
    """Who asks: a person or a program. ``worlds`` and ``places`` are the only ones they see (None: all).

    ``person`` is the member of staff they are, by the id of the rosters (None: none).
    """

    id: str
    name: str
    role: str
    worlds: frozenset[str] | None = None
    places: frozenset[str] | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        if self.role not in PERMISSIONS:
            hint = did_you_mean(self.role, ROLES) or f"Roles are {', '.join(ROLES)}."
            raise InputError(f"There is no role '{self.role}'.", hint=hint)

    @property
    def permissions(self) -> frozenset[str]:
        """What the role may, ``resource:action``."""
        return PERMISSIONS[self.role]

    def sees_world(self, world: str) -> bool:
        """This will say whether a world lies in their scope."""
        return self.worlds is None or world in self.worlds

    def sees_place(self, place: str) -> bool:
        """This will say whether a place lies in their scope."""
        return self.places is None or place in self.places

    def places_among(self, places: Iterable[str]) -> list[str]:
        """This will keep the places of their scope, in order: others are simply absent from lists."""
        return [place for place in places if self.sees_place(place)]


def allowed(
    principal: Principal,
    resource: str,
    action: Action,
    *,
    world: str | None = None,
    place: str | None = None,
    person: str | None = None,
) -> None:
    """This will return if the principal may do this there, and raise ``ForbiddenError`` if not.

    Give ``world``, ``place`` and ``person`` wherever the request names them, one call for each place. What is one person's
    own (shifts, notices) needs ``person``, and only that person passes.
    """
    if f"{resource}:{action}" not in principal.permissions:
        verb = "see" if action == "read" else "change"
        raise _refused(f"The role {principal.role} may not {verb} {_words(resource)}.", resource, action=action)
    if resource in OWN and (person is None or person != principal.person):
        raise _refused("These belong to somebody else.", resource, action=action)
    if resource in _NO_PLACE and (principal.worlds is not None or principal.places is not None):
        raise _refused(f"{_words(resource).capitalize()} are not limited to some places.", resource, action=action)
    if world is not None and not principal.sees_world(world):
        raise _refused(f"The world '{world}' is not among yours.", resource, action=action)
    if place is not None and not principal.sees_place(place):
        raise _refused(f"The place '{place}' is not among yours.", resource, action=action)


def _refused(message: str, resource: str, *, action: str) -> ForbiddenError:
    return ForbiddenError(message, resource=resource, action=action, hint="Ask an administrator if you need it.")


def _words(resource: str) -> str:
    return resource.replace("_", " ")
