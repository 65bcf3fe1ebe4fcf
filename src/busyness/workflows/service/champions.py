"""Another champion by a person's word: examined first, pointed at then, and in service when this returns."""

from __future__ import annotations

from busyness.domain.errors import InputError
from busyness.registry.releases import Champion, Releases
from busyness.registry.trials import not_on_trial
from busyness.workflows.service.gate import passed
from busyness.workflows.service.holder import Holder


def promote(holder: Holder, world: str, release: str, *, by: str, why: str, restores: str = "") -> Champion:
    """This will make a release of a world the champion, if the gate lets it pass, and have it answer.

    Raises:
        GateError: the gate refused; the champion is as it was.
        InputError: the world has no releases, there is no such release, it is the champion or on trial, or no reason is
            given.

    """
    releases = _releases(holder, world)
    not_on_trial(releases.world, release)
    passed(holder.examined(world, release))
    champion = releases.promote(release, by=by, why=why, now=holder.clock.now(), restores=restores)
    holder.refresh()
    return champion


def roll_back(holder: Holder, world: str, *, by: str, why: str) -> Champion:
    """This will go back to the champion before, as ``promote`` does."""
    earlier = _releases(holder, world).earlier()
    return promote(holder, world, earlier, by=by, why=why, restores=earlier)


def _releases(holder: Holder, world: str) -> Releases:
    releases = holder.releases(world)
    if releases is None:
        raise InputError(f"The world '{world}' is one forecast folder, without releases.", hint="Add releases to it.")
    return releases
