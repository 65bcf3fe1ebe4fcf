"""What one running service is made of; every route gets it, none makes its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from busyness.domain.clock import Clock
from busyness.domain.errors import BusynessError
from busyness.state.store import State
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.jobs import Jobs
from busyness.workflows.service.settings import ServiceSettings
from busyness.workflows.service.snapshot import Snapshot

WORK = "busyness.workflows.service.work"
"""The module whose program does the service's long work."""


@dataclass(frozen=True)
class Service:
    """The settings, what is kept of people and edits, the worlds in service, the clock, and long work."""

    settings: ServiceSettings
    state: State
    holder: Holder
    clock: Clock
    jobs: Jobs = None  # type: ignore[assignment]  # made as the settings say where none is given

    def __post_init__(self) -> None:
        if getattr(self, "jobs", None) is None:
            object.__setattr__(self, "jobs", _jobs_of(self.settings, self.clock))

    def now(self) -> datetime:
        """This will return the real time, aware, in UTC: what things are written down with."""
        return self.clock.now()

    def held(self, world: str) -> Snapshot | None:
        """This will return what answers in a world, or None while nothing does."""
        try:
            return self.holder.world(world)
        except BusynessError:  # not a name of ours, or nothing that may answer
            return None


def _jobs_of(settings: ServiceSettings, clock: Clock) -> Jobs:
    chosen = settings.jobs
    return Jobs(WORK, clock=clock, workers=chosen.workers, waiting=chosen.queue, seconds=chosen.seconds)
