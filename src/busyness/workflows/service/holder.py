"""Who holds what is served: one snapshot a world, swapped by one assignment when a better one has passed the gate."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError, UnavailableError, did_you_mean
from busyness.registry.releases import CHAMPION, Champion, Releases
from busyness.workflows.folder import PATHS
from busyness.workflows.service.ask_chain import together
from busyness.workflows.service.gate import Check, GateError, Limits, checked, passed
from busyness.workflows.service.settings import WorldSettings
from busyness.workflows.service.snapshot import Snapshot, load_snapshot, signature
from busyness.workflows.service.told import FAULTS, sentence_of
from busyness.workflows.service.trials import Stand, Trials

log = logging.getLogger("busyness.service")
PLAIN = "current"
"""The id of the one release of a world that is a plain forecast folder."""


@dataclass(frozen=True)
class Refusal:
    """Why something new may not answer: which release, when it was looked at, the sentence, and every check made."""

    world: str
    release: str
    at: datetime
    sentence: str
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True)
class Swap:
    """That a world has a new snapshot; ``before`` is the one it took the place of (None: the first)."""

    world: str
    before: Snapshot | None
    after: Snapshot


@dataclass(frozen=True)
class _Seen:
    """What was looked at last, and what came of it: nothing is loaded twice for nothing."""

    release: str
    mark: str


class Holder:
    """The snapshots of all worlds. Reading is one look at an attribute; ``refresh`` and the watcher swap it whole.

    A request takes its snapshot once and keeps it to the end: it never sees half of one and half of another.
    """

    def __init__(self, worlds: Sequence[WorldSettings], *, clock: Clock | None = None, making: bool = False) -> None:
        """``making``: worlds that are not there yet are being made; their lack is no fault, until it is set to False."""
        self.making = making
        self.settings: Mapping[str, WorldSettings] = {world.name: world for world in worlds}
        self.clock = clock or SystemClock()
        self._held: Mapping[str, Snapshot] = MappingProxyType({})
        self._champions: dict[str, Snapshot] = {}
        self._trials = Trials(self._beside)
        self._checks: Mapping[str, tuple[Check, ...]] = MappingProxyType({})
        self._refusals: Mapping[str, Refusal] = MappingProxyType({})
        self._seen: dict[str, _Seen] = {}
        self._one_at_a_time = threading.Lock()
        self._stop = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The worlds, in the order of the settings, whether they have a forecast or not."""
        return tuple(self.settings)

    @property
    def ready(self) -> bool:
        """Whether every world has something to answer with."""
        return all(name in self._held for name in self.settings)

    def in_the_making(self, name: str) -> bool:
        """This will say whether a world has nothing to answer with because it is being made."""
        return self.making and name not in self._held and not _is_there(self.settings[name].folder)

    @property
    def refusals(self) -> Mapping[str, Refusal]:
        """What was refused last, by world; a world whose newest release answers has none."""
        return self._refusals

    @property
    def trials(self) -> Mapping[str, Stand]:
        """How the trials stand, by world; a world without one has none."""
        return self._trials.stands

    def checks(self, world: str) -> tuple[Check, ...]:
        """This will return what the gate said of the snapshot that answers."""
        return self._checks.get(world, ())

    def world(self, name: str) -> Snapshot:
        """This will return the snapshot that answers.

        Raises:
            InputError: there is no such world.
            UnavailableError: it has no forecast yet.

        """
        found = self._held.get(name)
        if found is None:
            if name in self.settings:
                why = self._refusals.get(name)
                said = "It is being made." if self.in_the_making(name) else why.sentence if why else ""
                raise UnavailableError(f"The world '{name}' has no forecast to answer with.", hint=said)
            hint = did_you_mean(name, self.settings) or f"The worlds are {', '.join(self.settings)}."
            raise InputError(f"There is no world '{name}'.", hint=hint)
        return found

    def now(self, name: str) -> datetime:
        """This will return a world's time, in UTC: where its clock stands, if it stands."""
        return (self.settings[name].clock or self.clock.now()).astimezone(UTC)

    def releases(self, name: str) -> Releases | None:
        """This will return a world's releases; None where it is a plain forecast folder."""
        folder = self.settings[name].folder
        return None if _plain(folder) else Releases(folder)

    def refresh(self) -> tuple[Swap, ...]:
        """This will look at every world's champion, trial and files, and swap in what is new and passes the gate.

        What fails is kept in ``refusals`` and looked at again when its files change; what answered goes on answering.
        """
        with self._one_at_a_time:
            return tuple(swap for name in self.settings if (swap := self._refreshed(name)) is not None)

    def examined(self, name: str, release: str) -> tuple[Check, ...]:
        """This will say what the gate would say of a release of a world, without letting it answer.

        Raises:
            InputError: the world has no such release, or no releases.

        """
        releases = self.releases(name)
        if releases is None:
            raise InputError(f"The world '{name}' is one forecast folder, without releases.", hint="Add releases to it.")
        folder = releases.folder(release)
        try:
            return self._loaded(name, release, folder=folder, served=self._held.get(name))[1]
        except FAULTS as fault:
            return (Check("loads", "refused", sentence_of(fault, world=name, home=self.settings[name].folder)),)

    def watch(self, seconds: float, *, told: Callable[[Swap], None] | None = None) -> None:
        """This will refresh every so many seconds in a thread, until ``stop``; ``told`` hears of each swap."""
        if self._watcher is not None:
            return
        self._stop.clear()

        def look() -> None:
            while not self._stop.wait(seconds):
                for swap in self.refresh():
                    if told is not None:
                        told(swap)

        self._watcher = threading.Thread(target=look, name="busyness-releases", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """This will end the watcher and wait for it."""
        self._stop.set()
        if self._watcher is not None:
            self._watcher.join()
            self._watcher = None

    def _refreshed(self, name: str) -> Swap | None:
        if self.in_the_making(name):
            return None
        self._take_champion(name)
        champion, before = self._champions.get(name), self._held.get(name)
        if champion is None:
            return None
        after = self._trials.served(champion, self.releases(name))
        if after is before:
            return None
        self._held = MappingProxyType({**self._held, name: after})
        return Swap(name, before, after)

    def _take_champion(self, name: str) -> None:
        settings, served = self.settings[name], self._champions.get(name)
        try:
            candidates = [
                (_Seen(release, signature(folder)), folder)
                for release, folder in _candidates(settings.folder, first=served is None)
            ]
        except FAULTS as fault:  # one broken world never stops the others
            self._refuse(name, "", fault=fault)
            return
        for seen, folder in candidates:
            release = seen.release
            if self._seen.get(name) == seen:
                return
            try:
                snapshot, checks = self._loaded(name, release, folder=folder, served=served)
                passed(checks)
                if snapshot.adds_up:
                    together(snapshot)  # asked for often, and thousands of places take a while: done before it answers
            except FAULTS as fault:
                self._refuse(name, release, fault=fault)
                self._remember(name, seen, champion=candidates[0][0])
                continue
            self._remember(name, seen, champion=candidates[0][0])
            self._accept(snapshot, checks, newest=seen == candidates[0][0])
            return

    def _beside(self, champion: Snapshot, release: str) -> tuple[Snapshot, tuple[Check, ...]]:
        """A challenger, as the gate sees it beside the champion."""
        folder = Releases(self.settings[champion.world].folder).folder(release)
        return self._loaded(champion.world, release, folder=folder, served=champion)

    def _loaded(
        self, name: str, release: str, *, folder: Path, served: Snapshot | None
    ) -> tuple[Snapshot, tuple[Check, ...]]:
        settings = self.settings[name]
        snapshot = load_snapshot(folder, world=name, release=release, small_counts=settings.small_counts)
        limits = Limits(stale_hours=settings.stale_hours)
        return snapshot, checked(snapshot, served=served, now=self.now(name), limits=limits)

    def _remember(self, name: str, seen: _Seen, *, champion: _Seen) -> None:
        if seen == champion:  # a stand-in does not hide that the champion's files changed
            self._seen[name] = seen

    def _accept(self, snapshot: Snapshot, checks: tuple[Check, ...], *, newest: bool) -> None:
        self._checks = MappingProxyType({**self._checks, snapshot.world: checks})
        if newest:
            left = {world: refusal for world, refusal in self._refusals.items() if world != snapshot.world}
            self._refusals = MappingProxyType(left)
        self._champions[snapshot.world] = snapshot

    def _refuse(self, name: str, release: str, *, fault: BaseException) -> None:
        home = self.settings[name].folder
        sentence = sentence_of(fault, world=name, home=home)
        checks = fault.checks if isinstance(fault, GateError) else (Check("loads", "refused", sentence),)
        refusal = Refusal(name, release, self.clock.now(), sentence, checks)
        earlier = self._refusals.get(name)
        if earlier is None or (earlier.release, earlier.sentence) != (release, refusal.sentence):
            self._refusals = MappingProxyType({**self._refusals, name: refusal})
            log.warning("%s: release %s may not answer. %s (%s)", name, release or "?", sentence, home)


def _plain(folder: Path) -> bool:
    return not (folder / CHAMPION).exists() and (folder / PATHS).is_file()


def _is_there(folder: Path) -> bool:
    return _plain(folder) or (folder / CHAMPION).exists()


def _candidates(folder: Path, *, first: bool) -> list[tuple[str, Path]]:
    """What may answer, best first: the champion; and, when nobody answers yet, those before it."""
    if _plain(folder):
        return [(PLAIN, folder)]
    releases = Releases(folder)
    champion = releases.champion()
    if champion is None:
        raise InputError(f"{folder} has neither a champion nor a forecast.", hint="Make one: busyness forecast … --out DIR.")
    return [(release, releases.folder(release)) for release in _in_turn(releases, champion, first=first)]


def _in_turn(releases: Releases, champion: Champion, *, first: bool) -> list[str]:
    here = set(releases.all())
    earlier = [one.release for one in champion.previous if one.release in here] if first else []
    return list(dict.fromkeys([champion.release, *earlier]))
