"""A world's releases, and which of them is the champion: a pointer that is replaced in one step.

``releases/ID/`` is a forecast folder as a run wrote it, with ``release.json`` (the checksum of every file) put in last. It
gets its name when it is whole, so that a folder in ``releases`` is complete or not there. ``champion.json`` names the one
that answers. Whoever is cut short at any line leaves the champion as it was, and at worst a hidden folder that the next
release clears away.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.release_marks import MARKS, marks_of
from busyness.registry.settled import alone, settle, settle_tree, write_json

RELEASES = "releases"
CHAMPION = "champion.json"

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_UNFINISHED = ".unfinished-"
_REMEMBERED = 50


@dataclass(frozen=True, slots=True)
class Tenure:
    """That a release was the champion: from when, by whose hand and why."""

    release: str
    since: str
    by: str
    why: str
    restores: str = ""


@dataclass(frozen=True, slots=True)
class Champion:
    """The release that answers, since when (ISO, UTC), by whom and why; those before it, newest first; the challenger.

    ``restores``: where it came by going back, the earlier champion that it is, or whose model it is.
    """

    release: str
    since: str
    by: str
    why: str
    previous: tuple[Tenure, ...] = ()
    challenger: str | None = None
    restores: str = ""


@dataclass(frozen=True)
class Releases:
    """The releases in the folder of one world."""

    world: Path

    def all(self) -> tuple[str, ...]:
        """This will list the whole releases, oldest first (ids begin with their time)."""
        folder = self.world / RELEASES
        if not folder.is_dir():
            return ()
        return tuple(sorted(path.name for path in folder.iterdir() if _ID.fullmatch(path.name) and path.is_dir()))

    def folder(self, release: str) -> Path:
        """This will return the folder of a release, or raise ``InputError`` where there is none of this id."""
        path = self.world / RELEASES / release
        if not _ID.fullmatch(release) or not path.is_dir():
            known = ", ".join(self.all()[-5:]) or "none yet"
            raise InputError(f"There is no release '{release}'.", hint=f"The newest are: {known}.")
        return path

    def champion(self) -> Champion | None:
        """This will read which release answers; None where none was ever promoted.

        Raises:
            ArtifactError: ``champion.json`` is damaged.

        """
        file = self.world / CHAMPION
        try:
            held = json.loads(file.read_text("utf-8"))
            previous = tuple(Tenure(**one) for one in held.pop("previous"))
            return Champion(**held, previous=previous)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as fault:
            hint = "Promote a release again: it is written anew."
            raise ArtifactError(f"{CHAMPION} in {self.world} is damaged.", file=CHAMPION, hint=hint) from fault

    def add(self, folder: Path, *, now: datetime, keep: int = 10) -> str:
        """This will copy a forecast folder in as a release and return its id; it answers nothing before ``promote``.

        Of the older ones ``keep`` stay, and always the champion, the one before it and the challenger.

        Raises:
            InputError: the folder is not there, holds nothing, or the disk refuses.

        """
        folder = Path(folder)
        if not folder.is_dir() or not any(folder.iterdir()):
            raise InputError(f"{folder} holds no forecast.", hint="Make one: busyness forecast … --out DIR.")
        with alone(self.world):
            release = self._added(folder, self.world / RELEASES, now=now)
            self._pruned(keep)
        return release

    def promote(self, release: str, *, by: str, why: str, now: datetime, restores: str = "") -> Champion:
        """This will make a release the champion; the one before is remembered. ``restores``: see ``Champion``.

        Raises:
            InputError: there is no such release, it is the champion already, or no reason is given.

        """
        with alone(self.world):
            return self._promoted(release, by=by, why=why, now=now, restores=restores)

    def _promoted(self, release: str, *, by: str, why: str, now: datetime, restores: str = "") -> Champion:
        self.folder(release)
        if not why.strip():
            raise InputError("A change of the champion needs a reason.", hint="Say why in a few words.")
        before = self._readable_champion()
        if before is not None and before.release == release:
            raise InputError(f"'{release}' is the champion already.", hint="Promote another release.")
        previous: tuple[Tenure, ...] = ()
        challenger = None
        if before is not None:
            old = Tenure(before.release, before.since, before.by, before.why, before.restores)
            previous = (old, *before.previous)[:_REMEMBERED]
            challenger = before.challenger if before.challenger != release else None
        return self._point(Champion(release, _iso(now), by, why, previous, challenger, restores))

    def roll_back(self, *, by: str, why: str, now: datetime) -> Champion:
        """This will make the champion that ``earlier`` names the champion again.

        Raises:
            InputError: there is none.

        """
        with alone(self.world):
            earlier = self.earlier()
            return self._promoted(earlier, by=by, why=why, now=now, restores=earlier)

    def earlier(self) -> str:
        """This will return the newest earlier champion that is still here and is not this one.

        Whoever was gone back from already is passed over: going back twice goes back further, never forward again.

        Raises:
            InputError: there is none.

        """
        held, here = self._readable_champion(), set(self.all())
        left, rejected = _before(held) if held else ((), ())
        for one in left:
            if held and one.release in here and one.release not in (held.release, held.restores):
                return one.release
        if held and rejected:
            raise InputError(
                f"There is no earlier champion to go back to: '{held.release}' came by going back from '{rejected[0]}'.",
                hint=f"To go forward again: busyness models promote {self.world} {rejected[0]} --why …",
            )
        raise InputError("There is no earlier champion to go back to.", hint="Promote a release instead.")

    def challenge(self, release: str | None) -> Champion:
        """This will name the release that wants to be champion (None: nobody does).

        Raises:
            InputError: there is no champion to challenge, or no such release.

        """
        with alone(self.world):
            held = self.champion()
            if held is None:
                raise InputError("There is no champion to challenge.", hint="Promote a release first.")
            if release is not None:
                self.folder(release)
            return self._point(replace(held, challenger=release))

    def prune(self, keep: int) -> tuple[str, ...]:
        """This will remove the oldest releases beyond ``keep`` and return their ids; nobody who answers is removed."""
        with alone(self.world):
            return self._pruned(keep)

    def _added(self, folder: Path, home: Path, *, now: datetime) -> str:
        home.mkdir(exist_ok=True)
        for left in home.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        stage = home / f"{_UNFINISHED}release"
        try:
            shutil.copytree(folder, stage, ignore=shutil.ignore_patterns(".*", MARKS, "input"))
            marks = marks_of(stage)
            digest = hashlib.sha256(json.dumps(marks, sort_keys=True).encode()).hexdigest()
            release = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{digest[:8]}"
            write_json(stage / MARKS, {"release": release, "added": _iso(now), "files": marks})
            settle_tree(stage)
            if not (home / release).exists():
                stage.rename(home / release)
            settle(home)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        return release

    def _pruned(self, keep: int) -> tuple[str, ...]:
        try:
            held = self.champion()
        except ArtifactError:  # who answers is not known: nobody goes
            return ()
        safe = {held.release, held.challenger, *(one.release for one in held.previous[:1])} if held else set()
        here = self.all()
        gone = [release for release in here[: max(len(here) - keep, 0)] if release not in safe]
        for release in gone:
            path = self.world / RELEASES / release
            hidden = path.with_name(f"{_UNFINISHED}{release}")  # gone in one step, so that no half of it is ever listed
            path.rename(hidden)
            shutil.rmtree(hidden, ignore_errors=True)
        return tuple(gone)

    def _readable_champion(self) -> Champion | None:
        """The champion; none where the pointer is damaged, which a promotion mends."""
        try:
            return self.champion()
        except ArtifactError:
            return None

    def _point(self, champion: Champion) -> Champion:
        file = self.world / CHAMPION
        stage = file.with_name(f"{_UNFINISHED}{CHAMPION}")
        try:
            write_json(stage, asdict(champion))
            stage.replace(file)
            settle(self.world)
        finally:
            stage.unlink(missing_ok=True)
        return champion


def _before(held: Champion) -> tuple[tuple[Tenure, ...], tuple[str, ...]]:
    """Those before a champion, newest first, without those who were gone back from; and these."""
    left, restores, rejected = held.previous, held.restores, []
    while restores:
        own = next((k for k, one in enumerate(left) if one.release == restores), len(left))
        rejected += [one.release for one in left[:own]]
        restores = left[own].restores if own < len(left) else ""
        left = left[own + 1 :]
    return left, tuple(rejected)


def _iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")
