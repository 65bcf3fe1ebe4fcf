"""One place, one day, one number: the question of the scooter depots, in their own words."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.asked import Asked
from busyness.interfaces.api.instants import Day
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.service import Service
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.interfaces.api.words import Whole
from busyness.workflows.answer import Answers
from busyness.workflows.service.snapshot import Snapshot

router = APIRouter(tags=["predict"], route_class=StrictRoute)


class Question(BaseModel):
    """A community and a day."""

    model_config = ConfigDict(json_schema_extra={"example": {"community": "LAKE VIEW", "date": "2020-09-11"}})
    community: str | Whole = Field(description="its name, id or number, whatever the case")
    date: Day


class Trips(BaseModel):
    """How many trips are expected there on that day, and the model that says so."""

    model_version: str
    trips: int


@router.post("/predict", response_model=Trips)
def predict(request: Request, question: Question) -> Response:
    """How many trips start in a community on a day. Open to all only where ``security.predict_open`` says so."""
    service: Service = request.app.state.service
    snapshot = _snapshot(request, service)
    answers = _answers(snapshot)
    if not service.settings.security.predict_open:
        asked = Asked(request)
        asked.may("forecast", world=snapshot.world)
        asked.may("forecast", world=snapshot.world, place=answers.place(question.community).id)
    said = answers.predict(question.community, question.date)
    version = said["model_version"]
    if snapshot.lot is not None:
        version = _by_lot(snapshot, answers.place(question.community).id, question.date)
    return json_answer({"model_version": version, "trips": said[answers.noun]})


def _by_lot(snapshot: Snapshot, place: str, day: date) -> str:
    """The version of the model that says a day in a trial."""
    row, found = snapshot.place(place)
    wall = snapshot.times[found.timezone].wall.astype("datetime64[D]")
    return snapshot.sayer(row, int(np.searchsorted(wall, np.datetime64(day)))).model_version


def _snapshot(request: Request, service: Service) -> Snapshot:
    """The world that counts trips: the only one, or the one whose noun is trips."""
    held = [found for found in map(service.held, service.holder.names) if found is not None]
    trips = [found for found in held if found.noun == "trips"] or held[:1]
    if not trips:
        raise Problem(503, "No forecast answers yet.", hint="Try again in a moment.")
    return trips[0]


@lru_cache(maxsize=1)
def _answers(snapshot: Snapshot) -> Answers:
    return Answers(snapshot.forecast, noun=snapshot.noun, adds_up=snapshot.adds_up)
