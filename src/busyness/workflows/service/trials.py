"""The trial of each world, as the service takes part in it: the challenger answers where its lot says so, if it may."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from busyness.registry.releases import Releases
from busyness.registry.trials import Trial, running
from busyness.workflows.service.ask_chain import together
from busyness.workflows.service.by_lot import by_lot
from busyness.workflows.service.gate import Check, passed
from busyness.workflows.service.snapshot import Snapshot, signature
from busyness.workflows.service.told import FAULTS, sentence_of

log = logging.getLogger("busyness.service")

Examine = Callable[[Snapshot, str], tuple[Snapshot, tuple[Check, ...]]]
"""Loads a release of the champion's world, and puts it through the gate beside the champion."""


@dataclass(frozen=True)
class Stand:
    """How a world's trial stands: the challenger's release and its model, the days by lot (``ends``: the first after them;
    None: the trial has none), and why the champion answers alone, if it does.
    """

    trial: str
    challenger: str
    model_version: str = ""
    begins: date | None = None
    ends: date | None = None
    refused: str = ""


@dataclass(frozen=True)
class _Looked:
    """What was looked at last, and what came of it: nothing is loaded twice for nothing."""

    mark: str
    served: Snapshot
    stand: Stand


class Trials:
    """What answers in each world, given its champion. It is looked at again when the champion, the trial or the challenger's
    files change; a new day needs no look, for whose it is stands in the forecast.
    """

    def __init__(self, examine: Examine) -> None:
        self._examine = examine
        self._looked: dict[str, _Looked] = {}
        self.stands: Mapping[str, Stand] = MappingProxyType({})

    def served(self, champion: Snapshot, releases: Releases | None) -> Snapshot:
        """This will return the champion's snapshot, or, while a trial runs, that with what is the challenger's by lot."""
        world = champion.world
        if releases is None:
            return champion
        trial: Trial | None = None
        try:
            trial = running(releases.world)
            if trial is None:
                self._told(world, None)
                self._looked.pop(world, None)
                return champion
            mark = _mark(champion, trial, releases)
        except FAULTS as fault:
            self._told(world, _refused(champion, trial, releases, fault))
            return champion
        looked = self._looked.get(world)
        if looked is None or looked.mark != mark:
            looked = self._look(champion, trial, releases=releases, mark=mark)
            self._looked[world] = looked
        self._told(world, looked.stand)
        return looked.served

    def _look(self, champion: Snapshot, trial: Trial, *, releases: Releases, mark: str) -> _Looked:
        stand = _stand(trial)
        if champion.release == trial.challenger or champion.model_version == trial.versions[1]:
            return _Looked(mark, champion, replace(stand, refused="The challenger is the champion already."))
        if not trial.plan.weeks:
            return _Looked(mark, champion, stand)
        try:
            challenger, checks = self._examine(champion, trial.challenger)
            passed(checks)
            served = by_lot(champion, challenger, trial)
            if served.adds_up:
                together(served)  # asked for often, and thousands of places take a while: done before it answers
        except FAULTS as fault:
            return _Looked(mark, champion, _refused(champion, trial, releases, fault))
        return _Looked(mark, served, stand)

    def _told(self, world: str, stand: Stand | None) -> None:
        if self.stands.get(world) == stand:
            return
        others = {name: other for name, other in self.stands.items() if name != world}
        self.stands = MappingProxyType(others if stand is None else {**others, world: stand})
        if stand is not None and stand.refused:
            log.warning("%s: the challenger of trial %s does not answer. %s", world, stand.trial or "?", stand.refused)


def _stand(trial: Trial) -> Stand:
    days = (trial.plan.design.start, trial.plan.design.end) if trial.plan.weeks else (None, None)
    return Stand(trial.id, trial.challenger, trial.versions[1], *days)


def _refused(champion: Snapshot, trial: Trial | None, releases: Releases, fault: BaseException) -> Stand:
    stand = Stand("", "") if trial is None else _stand(trial)
    return replace(stand, refused=sentence_of(fault, world=champion.world, home=releases.world))


def _mark(champion: Snapshot, trial: Trial, releases: Releases) -> str:
    files = signature(releases.folder(trial.challenger))
    return f"{champion.etag}/{trial.id}/{trial.plan}/{trial.challenger}/{files}"
