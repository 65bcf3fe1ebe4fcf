"""The trials of a world, as its folder keeps them: what was planned, between which releases, and which of them runs.

``WORLD/trials/ID/trial.json`` says it; once ``decision.json`` lies beside it, the trial is over.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from busyness.domain.errors import ArtifactError, InputError
from busyness.registry.lots import Design, Unit
from busyness.registry.settled import alone, settle, write_json

TRIALS, TRIAL, DECISION = "trials", "trial.json", "decision.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a trial is to go: days in the shadow from ``start`` on, then weeks by lot; by whom and why."""

    start: date
    shadow_days: int = 7
    weeks: int = 4
    unit: Unit = "places"
    seed: int = 0
    by: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        if self.shadow_days < 0:
            raise InputError("A trial cannot have fewer than no days in the shadow.", hint="Use 0, 7, 14, …")
        if self.weeks:
            self.design  # noqa: B018  # weeks without a pair are refused now, not in a month

    @property
    def design(self) -> Design:
        """The switch-back after the shadow."""
        return Design(self.start + timedelta(days=self.shadow_days), self.weeks, self.unit, self.seed)

    @property
    def end(self) -> date:
        """The first day after the trial."""
        return self.start + timedelta(days=self.shadow_days + 7 * self.weeks)


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that was begun: its id and folder, the two releases and the versions of their models, and the plan."""

    id: str
    folder: Path
    champion: str
    challenger: str
    versions: tuple[str, str]
    plan: Plan


def write_trial(world: Path, trial: Trial) -> None:
    """This will write a trial down in one step: whoever looks meanwhile finds it as it was, or whole."""
    facts = {name: value for name, value in asdict(trial).items() if name not in ("id", "folder")}
    facts["plan"] |= {"start": trial.plan.start.isoformat()}
    stage = trial.folder / f".unfinished-{TRIAL}"
    with alone(world):
        trial.folder.mkdir(parents=True, exist_ok=True)
        write_json(stage, facts)
        stage.replace(trial.folder / TRIAL)
        settle(trial.folder)


def renewed(world: Path, trial: Trial, release: str) -> Trial:
    """This will have a trial go on with a newer forecast of the challenger's model: ``release``, with the same lots."""
    again = replace(trial, challenger=release)
    write_trial(world, again)
    return again


def not_on_trial(world: Path, release: str) -> None:
    """This will raise ``InputError`` where a release is the challenger of a trial that runs: the trial decides it."""
    trial = running(world)
    if trial is not None and release == trial.challenger:
        raise InputError(
            f"'{release}' is on trial ({trial.id}) until {trial.plan.end}.",
            hint=f"When it is over: busyness models trial decide {world}. To end it now: "
            f"busyness models trial stop {world} --why …, then promote.",
        )


def running(world: Path) -> Trial | None:
    """This will return the newest trial that was not decided; None where none runs."""
    folders = sorted((world / TRIALS).glob(f"*/{TRIAL}"))
    running = [file for file in folders if not (file.parent / DECISION).is_file()]
    if not running:
        return None
    file = running[-1]
    try:
        facts = json.loads(file.read_text("utf-8"))
        plan = Plan(**{**facts["plan"], "start": date.fromisoformat(facts["plan"]["start"])})
        versions = (str(facts["versions"][0]), str(facts["versions"][1]))
        return Trial(file.parent.name, file.parent, facts["champion"], facts["challenger"], versions, plan)
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise ArtifactError(f"{file} is damaged.", file=TRIAL, hint="Remove the trial's folder, and begin again.") from fault
