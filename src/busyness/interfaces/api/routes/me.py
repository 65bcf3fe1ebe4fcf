"""Who I am here: what the dashboard shows, and the word that its writing requests carry."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response

from busyness.domain.errors import UnknownRecordError
from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.asked import Asked, Caller
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.settings import Language

router = APIRouter(prefix="/v1", tags=["me"], route_class=StrictRoute)

SECTIONS = {
    "today": "forecast:read",
    "operations": "overrides:read",
    "my_shifts": "my_shifts:read",
    "stock": "stock:read",
    "logistics": "rebalancing:read",
    "marketing": "promotions:read",
    "finance": "money:read",
    "models": "models:read",
    "admin": "users:read",
}
"""The dashboard's sections, and what somebody must be allowed to see in order to be shown one."""


class Me(BaseModel):
    """A caller and their rights."""

    id: str
    name: str
    role: str
    worlds: list[str] = Field(description="those you see, in the service's order")
    places: list[str] | None = Field(description="those you see; null: all")
    person: str | None = Field(description="who you are in rosters")
    language: str
    language_chosen: bool = Field(description="somebody chose it for you: it is not the service's own")
    permissions: list[str] = Field(description="resource:read or resource:write")
    csrf: str | None = Field(description="send it as X-CSRF-Token with writing requests of a browser's session")
    sections: list[str] = Field(description="of the dashboard")


@router.get("/me", response_model=Me)
def me(asked: Caller) -> Response:
    """Who you are, what you may, and which sections of the dashboard are yours."""
    who = asked.principal
    return json_answer(
        {
            "id": who.id,
            "name": who.name,
            "role": who.role,
            "worlds": [name for name in asked.service.holder.names if who.sees_world(name)],
            "places": None if who.places is None else sorted(who.places),
            "person": who.person,
            "language": language_of(asked),
            "language_chosen": language_of(asked) != asked.service.settings.language,
            "permissions": sorted(who.permissions),
            "csrf": asked.admitted.csrf or None,
            "sections": [section for section, needed in SECTIONS.items() if _shown(asked, section, needed)],
        }
    )


def language_of(asked: Asked) -> Language:
    """This will return the language that somebody reads: their own choice, else the service's."""
    try:
        return "es" if asked.service.state.people.get(asked.principal.id).language == "es" else "en"
    except UnknownRecordError:  # signed in by the identity provider: no record of ours
        return asked.service.settings.language


def _shown(asked: Asked, section: str, needed: str) -> bool:
    """Who stands in no roster has no shifts to look at."""
    return needed in asked.principal.permissions and (section != "my_shifts" or asked.principal.person is not None)
