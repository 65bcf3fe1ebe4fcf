"""What is written into the audit log: who did what, with what outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from busyness.domain.errors import InputError

OUTCOMES = ("done", "refused", "failed")

Values = Mapping[str, Any]
"""The state of a thing before or after, as JSON can say it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that was done, refused or failed. ``principal`` and ``role`` are none where nobody was signed in.

    ``resource`` is what it was done to (``overrides/12``). Names of people belong in ``resource``, ``before``, ``after``
    and ``address`` only: those four can be taken out when a person is erased, without breaking the chain.
    """

    at: datetime
    action: str
    outcome: str = "done"
    principal: str | None = None
    role: str | None = None
    resource: str | None = None
    world: str | None = None
    place: str | None = None
    before: Values | None = None
    after: Values | None = None
    request_id: str | None = None
    address: str | None = None

    def __post_init__(self) -> None:
        if self.outcome not in OUTCOMES:
            raise InputError(f"An outcome is one of {', '.join(OUTCOMES)}, not '{self.outcome}'.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Deed):
    """A deed as it stands in the log. ``redacted`` names the fields that were taken out when a person was erased."""

    number: int
    redacted: tuple[str, ...] = ()
    previous: str
    hash: str
