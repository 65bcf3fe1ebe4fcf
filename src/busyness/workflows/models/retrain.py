"""Train again when it is time: a challenger against the champion on days that neither had seen, and a decision that is kept.

Whoever keeps the timetable (cron, systemd, an orchestrator) calls it as often as it likes: it says itself whether it is due.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from busyness.domain.clock import Clock
from busyness.models.warm import continued
from busyness.registry.artifact import load_artifact
from busyness.registry.card import Card
from busyness.registry.releases import Releases
from busyness.registry.settled import on_disk, write_json
from busyness.registry.trials import running
from busyness.tables.panel import SealedPanel
from busyness.tables.verbs import Forecaster
from busyness.workflows.folder import MODEL
from busyness.workflows.forecast import forecasted
from busyness.workflows.ingest import Ingested, ingest
from busyness.workflows.model_choice import AUTO, with_model_chosen
from busyness.workflows.models.ancestry import with_ancestry
from busyness.workflows.models.continuation import continued_words, with_continuation
from busyness.workflows.models.held import Held, held
from busyness.workflows.models.rehearsal import Rehearsal, known_until, rehearsed
from busyness.workflows.models.releasing import examined
from busyness.workflows.posted import Store, with_posted
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.retrain_settings import RetrainSettings
from busyness.workflows.service.gate import Check
from busyness.workflows.settings import RunSettings
from busyness.workflows.what_if import run_settings
from busyness.workflows.wiring.restored import restored

DECISIONS, DECISION = "decisions", "decision.json"
DRIFTED, VERDICT, FOUND = "drifted", "verdict", "found"
"""Columns of a table of drift that say, where they are there, which rows count and since when they do."""

_WARM = "The challenger is the champion, continued (warm), not trained anew."

Verdict = Literal["not due", "kept", "challenger", "promoted", "refused"]


@dataclass(frozen=True)
class Task:
    """What is asked: other rules or another recipe than the champion's (of ``model`` and ``preparation`` the blocks that
    were set); what drifted (see ``drifted_since``); ``anyway``: also when it is not due; ``dry_run``: only compare; in whose
    name; ``posted``: where counts are that were posted to the service.
    """

    rules: RetrainSettings | None = None
    recipe: RunSettings | None = None
    drifted: pl.DataFrame | None = None
    anyway: bool = False
    dry_run: bool = False
    by: str = "retrain"
    posted: Store = field(default_factory=Store)


@dataclass(frozen=True)
class Retrained:
    """What was decided, and in a sentence why; ``release``: the new one, if one was made; ``rehearsal``: the figures;
    ``recipe``: in a sentence, how the challenger's differs from the champion's; ``posted``: in another, what was read beside
    the run's files.
    """

    verdict: Verdict
    sentence: str
    because: str
    at: str
    by: str
    champion: str
    release: str = ""
    margin: float = 0.0
    rehearsal: Rehearsal | None = None
    checks: tuple[Check, ...] = ()
    recipe: str = ""
    posted: str = ""

    def to_dict(self) -> dict[str, Any]:
        """This will return the decision as JSON holds it."""
        return asdict(self)


def retrain(world: Path, task: Task, *, clock: Clock, progress: Progress | None = None) -> Retrained:
    """This will train a challenger if it is due, compare it with the champion, and promote it if it is better.

    Better means: on the last days its absolute error is smaller by the margin, and the 95 % interval over days is above
    zero. If it is smaller but not surely, it becomes a release and the challenger, for a trial; else it is dropped. Every
    decision is written to ``WORLD/decisions/``, and into the release if one is made.

    Raises:
        InputError: there is no champion, or its run's files are gone.
        TooLittleHistoryError: there are too few days to compare on.

    """
    world, progress = Path(world), progress or Silent()
    trial = running(world)
    champion = held(world, "champion")
    own = run_settings(champion.folder)
    rules = task.rules or own.retrain
    ready, because = due(champion.card, rules, now=clock.now(), drifted=task.drifted)
    quiet = Retrained("not due", because, because, clock.now().isoformat(timespec="seconds"), task.by, champion.release)
    if trial is not None:
        return replace(quiet, sentence=f"The trial {trial.id} runs until {trial.plan.end}: nobody is replaced meanwhile.")
    if not ready and not task.anyway:
        return quiet
    progress.step("Reading")
    with _scratch(world) as scratch:  # what is only compared leaves no file
        into = scratch if task.dry_run else None
        own, posted = with_posted(own, world, task.posted, now=clock.now(), into=into)
        found = ingest(own, progress=progress)
    found, settings = with_model_chosen(found, _with_recipe(own, task.recipe))
    own = _as_it_was(own, champion)
    warm = rules.warm
    rules = rules.model_copy(update={"warm": rules.warm and _same_recipe(own, settings)})
    shown = rehearsed(found, champion, (own, settings), rules=rules, progress=progress)
    verdict, sentence = judged(shown, margin=rules.margin, would=task.dry_run)
    because = because if ready else "it was asked for"
    decided = replace(quiet, verdict=verdict, sentence=sentence, because=because, margin=rules.margin, rehearsal=shown)
    decided = replace(decided, recipe=recipe_told(own, settings, warm=warm and not shown.same), posted=posted)
    if task.dry_run:
        return decided
    if verdict != "kept":
        plan = _Plan(found, settings, rules.warm)
        decided = _released(world, champion, decided, plan=plan, clock=clock, progress=progress)
    _write(world, decided, now=clock.now())
    return decided


def due(card: Card, rules: RetrainSettings, *, now: datetime, drifted: pl.DataFrame | None = None) -> tuple[bool, str]:
    """This will say whether a model is to be trained again, and why or why not."""
    if drifted is not None and rules.on_drift:
        rows = drifted_since(drifted, card)
        if rows.height:
            first = ", ".join(str(value) for value in rows.row(0)[:3] if value not in (None, ""))
            return True, f"{rows.height} drifted: {first}" + (" and more" if rows.height > 1 else "")
    age = now - card.created_at
    days = age.total_seconds() / 86_400
    if age >= rules.age:
        return True, f"the model is {days:.1f} days old, and may be {rules.every}"
    return False, f"The model is {days:.1f} days old and may be {rules.every}; nothing is due."


def drifted_since(table: pl.DataFrame, card: Card) -> pl.DataFrame:
    """This will return the rows that tell of drift: those with ``drifted`` true or the ``verdict`` drifted, else all.

    Of what was ``found`` on a day (``signals.csv`` of ``busyness watch``) only that from after the model's data.
    """
    if DRIFTED in table.columns:
        table = table.filter(pl.col(DRIFTED))
    elif VERDICT in table.columns:
        table = table.filter(pl.col(VERDICT) == DRIFTED)
    last = card.data_card.last
    return table.filter(pl.col(FOUND).cast(pl.Date) > last.date()) if FOUND in table.columns and last else table


def judged(shown: Rehearsal, *, margin: float, would: bool = False) -> tuple[Verdict, str]:
    """This will say what becomes of a challenger, or what ``would``, and why."""
    stays = "the champion would stay" if would else "the champion stays"
    if shown.same:
        return "kept", f"There are no new data and the recipe is the same: {stays}."
    gain = shown.gain
    sign = "smaller" if gain.mean >= 0 else "larger"
    told = (
        f"From {shown.first_day} to {shown.last_day} the challenger's error is {abs(gain.mean):.1%} {sign} than the "
        f"champion's (smaller by {gain.low:.1%} to {gain.high:.1%}: 95 % interval over {gain.clusters} days; asked for are "
        f"{margin:.1%})"
    )
    if gain.mean >= margin and gain.low > 0:
        return "promoted", f"{told}: it {'would answer' if would else 'answers'} from now on."
    if gain.mean > 0:
        waits = "would wait" if would else "waits"
        return "challenger", f"{told}: not surely better. It {waits} as challenger; busyness models trial can tell."
    return "kept", f"{told}: {stays}."


@dataclass(frozen=True)
class _Plan:
    """What the challenger is trained on, how, and whether it continues the champion."""

    found: Ingested
    settings: RunSettings
    warm: bool

    def fit(self, champion: Held) -> Callable[[SealedPanel], Forecaster] | None:
        """What makes the model, where it is not trained anew."""
        if not self.warm:
            return None
        parts, card = load_artifact(champion.folder / MODEL)
        model = restored(parts, threads=self.settings.model.threads, version=card.version)
        return lambda sealed: continued(model, sealed, seen=known_until(self.found.panel, card))


def recipe_told(champion: RunSettings, challenger: RunSettings, *, warm: bool = False) -> str:
    """This will say how the challenger's model and preparation differ from the champion's, and whether it continues it."""
    if warm:
        same = _same_recipe(champion, challenger)
        anew = "Trained anew, although warm is true: only a champion of the same recipe can be continued."
        return f"{recipe_told(champion, challenger)} {_WARM if same else anew}"
    changes = []
    for block in ("model", "preparation"):
        before, after = (getattr(each, block).model_dump(mode="json") for each in (champion, challenger))
        changes += [f"{name} {before[name]} → {after[name]}" for name in after if after[name] != before[name]]
    if changes:
        return f"Recipe: the champion's with {', '.join(changes)}."
    return f"Recipe: the champion's ({challenger.model.model}{', fast' if challenger.model.fast else ''})."


def _with_recipe(own: RunSettings, recipe: RunSettings | None) -> RunSettings:
    """The champion's settings with the blocks that another recipe sets; the model for as far ahead as the champion."""
    if recipe is None:
        return own
    ahead = {"horizon": own.model.horizon, "threads": own.model.threads}
    blocks = {"model": recipe.model.model_copy(update=ahead), "preparation": recipe.preparation}
    return own.model_copy(update={name: block for name, block in blocks.items() if name in recipe.model_fields_set})


def _as_it_was(own: RunSettings, champion: Held) -> RunSettings:
    """The champion's settings with the model that ``auto`` chose for it then."""
    if own.model.model != AUTO:
        return own
    return own.model_copy(update={"model": own.model.model_copy(update={"model": champion.card.kind, "arguments": {}})})


def _same_recipe(one: RunSettings, other: RunSettings) -> bool:
    return (one.model, one.preparation) == (other.model, other.preparation)


def _released(
    world: Path,
    champion: Held,
    decided: Retrained,
    *,
    plan: _Plan,
    clock: Clock,
    progress: Progress,
) -> Retrained:
    """Train on all there is, and make that a release: the champion if the gate lets it, or the challenger."""
    run = forecasted(plan.found, plan.settings, progress=progress, clock=clock, fit=plan.fit(champion))
    figures = {"verdict": decided.verdict, "sentence": decided.sentence, "margin": decided.margin}
    card = with_ancestry(run.card, champion.card, why=decided.because, decision=figures)
    if plan.warm and decided.rehearsal is not None:
        before = load_artifact(champion.folder / MODEL)
        card = with_continuation(card, run.model.to_parts(), before, shown=decided.rehearsal)
        decided = replace(decided, recipe=f"{decided.recipe.removesuffix(_WARM)}{' '.join(continued_words(card))}")
    run = replace(run, card=card)
    with _scratch(world) as stage:
        progress.step("Writing")
        run.write(stage, clock=clock, progress=progress)
        checks = examined(world, stage, now=clock.now())
        refused = [check.sentence for check in checks if check.verdict == "refused"]
        if refused:
            return replace(
                decided, verdict="refused", sentence=f"{decided.sentence} But: {' '.join(refused)}", checks=checks
            )
        (stage / DECISION).write_text(json.dumps(decided.to_dict(), indent=1, ensure_ascii=False) + "\n", "utf-8")
        releases = Releases(world)
        release = releases.add(stage, now=clock.now())
    if decided.verdict == "promoted":
        releases.promote(release, by=decided.by, why=decided.sentence, now=clock.now())
    else:
        releases.challenge(release)
    return replace(decided, release=release, checks=checks)


@contextmanager
def _scratch(world: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=".retrain-", dir=world))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(world: Path, decided: Retrained, *, now: datetime) -> None:
    folder = world / DECISIONS
    with on_disk(folder):
        folder.mkdir(exist_ok=True)
        write_json(folder / f"{now:%Y%m%dT%H%M%SZ}-retrain.json", decided.to_dict())
