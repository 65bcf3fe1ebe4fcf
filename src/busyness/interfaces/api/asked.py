"""One request as its route sees it: who asks, what they may, which snapshot answers, and what is written down of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request

from busyness.domain.errors import BusynessError, did_you_mean
from busyness.interfaces.api.door import ADMITTED, REMEMBER, REQUEST_ID
from busyness.interfaces.api.gatekeeper import Admitted
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.tokens import not_signed_in
from busyness.state.deed import Deed
from busyness.workflows.service.access import Action, Principal, allowed
from busyness.workflows.service.snapshot import Snapshot

Name = Annotated[str, Query(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An id or a name in a query: no control characters, which some databases cannot hold."""
WorldName = Annotated[
    str | None,
    Query(alias="world", max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$", description="none: your first"),
]


class Asked:
    """What a route needs of its request."""

    def __init__(self, request: Request) -> None:
        admitted: Admitted | None = request.scope.get(ADMITTED)
        if admitted is None:
            raise not_signed_in("This needs a key.")
        self.request, self.admitted = request, admitted
        self.principal: Principal = admitted.principal
        self.service: Service = request.app.state.service
        self.request_id: str = request.scope[REQUEST_ID]

    def may(self, resource: str, action: Action = "read", **where: str | None) -> None:
        """This will return if the principal may; ``where`` names world, place, person. Raises ``ForbiddenError``."""
        allowed(self.principal, resource, action, **where)

    def world(self, name: str | None) -> str:
        """This will return the world that is asked about: the named one, else the first of theirs that answers.

        Raises:
            Problem: 404, when there is no such world, or none for them.

        """
        names = self.service.holder.names
        if name is None:
            mine = [one for one in names if self.principal.sees_world(one)]
            if not mine:
                raise Problem(404, "No world is open to you.", field="query.world", hint="Ask an administrator for one.")
            return next((one for one in mine if self.service.held(one) is not None), mine[0])
        if name not in names:
            shown = [one for one in names if self.principal.sees_world(one)]
            hint = did_you_mean(name, shown) or f"Yours are {', '.join(shown) or 'none'}."
            raise Problem(404, f"There is no world '{name}'.", field="query.world", hint=hint)
        return name

    def snapshot(self, world: str | None, resource: str, *, action: Action = "read") -> Snapshot:
        """This will return what answers in a world, once the principal may ask for this there."""
        name = self.world(world)
        self.may(resource, action, world=name)
        try:
            return self.service.holder.world(name)
        except BusynessError as fault:
            raise Problem(503, fault.message, field="query.world", hint=fault.hint) from None

    def places(self, snapshot: Snapshot, named: Iterable[str], *, resource: str, action: Action = "read") -> tuple[str, ...]:
        """This will return the named places, each checked, or, where none is named, all that the principal sees.

        Raises:
            UnknownPlaceError: the world has no place of that id.
            ForbiddenError: a named place is not among theirs.

        """
        wanted = tuple(dict.fromkeys(named))
        for place in wanted:
            self.may(resource, action, world=snapshot.world, place=place)
            snapshot.place(place)
        return wanted or tuple(self.principal.places_among(snapshot.forecast.ids))

    def scope(self) -> tuple[str, ...] | None:
        """This will return the places that the principal is limited to; None: to none."""
        return None if self.principal.places is None else tuple(sorted(self.principal.places))

    def remember(self, snapshot: Snapshot) -> None:
        """This will let the door answer the same question from memory, while the world serves this snapshot."""
        self.request.scope[REMEMBER] = (snapshot.world, snapshot)

    def deed(self, action: str, resource: str, **said: Any) -> Deed:  # fields of Deed
        """This will word a row of the audit log: ``world``, ``place``, ``before``, ``after`` as keywords."""
        return deed_of(self.request, self.service, action=action, resource=resource, **said)

    def done(self, action: str, resource: str, **said: Any) -> None:  # fields of Deed
        """This will write into the audit log what was done; inside ``state.transaction()`` with it, or not at all."""
        self.service.state.audit.write(self.deed(action, resource, **said))


def deed_of(
    request: Request,
    service: Service,
    *,
    action: str,
    resource: str,
    **said: Any,
) -> Deed:
    """This will word a row of the audit log about a request, whoever sent it."""
    admitted: Admitted | None = request.scope.get(ADMITTED)
    return Deed(
        at=service.now(),
        action=action,
        resource=resource,
        principal=admitted.principal.id if admitted else None,
        role=admitted.principal.role if admitted else None,
        request_id=request.scope.get(REQUEST_ID),
        address=request.client.host if request.client else None,
        **said,
    )


def asked(request: Request) -> Asked:
    """This will return the request as routes see it; raises ``Problem`` 401 where nobody is signed in."""
    return Asked(request)


Caller = Annotated[Asked, Depends(asked)]
Facts = Mapping[str, Any]
