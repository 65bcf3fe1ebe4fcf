"""The models: champion, challenger and those before; their cards; and who answers from now on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.domain.errors import InputError
from busyness.interfaces.api.answers import Meta, json_answer, meta_of
from busyness.interfaces.api.asked import Asked, Caller, WorldName
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.record_ids import RecordId
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import Sentence
from busyness.registry.artifact import read_card
from busyness.registry.releases import Champion, Releases
from busyness.workflows.folder import MODEL
from busyness.workflows.service import champions

router = APIRouter(prefix="/v1/models", tags=["models"], route_class=StrictRoute)


class Decision(BaseModel):
    """Why, and that it is meant."""

    model_config = ConfigDict(extra="forbid")
    why: Sentence
    confirm: Literal[True]


class TenureSaid(BaseModel):
    """That a release was the champion."""

    release: str
    since: str
    by: str
    why: str


class TrialSaid(BaseModel):
    """A trial that runs: who is tried, and on which days the lot decides who says what."""

    trial: str
    challenger: str = Field(description="the release that speaks on its days")
    model_version: str
    begins: date | None = Field(description="the first day by lot; null: the trial has none")
    ends: date | None = Field(description="the first day after them")
    refused: str | None = Field(description="why the champion answers alone, if it does")


class ModelsSaid(BaseModel):
    """Which releases there are, which answers, and which wants to."""

    meta: Meta
    serving: str = Field(description="the release that answers now; another than the champion where the gate refused it")
    champion: TenureSaid | None = Field(description="null where the world is one plain forecast folder")
    challenger: str | None
    previous: list[TenureSaid]
    releases: list[str] = Field(description="oldest first")
    refused: str | None = Field(description="why the champion may not answer, if it may not")
    trial: TrialSaid | None = Field(None, description="null where none runs")


class CardSaid(BaseModel):
    """What a model was made from, and how well it did; null where the release has no model."""

    release: str
    card: dict[str, Any] | None


@router.get("", response_model=ModelsSaid)
def models(asked: Caller, *, world: WorldName = None) -> Response:
    """The releases of a world: champion, challenger, and those before."""
    snapshot = asked.snapshot(world, "models")
    return json_answer(_said(asked, snapshot.world))


@router.get("/{release}/card", response_model=CardSaid)
def card(asked: Caller, release: RecordId, *, world: WorldName = None) -> Response:
    """What a release's model was made from."""
    snapshot = asked.snapshot(world, "models")
    if release == snapshot.release:
        held = snapshot.card
    else:
        folder = _known(asked, snapshot.world, release).folder(release) / MODEL
        held = read_card(folder) if folder.is_dir() else None
    return json_answer({"release": release, "card": held.model_dump(mode="json") if held else None})


@router.post("/{release}/promote", response_model=ModelsSaid)
def promote(asked: Caller, release: RecordId, *, given: Decision, world: WorldName = None) -> Response:
    """Let a release answer from now on, if the gate lets it; without a dropped request."""
    name = _may_change(asked, world)
    _known(asked, name, release)
    holder, by = asked.service.holder, asked.principal.id
    return _changed(asked, name, act=lambda: champions.promote(holder, name, release, by=by, why=given.why))


@router.post("/rollback", response_model=ModelsSaid)
def roll_back(asked: Caller, *, given: Decision, world: WorldName = None) -> Response:
    """Let the champion before this one answer again, if the gate lets it."""
    name = _may_change(asked, world)
    holder, by = asked.service.holder, asked.principal.id
    return _changed(asked, name, act=lambda: champions.roll_back(holder, name, by=by, why=given.why))


def _may_change(asked: Asked, world: str | None) -> str:
    name = asked.world(world)
    asked.may("models", "write", world=name)
    return name


def _changed(asked: Asked, world: str, *, act: Callable[[], Champion]) -> Response:
    """Who wins is decided by the pointer on disk, so it is written down after it; a row that cannot be written is told."""
    before = _releases(asked, world).champion()
    try:
        after = act()
    except InputError as fault:
        raise Problem(409, fault.message, hint=fault.hint) from None
    asked.done(
        "model.promote",
        f"models/{after.release}",
        world=world,
        before={"release": before.release} if before else None,
        after={"release": after.release, "why": after.why},
    )
    return json_answer(_said(asked, world))


def _said(asked: Asked, world: str) -> dict[str, Any]:
    snapshot = asked.service.holder.world(world)
    releases = asked.service.holder.releases(world)
    champion = releases.champion() if releases else None
    refusal, trial = asked.service.holder.refusals.get(world), asked.service.holder.trials.get(world)
    return {
        "meta": meta_of(asked, snapshot),
        "serving": snapshot.release,
        "champion": {name: getattr(champion, name) for name in TenureSaid.model_fields} if champion else None,
        "challenger": champion.challenger if champion else None,
        "previous": [asdict(one) for one in champion.previous] if champion else [],
        "releases": list(releases.all()) if releases else [snapshot.release],
        "refused": refusal.sentence if refusal else None,
        "trial": {**asdict(trial), "refused": trial.refused or None} if trial else None,
    }


def _releases(asked: Asked, world: str) -> Releases:
    releases = asked.service.holder.releases(world)
    if releases is None:
        raise Problem(
            409, f"The world '{world}' is one forecast folder, without releases.", hint="Add its forecasts as releases."
        )
    return releases


def _known(asked: Asked, world: str, release: str) -> Releases:
    releases = asked.service.holder.releases(world)
    if releases is None or release not in releases.all():
        raise Problem(404, f"There is no release '{release}'.", field="path.release", hint="GET /v1/models lists them.")
    return releases
