"""Into a world's folder, and who answers there: add and promote, behind the same gate as the service's."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from busyness.domain.clock import Clock
from busyness.domain.errors import InputError
from busyness.registry.artifact import load_artifact
from busyness.registry.release_marks import damaged_files
from busyness.registry.releases import Champion, Releases
from busyness.registry.trials import not_on_trial
from busyness.workflows.folder import MODEL, PATHS
from busyness.workflows.models.held import held
from busyness.workflows.service.gate import Check, checked, passed
from busyness.workflows.service.snapshot import load_snapshot
from busyness.workflows.wiring.restored import restored


def add(world: Path, run: Path, *, clock: Clock, keep: int = 10) -> str:
    """This will copy a run's folder into a world as a release and return its id; it answers nothing before ``promote``."""
    if not (Path(run) / MODEL).is_dir():
        raise InputError(f"{run} holds no model.", hint="Make one: busyness forecast … --out DIR, or busyness train.")
    return Releases(Path(world)).add(run, now=clock.now(), keep=keep)


def promote(world: Path, release: str, *, by: str, why: str, clock: Clock) -> Champion:
    """This will make a release the champion, if the gate lets it pass; by whom and why is kept.

    Raises:
        InputError: there is no such release, it is the champion already, it is on trial, or no reason is given.
        GateError: the gate refused; the champion is as it was.
        ArtifactError: the model cannot be read.

    """
    chosen = held(world, release)
    releases = Releases(Path(world))
    if chosen.release not in releases.all():
        raise InputError(f"'{release}' is no release of {world}.", hint="First: busyness models add WORLD RUN.")
    not_on_trial(Path(world), chosen.release)
    passed(examined(world, chosen.folder, now=clock.now()))
    return releases.promote(chosen.release, by=by, why=why, now=clock.now())


def examined(world: Path, folder: Path, *, now: datetime) -> tuple[Check, ...]:
    """This will put a folder through the gate, beside the champion's forecast.

    A model without a forecast (of ``busyness train``) is examined for being whole, and refused where the champion answers
    with a forecast.
    """
    champion = Releases(Path(world)).champion()
    home = Releases(Path(world)).folder(champion.release) if champion else None
    serves = home is not None and (home / PATHS).is_file()
    if (folder / PATHS).is_file():
        served = load_snapshot(home, world=world.name, release="served") if home is not None and serves else None
        return checked(load_snapshot(folder, world=world.name, release="new"), served=served, now=now)
    if serves:
        sentence = "The champion answers with a forecast, and this release has none. Make it with busyness forecast."
        return (Check("schema", "refused", sentence),)
    wrong = damaged_files(folder)
    if wrong:
        return (Check("checksums", "refused", f"{', '.join(wrong[:5])} changed after the release was made."),)
    parts, card = load_artifact(folder / MODEL)
    restored(parts, threads=1, version=card.version)
    return (Check("one_run", "passed", f"The model {card.version} can be read."),)
