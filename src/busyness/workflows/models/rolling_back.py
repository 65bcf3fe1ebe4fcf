"""Back to the champion before, with a fresh forecast where its own has grown old."""

from __future__ import annotations

from pathlib import Path

from busyness.domain.clock import Clock
from busyness.domain.errors import InputError
from busyness.registry.releases import Champion, Releases
from busyness.registry.trials import not_on_trial
from busyness.workflows.models.fresh import fresh_release
from busyness.workflows.models.releasing import examined
from busyness.workflows.posted import Store
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.service.gate import FRESHNESS, GateError, passed


def roll_back(
    world: Path, *, by: str, why: str, clock: Clock, posted: Store | None = None, progress: Progress | None = None
) -> Champion:
    """This will make the champion before this one the champion again, if the gate lets it pass.

    Where only its forecast is too old, its model forecasts anew from the run's files and what was ``posted``, and that
    release answers; ``restores`` then names the old one.

    Raises:
        InputError: there is none, it is on trial, or its forecast is old and cannot be made again.
        GateError: the gate refused; the champion is as it was.

    """
    world = Path(world)
    releases = Releases(world)
    earlier = releases.earlier()
    not_on_trial(world, earlier)
    folder = releases.folder(earlier)
    checks = examined(world, folder, now=clock.now())
    old = [check.name for check in checks if check.verdict == "refused"] == [FRESHNESS]
    if not old:
        passed(checks)
    release = _again(world, folder, posted=posted, clock=clock, progress=progress or Silent()) if old else earlier
    return releases.promote(release, by=by, why=why, now=clock.now(), restores=earlier)


def _again(world: Path, folder: Path, *, posted: Store | None, clock: Clock, progress: Progress) -> str:
    try:
        return fresh_release(world, folder, clock=clock, progress=progress, posted=posted)
    except GateError:
        raise
    except InputError as fault:
        raise InputError(
            f"The forecast of '{folder.name}' is too old, and its files do not give another: {fault.message}",
            hint=f"Let its model forecast from others: busyness predict {folder} COUNTS --out RUN, then busyness models add "
            f"{world} RUN and busyness models promote {world} newest --why ….",
        ) from fault
