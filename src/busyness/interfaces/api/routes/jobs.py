"""Long work: how far it is, what came of it, and how to stop it. A job is shown to whoever asked for it, and to admins."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, BaseModel, Field
from starlette.responses import Response

from busyness.domain.errors import ForbiddenError
from busyness.interfaces.api.answers import json_answer
from busyness.interfaces.api.asked import Asked, Caller
from busyness.interfaces.api.problems import Problem
from busyness.interfaces.api.strict_route import StrictRoute
from busyness.workflows.service.jobs import Job, JobsFullError

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], route_class=StrictRoute)
JobId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
_STEP = re.compile(r".* (\d+) / (\d+)")
_RETRY_SECONDS = "30"


class JobTaken(BaseModel):
    """That the work was taken; GET /v1/jobs/{job} says how far it is."""

    job: str


class JobSaid(BaseModel):
    """A job as it stands."""

    job: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float | None = Field(description="the share of its step that is done, where that is counted")
    step: str = Field(description="what it does now, in words")
    submitted: AwareDatetime
    ended: AwareDatetime | None
    result: Any = Field(description="what came of it, once it is done")
    error: str | None
    hint: str | None


@router.get("/{job}", response_model=JobSaid)
def status(asked: Caller, job: JobId) -> Response:
    """How far the work is, and its result."""
    return json_answer(_said(_own(asked, job)))


@router.delete("/{job}", response_model=JobSaid)
def cancel(asked: Caller, job: JobId) -> Response:
    """Stop the work. What has ended stays as it ended."""
    held = _own(asked, job)
    now = asked.service.jobs.cancel(job) or held
    if not held.over:
        asked.done("job.cancel", f"jobs/{job}", world=held.arguments.get("world"), after={"kind": held.kind})
    return json_answer(_said(now))


def taken(asked: Asked, kind: str, arguments: dict[str, Any], **said: Any) -> Response:  # fields of Deed
    """This will put work in the queue and answer 202; 429 where too much waits."""
    try:
        job = asked.service.jobs.submit(kind, arguments, owner=asked.principal.id)
    except JobsFullError as fault:
        raise Problem(429, fault.message, hint=fault.hint, headers={"retry-after": _RETRY_SECONDS}) from None
    asked.done(f"job.{kind}", f"jobs/{job.id}", **said)
    return json_answer({"job": job.id}, 202)


def _own(asked: Asked, id_: str) -> Job:
    found = asked.service.jobs.status(id_)
    if found is None:
        raise Problem(404, "There is no such job (any more).", field="path.job", hint="Ask for the work again.")
    if found.owner != asked.principal.id and asked.principal.role != "admin":
        raise ForbiddenError("This work was asked for by somebody else.", resource="jobs", action="read")
    return found


def _said(job: Job) -> dict[str, Any]:
    counted = _STEP.fullmatch(job.progress)
    return {
        "job": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": 1.0 if job.state == "done" else int(counted[1]) / max(int(counted[2]), 1) if counted else None,
        "step": job.progress,
        "submitted": job.submitted,
        "ended": job.ended,
        "result": job.result,
        "error": job.error or None,
        "hint": job.hint or None,
    }
