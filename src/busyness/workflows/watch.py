"""Walk through the last weeks day by day: the model as it was fitted, the same updated every day, and last week's values.

Each origin is predicted, then observed, then learned from. What the fitted model was off by is watched for changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.backtesting.baselines import seasonal_naive
from busyness.domain.clock import Clock, SystemClock
from busyness.domain.errors import InputError, TooLittleHistoryError
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.online import UpdatingForecaster
from busyness.monitoring.accuracy import over_time
from busyness.monitoring.quiet import in_doubt
from busyness.monitoring.sentences import said
from busyness.monitoring.signals import WatchRules, of_inputs, signals
from busyness.monitoring.stability import input_stability
from busyness.monitoring.walked import Walked
from busyness.registry.artifact import load_artifact, save_artifact
from busyness.registry.card import Card
from busyness.registry.releases import RELEASES
from busyness.reports.drift_page import DriftMaterial, doubt_said, drift_page
from busyness.reports.plan_page import plan_words
from busyness.reports.sentences import sentence_in
from busyness.sources.files.counts import CountsSource
from busyness.tables import columns as c
from busyness.tables.panel import Panel, SealedPanel, wall_times
from busyness.workflows.folder import MODEL, PATHS, SETTINGS
from busyness.workflows.ingest import Ingested, from_panel, ingest, preparer
from busyness.workflows.output import results
from busyness.workflows.predict import as_trained
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.record import updated_card
from busyness.workflows.settings import RunSettings
from busyness.workflows.simulated import from_simulation
from busyness.workflows.train import trained
from busyness.workflows.wiring.restored import restored

FROZEN, UPDATING = "frozen", "updating"
"""What the fitted model is called in tables, and the one that goes on learning."""

_LEAST_DAYS = 14
_INPUT_DAYS = 56  # the days before that inputs are compared with

Prepare = Callable[[SealedPanel], SealedPanel]


@dataclass(frozen=True, repr=False)
class WatchRun:
    """What was found: ``accuracy`` by day and forecaster, ``signals`` with their sentences, ``inputs`` by their index.

    ``model`` is the updated model at the end, ``card`` that of the fitted one. ``in_doubt`` is the share that the fitted
    model's bands hold where too few days are quiet to tell that demand left what the forecast says; None elsewhere.
    """

    accuracy: pl.DataFrame
    signals: pl.DataFrame
    inputs: pl.DataFrame
    ingested: Ingested
    model: UpdatingForecaster
    card: Card
    settings: RunSettings
    in_doubt: float | None = None

    def __repr__(self) -> str:
        return f"WatchRun({self.signals.height} signals, {self.summary()})"

    def summary(self, *, days: int | None = None) -> dict[str, dict[str, float | None]]:
        """This will return ``mae``, ``wape`` and ``coverage`` of each forecaster over all days, or the last ``days``."""
        dates = self.accuracy[c.DATE].unique().sort()
        chosen = self.accuracy.filter(pl.col(c.DATE) >= dates[-min(days or len(dates), len(dates))])
        summed = chosen.group_by("forecaster", maintain_order=True).agg(
            (pl.col("missed").sum() / pl.col("slots").sum()).alias("mae"),
            (pl.col("missed").sum() / pl.col("came").sum()).alias("wape"),
            ((pl.col("coverage") * pl.col("slots")).sum() / pl.col("slots").sum()).alias("coverage"),
        )
        return {
            name: {"mae": mae, "wape": wape, "coverage": None if name == c.SEASONAL_NAIVE else held}
            for name, mae, wape, held in summed.iter_rows()
        }

    def told(self) -> list[str]:
        """This will return what has changed, in sentences of the run's language; that nothing has, where nothing has; that
        it cannot be told, where too few days are quiet.
        """
        language, found = self.settings.output.lang, self.signals["sentence"].to_list()
        if self.in_doubt is not None and not self.signals["signal"].is_in(["level", "slow_level"]).any():
            return [doubt_said(self.in_doubt, plan_words(language)), *found]
        return found or [sentence_in(language)("Nothing has changed that chance could not do.")]

    def tables(self) -> list[tuple[str, list[str], list[list[Any]]]]:
        """This will return the errors as the terminal shows them: title, heads and rows; in English by their own names."""
        language = self.settings.output.lang
        say, words, columns = sentence_in(language), plan_words(language), ("mae", "wape", "coverage")

        def named(kind: str, name: str) -> str:
            return name if language == "en" else words.known(kind, name).lower()

        return [
            (
                say(title),
                ["", *(named("column", column) for column in columns)],
                [[named("forecaster", name), *(row[column] for column in columns)] for name, row in errors.items()],
            )
            for title, errors in (("The whole walk", self.summary()), ("The last seven days", self.summary(days=7)))
        ]

    def to_dict(self) -> dict[str, Any]:
        """This will return what ``watch.json`` holds."""
        dates = self.accuracy[c.DATE]
        return {
            "model": self.card.version,
            "first": str(dates.min()),
            "last": str(dates.max()),
            "errors": self.summary(),
            "errors_last_week": self.summary(days=7),
            "signals": [
                {**row, "since": str(row["since"] or ""), "found": str(row["found"])} for row in self.signals.to_dicts()
            ],
            "told": self.told(),
            "inputs": self.inputs.filter(pl.col("verdict") != "steady").to_dicts(),
            "notes": list(self.ingested.notes),
        }

    def write(self, out: Path) -> list[Path]:
        """This will write ``watch.html``, ``watch.json``, the tables as CSV, and ``model``, which goes on from here.

        Raises ``InputError`` where ``out`` is the folder of a run, of a model or of a world: the model there would be lost.
        """
        out = own_folder(out)
        settings = self.settings.output
        simulated = settings.simulated or from_simulation([self.settings.counts.file or None])
        material = DriftMaterial(
            accuracy=self.accuracy,
            signals=self.signals,
            language=settings.lang,
            model=self.card.version,
            notes=self.ingested.notes,
            simulated=bool(simulated),
            in_doubt=self.in_doubt,
        )
        with results(out) as stage:
            (stage / "watch.html").write_text(drift_page(material), "utf-8")
            text = json.dumps(self.to_dict(), indent=2, ensure_ascii=False, default=str)
            (stage / "watch.json").write_text(text + "\n", "utf-8")
            self.accuracy.write_csv(stage / "accuracy.csv")
            self.signals.write_csv(stage / "signals.csv")
            self.inputs.write_csv(stage / "inputs.csv")
            parts, until = self.model.to_parts(), str(self.accuracy[c.DATE].max())
            save_artifact(stage / MODEL, parts, updated_card(self.card, parts, self.ingested, until=until))
            names = sorted(made.name for made in stage.iterdir())
        return [out / name for name in names]


def watch(
    settings: RunSettings,
    source: CountsSource | Panel | None = None,
    *,
    artifact: Path | None = None,
    days: int = 56,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> WatchRun:
    """This will walk through the last ``days`` days with the model of ``artifact``, or with one that is fitted before them.

    Days that an artifact's model was fitted on would flatter it: with one, the walk begins where its data end. Where that
    leaves less than two weeks, a model of the same settings is fitted at the beginning of the walk instead.
    """
    progress = progress or Silent()
    loaded = None if artifact is None else load_artifact(artifact / MODEL if (artifact / MODEL).is_dir() else artifact)
    if loaded is not None:
        settings = as_trained(settings, loaded[1], known=loaded[0].facts.get("known", ()))
    progress.step("Reading")
    found = from_panel(source, settings) if isinstance(source, Panel) else ingest(settings, source, progress=progress)
    prepare = preparer(settings.preparation)
    per_day = found.panel.slots.length.per_day
    first = found.panel.history - days * per_day
    begin = None if loaded is None else _end_of(loaded[1], found.panel)
    if loaded is not None and begin is not None and found.panel.history - begin >= _LEAST_DAYS * per_day:
        parts, card = loaded
        model = restored(parts, threads=settings.model.threads, version=card.version)
        found = found if begin <= first else _with_note(found, (found.panel.history - begin) // per_day, days)
        first = max(first, begin)
    else:
        if loaded is not None:
            found = replace(found, notes=(*found.notes, _NOT_ENOUGH))
        first = _checked(first, found.panel)
        fitted = trained(_until(found, first), settings, progress=progress, clock=clock or SystemClock())
        model, card = fitted.model, fitted.card
    if isinstance(model, CalibratedForecaster):
        model = UpdatingForecaster(model)
    if not isinstance(model, UpdatingForecaster):
        raise InputError("Only models of this package go on learning.", hint="Train one with busyness train.")
    walks, model = walked(found.panel, model, first=first, prepare=prepare, progress=progress)
    return _told(found, settings, walks, model=model, card=card)


_NOT_ENOUGH = (
    "There are less than two weeks of counts after those that the model was fitted on; a model of the same settings was "
    "fitted at the beginning of the walk instead."
)


def own_folder(out: Path) -> Path:
    """This will return the folder that a walk writes into; raises ``InputError`` where its model would replace another."""
    run = any((out / name).exists() for name in (SETTINGS, PATHS, "manifest.json"))
    kept = (out / MODEL).exists() and not (out / "watch.json").is_file()
    world = (out / RELEASES).is_dir() or out.resolve().parent.name == RELEASES
    if run or kept or world:
        raise InputError(
            f"{out} is the folder of a run, a model or a world; the model that goes on learning would replace its own.",
            hint="Choose a folder of its own: --out watched.",
        )
    return out


def _with_note(found: Ingested, walked: int, asked: int) -> Ingested:
    """What was read, and that fewer days are walked through than were asked for."""
    note = (
        f"{walked} days were walked through instead of {asked}: no more of them come after the counts that the model was "
        "fitted on."
    )
    return replace(found, notes=(*found.notes, note))


def walked(
    panel: Panel, model: UpdatingForecaster, *, first: int, prepare: Prepare, progress: Progress
) -> tuple[dict[str, Walked], UpdatingForecaster]:
    """This will predict, observe and update, day by day from slot ``first`` on; the walks by forecaster, the last model."""
    step = panel.slots.length.per_day
    origins = range(first, panel.history - step + 1, step)
    shape = (len(panel.places), len(origins) * step)
    cubes = {name: np.full((3, *shape), np.nan, np.float32) for name in (FROZEN, UPDATING)}
    naive = np.full(shape, np.nan, np.float32)
    for number, origin in enumerate(origins):
        progress.step("Walking through the last weeks", number, total=len(origins))
        sealed = prepare(panel.until(origin))
        model = model.update(sealed)
        here = slice(number * step, (number + 1) * step)
        for name, forecast in zip(cubes, model.beside(sealed, step), strict=True):
            cubes[name][:, :, here] = np.stack([forecast.at(level) for level in (0.5, 0.1, 0.9)])
        naive[:, here] = seasonal_naive(panel.until(origin), [origin], step)[0]
    progress.step("Walking through the last weeks", len(origins), total=len(origins))
    ahead = slice(first, first + shape[1])
    opened = panel.sealed().open[:, ahead]
    observed = np.where(opened, panel.demand[:, ahead], np.float32(np.nan))
    day = wall_times(panel.places, panel.slots)[:, ahead].astype("datetime64[D]")
    walks = {
        name: Walked(panel.ids, day, observed, median=cube[0], low=cube[1], high=cube[2], baseline=naive)
        for name, cube in cubes.items()
    }
    return walks, model


def _told(
    found: Ingested, settings: RunSettings, walks: Mapping[str, Walked], *, model: UpdatingForecaster, card: Card
) -> WatchRun:
    daily = {name: walk.by_day() for name, walk in walks.items()}
    frozen = walks[FROZEN]
    naive = replace(frozen, median=frozen.baseline).by_day()
    tables = [over_time(days, name) for name, days in daily.items()]
    accuracy = pl.concat([*tables, over_time(naive, c.SEASONAL_NAIVE, bands=False)])
    holidays = np.array(sorted(found.panel.holidays), dtype="datetime64[D]")
    rules = WatchRules(reference=min(WatchRules().reference, len(daily[FROZEN].days) // 2))
    alarms = signals(daily[FROZEN], holidays=holidays, rules=rules)
    doubt = in_doubt(daily[FROZEN], rules.reference, enough=WatchRules().reference)
    inputs = inputs_of(found.panel, days=rules.recent)
    last = daily[FROZEN].days[-1].astype("datetime64[D]").item()
    names = {place.id: place.label for place in found.panel.places}
    sentences = said(pl.concat([alarms, of_inputs(inputs, last)]), settings.output.lang, names=names)
    return WatchRun(accuracy, sentences, inputs, found, model, card, settings, in_doubt=doubt)


def inputs_of(panel: Panel, *, days: int) -> pl.DataFrame:
    """This will compare the covariates and the demand of the last ``days`` with the eight weeks before."""
    per_day = panel.slots.length.per_day
    cut = max(panel.history - days * per_day, 0)
    spans = slice(max(cut - _INPUT_DAYS * per_day, 0), cut), slice(cut, panel.history)
    observed = panel.demand[:, : panel.history]
    cubes: dict[str, NDArray[np.float32]] = {**panel.known, **panel.past}
    families = {name: "known ahead" if name in panel.known else "seen afterwards" for name in cubes}
    before, last = ({name: cube[:, span].ravel() for name, cube in cubes.items()} for span in spans)
    seen = np.isfinite(observed[:, spans[0]])
    usual = np.where(seen, observed[:, spans[0]], 0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    scale = np.where(usual > 0, usual, np.nan)[:, None]
    for values, span in ((before, spans[0]), (last, spans[1])):
        values["demand"] = np.asarray(observed[:, span] / scale, np.float32).ravel()
    draws = (
        (spans[0].stop - spans[0].start) // per_day,
        days,
    )  # a promotion or a storm is one draw, however many hours it has
    return input_stability(before, last, families=families | {"demand": "demand levels"}, draws=draws)


def _end_of(card: Card, panel: Panel) -> int | None:
    """The first slot that the model of a card was not fitted on; None where the card does not say."""
    if card.data_card.last is None:
        return None
    last = np.datetime64(card.data_card.last.astimezone(UTC).replace(tzinfo=None), "s")
    per_day = panel.slots.length.per_day
    return max(int(panel.slots.index(last)) + 1, per_day)


def _checked(first: int, panel: Panel) -> int:
    if first < panel.history // 3:
        days = panel.history / panel.slots.length.per_day
        raise TooLittleHistoryError(
            f"{days:.0f} days of counts are too few to walk through so many of them.", hint="Use fewer --days."
        )
    return first


def _until(found: Ingested, origin: int) -> Ingested:
    """What was known at an origin."""
    panel = found.panel.shortened(origin, found.panel.slots.count - origin)
    later = np.arange(panel.slots.count) >= origin
    demand = np.where(later, np.float32(np.nan), panel.demand)
    past = {name: np.where(later, np.float32(np.nan), cube) for name, cube in panel.past.items()}
    return replace(found, panel=replace(panel, demand=demand, past=past, outlier=panel.outlier & ~later))
