"""Users: the people and programs that may ask, their roles, worlds and places."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import Page, items_answer, json_answer
from busyness.interfaces.api.asked import Asked, Caller
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import RecordId
from busyness.interfaces.api.signing_in import own_address
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import Flag, Word
from busyness.state.people import Principal, Profile

router = APIRouter(prefix="/v1/users", tags=["users"], route_class=StrictRoute)
Role = Literal["operations", "inventory", "finance", "marketing", "logistics", "staff", "admin"]


class UserGiven(BaseModel):
    """What is said of a user."""

    model_config = ConfigDict(extra="forbid")
    name: Word
    role: Role
    worlds: list[Word] | None = Field(None, max_length=200, description="null: all")
    places: list[Word] | None = Field(None, max_length=20_000, description="null: all")
    person: Word | None = Field(None, description="who they are in rosters")
    language: Literal["en", "es"] = "en"
    email: Word | None = None
    disabled: Flag = False


class User(UserGiven):
    """A user; the id says nothing of the person."""

    id: str
    subject: str | None
    created_at: AwareDatetime
    erased_at: AwareDatetime | None


class Users(BaseModel):
    """A page of users."""

    meta: None
    items: list[User]
    next: str | None


class Link(BaseModel):
    """A link that signs a browser in, once, within ten minutes."""

    url: str


@router.get("", response_model=Users)
def users(asked: Caller, *, paging: Page, role: Annotated[Role | None, Query()] = None) -> Response:
    """The users, by id."""
    asked.may("users")
    page = asked.service.state.people.list(role=role, limit=paging.limit, cursor=paging.cursor)
    return items_answer([asdict(one) for one in page.items], page.next)


@router.post("", response_model=User, status_code=201)
def create(asked: Caller, given: UserGiven) -> Response:
    """A new user; they can do nothing until they have a key or a login link."""
    asked.may("users", "write")
    state = asked.service.state
    with state.transaction():
        made = state.people.create(_profile(given), now=asked.service.now())
        made = state.people.disable(made.id) if given.disabled else made
        asked.done("user.create", f"users/{made.id}", after=_said(made))
    return json_answer(asdict(made), 201)


@router.get("/{user}", response_model=User)
def user(asked: Caller, user: RecordId) -> Response:
    """One user."""
    asked.may("users")
    return json_answer(asdict(asked.service.state.people.get(user)))


@router.put("/{user}", response_model=User)
def change(asked: Caller, user: RecordId, *, given: UserGiven) -> Response:
    """What is said of a user, anew; a disabled one is locked out at once."""
    asked.may("users", "write")
    state = asked.service.state
    with state.transaction():
        before = state.people.get(user)
        if before.erased_at is not None:
            raise Problem(409, "This user was erased.", field="path.user", hint="Make a new one.")
        profile = replace(_profile(given), subject=before.subject)
        state.people.update(user, profile)
        after = state.people.disable(user, disabled=given.disabled)
        asked.done("user.change", f"users/{user}", before=_said(before), after=_said(after))
    _look_again(asked)
    return json_answer(asdict(after))


@router.post("/{user}/login-link", response_model=Link, status_code=201)
def login_link(asked: Caller, user: RecordId) -> Response:
    """A link that signs a browser in as this user, once, within ten minutes."""
    asked.may("users", "write")
    state = asked.service.state
    with state.transaction():
        token = state.sessions.link(user, now=asked.service.now())
        asked.done("user.link", f"users/{user}")
    own = own_address(asked.request, asked.service)
    return json_answer({"url": f"{own}/login?token={token}"}, 201)


def _profile(given: UserGiven) -> Profile:
    return Profile(
        name=given.name,
        role=given.role,
        worlds=None if given.worlds is None else tuple(given.worlds),
        places=None if given.places is None else tuple(given.places),
        person=given.person,
        language=given.language,
        email=given.email,
    )


def _said(person: Principal) -> dict[str, Any]:
    return {name: value for name, value in asdict(person).items() if name not in {"created_at", "erased_at"}}


def _look_again(asked: Asked) -> None:
    asked.request.app.state.gatekeeper.forget()
