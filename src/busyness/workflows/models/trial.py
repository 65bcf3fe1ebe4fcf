"""A trial of a challenger in real life: first in its shadow, then by lot, then a decision that is written down.

A service of the world takes part by itself (``workflows/service/trials.py``). ``WORLD/trials/ID/`` holds ``trial.json``,
``assignment.csv`` (who serves which place on which day), ``shadow.parquet`` (what both models said, and what came) and at
the end ``decision.json``.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from busyness.domain.clock import Clock
from busyness.domain.errors import BusynessError, InputError
from busyness.registry.lots import CHALLENGER
from busyness.registry.releases import Releases
from busyness.registry.settled import alone, write_json
from busyness.registry.trials import DECISION, TRIALS, Plan, Trial, renewed, running, write_trial
from busyness.tables.panel import wall_times
from busyness.workflows.folder import read_forecast
from busyness.workflows.models.fresh import fresh_release
from busyness.workflows.models.held import held
from busyness.workflows.models.releasing import examined
from busyness.workflows.models.shadow import SHADOW, shadow_effect
from busyness.workflows.models.switchback import DATE, Effect, assignment, better, effect
from busyness.workflows.posted import Store
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.service.gate import passed

_LEAST_SHADOW_DAYS = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who decides, and whether higher outcomes are the better ones."""

    by: str
    higher: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What came of a trial: whether the challenger was promoted, in a sentence why, and the effects it rests on."""

    promoted: bool
    sentence: str
    effect: Effect
    rests_on: str
    at: str
    by: str

    def to_dict(self) -> dict[str, Any]:
        """This will return the decision as JSON holds it."""
        return asdict(self)


def start(world: Path, challenger: str, plan: Plan, *, clock: Clock) -> Trial:
    """This will name the challenger, draw the lot, and write the trial down.

    A service of this world follows the lot by itself: from its first day on, what is forecast of a place and a local day is
    said by the model that the lot names, once the challenger has passed the gate; until then, and after, by the champion.

    Raises:
        InputError: a trial runs already, or there is no such release, or it is the champion or of the same model.

    """
    world = Path(world)
    open_one = running(world)
    if open_one is not None:
        raise InputError(f"The trial {open_one.id} still runs.", hint=f"First: busyness models trial decide {world}.")
    first, second = held(world, "champion"), held(world, challenger)
    if second.release == first.release:
        raise InputError(f"'{second.release}' is the champion: there is nothing to try.", hint="Name another release.")
    if second.card.version == first.card.version or second.card.recipe == first.card.recipe:
        raise InputError(
            f"'{second.release}' is the champion's model ({first.card.version}): both would say the same of the same data.",
            hint="Name a release of another model; busyness models list names them.",
        )
    Releases(world).challenge(second.release)
    id_ = f"{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    folder = world / TRIALS / id_
    trial = Trial(id_, folder, first.release, second.release, (first.card.version, second.card.version), plan)
    with alone(world):
        folder.mkdir(parents=True)
        if plan.weeks:
            assignment(plan.design, _places(first.folder)).write_csv(folder / "assignment.csv")
    write_trial(world, trial)
    return trial


def current(world: Path) -> Trial:
    """This will return the trial that runs, or raise ``InputError`` where none does."""
    found = running(Path(world))
    if found is None:
        raise InputError(f"No trial runs in {world}.", hint="Begin one: busyness models trial start WORLD CHALLENGER.")
    return found


def status(world: Path, *, clock: Clock) -> dict[str, Any]:
    """This will say how a trial stands: its phase, who serves today, and what the shadow shows so far.

    ``refused`` says why the challenger may not answer (nothing: it may): its days by lot are then the champion's.

    Whether the challenger is better is decided once, at the end: looking every day and stopping when it looks good takes
    chance for a gain far more often than one time in twenty.
    """
    trial = current(world)
    plan, today = trial.plan, _today(Path(world), trial, clock=clock)
    phase = "over" if today >= plan.end else "by lot" if plan.weeks and today >= plan.design.start else "shadow"
    phase = "not begun" if today < plan.start else phase
    arms = [plan.design.arm(place, today) for place in _places(_folder(Path(world), trial))] if plan.weeks else []
    begun = (trial.folder / SHADOW).is_file()
    shadow = shadow_effect(trial.folder) if begun else None
    known = shadow is not None and shadow.difference.clusters > 0
    return {
        "trial": trial.id,
        "champion": trial.champion,
        "challenger": trial.challenger,
        "phase": phase,
        "start": plan.start.isoformat(),
        "lot_from": plan.design.start.isoformat() if plan.weeks else None,
        "end": plan.end.isoformat(),
        "days_left": max((plan.end - today).days, 0),
        "served_by_challenger_today": arms.count(CHALLENGER),
        "places": len(arms),
        "refused": _refused(Path(world), trial, clock=clock) if plan.weeks else "",
        "shadow_begun": begun,
        "shadow": asdict(shadow) if shadow and known else None,
    }


def nothing_to_learn(world: Path, trial: Trial) -> str:
    """This will say that the world's data are too old for a trial: even what they forecast ends before it; else nothing."""
    said = read_forecast(_folder(Path(world), trial)).forecast
    last = wall_times(said.places, said.slots)[:, -1].max().astype("datetime64[D]").item()
    if (trial.folder / SHADOW).is_file():
        last = max(last, pl.read_parquet(trial.folder / SHADOW)[DATE].max() or last)
    if last >= trial.plan.start:
        return ""
    return (
        f"The forecast of the world's data ends on {last}, before the trial begins on {trial.plan.start}: it will learn "
        "nothing unless newer counts come into the run's files."
    )


def decide(
    world: Path,
    verdict: Verdict,
    *,
    clock: Clock,
    outcomes: pl.DataFrame | None = None,
    dry_run: bool = False,
    posted: Store | None = None,
    progress: Progress | None = None,
) -> Decision:
    """This will decide a trial that is over and write the decision down, with its figures, beside the trial.

    ``outcomes`` (``place, date, value``) are what counts: costs, lost sales, waiting. Without them the absolute errors of
    the shadow decide. If the whole 95 % interval is on the better side, the challenger forecasts from the run's files as
    they are now, with what was ``posted``, and that release is promoted through the gate; otherwise the champion stays and
    nobody challenges it.

    Raises:
        InputError: the trial is not over, or there is nothing to decide by.
        GateError: the challenger may not answer; the trial stays open.

    """
    world, trial = Path(world), current(world)
    today = _today(world, trial, clock=clock)
    if today < trial.plan.end:
        raise InputError(
            f"The trial runs until {trial.plan.end}; today is {today}.",
            hint="Deciding early takes chance for a gain: wait, or see busyness models trial status.",
        )
    found = _effect(trial, outcomes)
    promoted = better(found.difference, higher=verdict.higher)
    rests_on = "outcomes of the switch-back" if outcomes is not None else "absolute errors in the shadow"
    worse = better(found.difference, higher=not verdict.higher)
    ending = (
        f"the challenger {'would answer' if dry_run else 'answers'} from now on"
        if promoted
        else f"the champion {'would stay' if dry_run else 'stays'}: "
        + ("it is the better one" if worse else "chance alone could have done that")
    )
    sentence = _sentence(found, rests_on, ending)
    decided = Decision(promoted, sentence, found, rests_on, clock.now().isoformat(timespec="seconds"), verdict.by)
    if dry_run:
        return decided
    releases = Releases(world)
    if promoted:
        folder, bar = releases.folder(trial.challenger), progress or Silent()
        release = fresh_release(world, folder, clock=clock, progress=bar, posted=posted)
        releases.promote(release, by=verdict.by, why=sentence, now=clock.now())
    releases.challenge(None)
    with alone(world):
        write_json(trial.folder / DECISION, decided.to_dict())
    return decided


def forecast_again(world: Path, *, clock: Clock, posted: Store | None = None, progress: Progress | None = None) -> Trial:
    """This will let the challenger forecast from the run's files as they are now, and what was ``posted``; the trial goes on
    with that release.

    A service that is refreshed with posted counts does so by itself.

    Raises:
        InputError: no trial runs, or the run's files are gone.
        GateError: the new forecast may not answer; the trial goes on with the old one.

    """
    world, trial = Path(world), current(world)
    releases = Releases(world)
    folder, bar = releases.folder(trial.challenger), progress or Silent()
    release = fresh_release(world, folder, clock=clock, progress=bar, posted=posted)
    releases.challenge(release)
    return renewed(world, trial, release)


def stop(world: Path, *, by: str, why: str, clock: Clock) -> str:
    """This will end a trial before its time, for the champion, and return the sentence that is written down.

    Ending early can only leave things as they are, so that chance is never taken for a gain; what was seen stays on record.

    Raises:
        InputError: no trial runs, or no reason is given.

    """
    world, trial = Path(world), current(world)
    if not why.strip():
        raise InputError("A trial that is stopped needs a reason.", hint='Say why in a few words: --why "…".')
    sentence = f"Stopped before its time, the champion stays: {why.strip()}"
    Releases(world).challenge(None)
    with alone(world):
        write_json(
            trial.folder / DECISION,
            {"promoted": False, "sentence": sentence, "at": clock.now().isoformat(timespec="seconds"), "by": by},
        )
    return sentence


def _effect(trial: Trial, outcomes: pl.DataFrame | None) -> Effect:
    if outcomes is not None:
        if not trial.plan.weeks:
            raise InputError("This trial had no weeks by lot: outcomes cannot be told apart.", hint="Leave them out.")
        return effect(outcomes, trial.plan.design)
    if not (trial.folder / SHADOW).is_file():
        raise InputError(
            "There is nothing to decide by.", hint="Give --outcomes FILE, or run busyness models trial shadow every day."
        )
    found = shadow_effect(trial.folder)
    if found.difference.clusters < _LEAST_SHADOW_DAYS:
        raise InputError(
            f"The shadow has {found.difference.clusters} days to compare; at least {_LEAST_SHADOW_DAYS} are needed.",
            hint="Run busyness models trial shadow every day.",
        )
    return found


def _sentence(found: Effect, rests_on: str, ending: str) -> str:
    share = found.relative
    told = f"{share.mean:+.1%} (95 % interval {share.low:+.1%} to {share.high:+.1%}, {share.clusters} days or pairs of days)"
    return f"By the {rests_on} the challenger makes a difference of {told}; {ending}."


def _refused(world: Path, trial: Trial, *, clock: Clock) -> str:
    """Why the gate does not let the challenger answer."""
    try:
        passed(examined(world, Releases(world).folder(trial.challenger), now=clock.now()))
    except BusynessError as fault:
        return str(fault)
    return ""


def _folder(world: Path, trial: Trial) -> Path:
    """Where the champion's forecast is now: a refresh gives it a new release, and old ones go."""
    champion = Releases(world).champion()
    return Releases(world).folder(champion.release if champion else trial.champion)


def _places(folder: Path) -> tuple[str, ...]:
    return read_forecast(folder).forecast.ids


def _today(world: Path, trial: Trial, *, clock: Clock) -> date:
    """The local date at the first place."""
    places = read_forecast(_folder(world, trial)).forecast.places
    return clock.now().astimezone(ZoneInfo(places[0].timezone)).date()
