"""What is kept of a person, to take along; and how it is erased."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.asked import Caller
from busyness.interfaces.api.strict_route import StrictRoute

router = APIRouter(prefix="/v1/privacy", tags=["privacy"], route_class=StrictRoute)
PersonId = Annotated[
    str,
    Path(
        min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/]+$", description="a user's id, or who they are in rosters"
    ),
]


class Export(BaseModel):
    """All that is kept of a person, by what it is about."""

    person: str
    kept: dict[str, Any]


class Erased(BaseModel):
    """What erasing did."""

    pseudonym: str = Field(description="what stands in the person's place now")
    principals: list[str]
    audit_rows: int = Field(description="rows of the audit log that lost a field")


@router.get("/{person}", response_model=Export)
def export(asked: Caller, person: PersonId) -> Response:
    """All that is kept of a person, as one document."""
    asked.may("privacy")
    kept = asked.service.state.privacy.export_person(person)
    asked.done("privacy.export", f"privacy/{person}")
    return json_answer({"person": person, "kept": kept})


@router.delete("/{person}", response_model=Erased)
def erase(asked: Caller, person: PersonId) -> Response:
    """Put a pseudonym in a person's place everywhere, and lock them out. It cannot be undone."""
    asked.may("privacy", "write")
    done = asked.service.state.privacy.erase_person(person, deed=asked.deed("privacy.erase", "privacy"))
    asked.request.app.state.gatekeeper.forget()
    return json_answer({"pseudonym": done.pseudonym, "principals": done.principals, "audit_rows": done.audit_rows})
