"""What would have come without promotions: predictions of a model that never saw one, beside what came."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.backtesting.replay import Replay, origins_back, replay
from busyness.domain.errors import BusynessError, InputError, TooLittleHistoryError
from busyness.domain.stopwatch import Stopwatch
from busyness.registry.artifact import read_card
from busyness.sources.chunks.sql_url import is_sql_url
from busyness.sources.promotion_windows import TYPE, known_places
from busyness.tables import columns as c
from busyness.tables.panel import Panel, start_times, wall_times
from busyness.workflows.config import read_config
from busyness.workflows.folder import MODEL, PATHS, read_forecast
from busyness.workflows.ingest import Ingested, ingest, preparer
from busyness.workflows.model_choice import with_model_chosen
from busyness.workflows.progress import Progress
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.members import forecaster

KEPT = "history"
"""The folder of a plan that holds the predictions it was made from."""

MARK = "history.json"
"""The file beside ``predictions.parquet`` that says they were made as if there were no promotion."""

REFIT_WEEKS = 13
_ONLY_THEN = 0.9  # of the slots in which a covariate says something: more of them in promotions, and it tells of them
_MOST_WEEKS = 520

Mask = NDArray[np.bool_]


@dataclass(frozen=True, repr=False)
class PromotionHistory:
    """``predictions`` has ``place, time, observed, mean``; ``zones`` is each place's time zone, ``model`` who predicted.

    ``made`` says that they were made here and are worth keeping, ``blind`` that their model never saw a promotion.
    """

    predictions: pl.DataFrame
    zones: Mapping[str, str]
    model: str
    notes: tuple[str, ...]
    made: bool = False
    blind: bool = True

    def write(self, out: Path) -> None:
        """This will write ``history/predictions.parquet`` and its mark: the plan's folder can be the next ``--history``."""
        folder = out / KEPT
        folder.mkdir()
        self.predictions.write_parquet(folder / "predictions.parquet")
        facts = {"promotions": "left out", "model": self.model, "zones": dict(self.zones)}
        (folder / MARK).write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")


@dataclass(frozen=True)
class Known:
    """What the forecast's own folder says of the places: used where a file of counts alone says nothing."""

    zones: Mapping[str, str]
    every: str | None = None
    country: str = ""
    region: str = ""


def stored_history(folder: Path, promotions: pl.DataFrame, known: Known) -> PromotionHistory:
    """This will read the predictions of a folder, of a backtest or of an earlier plan.

    Raises:
        InputError: there are none, or the model that made them knew of promotions: they hold the uplift already.

    """
    folder = folder / KEPT if (folder / KEPT / MARK).is_file() else folder
    file = folder / "predictions.parquet"
    if not file.is_file():
        raise InputError(
            f"{folder} holds no predictions of the past (predictions.parquet is missing).",
            hint="Give the YAML of a run or the file of counts: the backtest it takes is then made here.",
        )
    try:
        predictions = pl.read_parquet(file)
    except (pl.exceptions.PolarsError, OSError):
        raise InputError(f"{file} cannot be read.", hint="Make it again: busyness backtest … --out DIR.") from None
    marked = _json(folder / MARK)
    if marked.get("promotions") == "left out":
        return PromotionHistory(predictions, marked.get("zones", {}), str(marked.get("model", "")), ())
    names, model = _covariates(folder)
    told = [name for name in names or () if _tells(name, promotions)]
    if told:
        raise InputError(
            f"The predictions in {folder} come from a model that knew of promotions ({', '.join(told[:3])}), so they hold "
            "the uplift already.",
            hint="Give the YAML of that run or its file of counts instead: promotions are then left out.",
        )
    zones = _zones(folder) or known.zones
    notes = ["The model had seen earlier days of long promotions, so their effect is somewhat understated."]
    if names is None:
        notes.append(f"{folder} does not say what its model knew: if it knew of promotions, their effect is hidden in it.")
    if not zones:
        notes.append("No time zone is known here, so days are those of UTC (--forecast gives the places').")
    return PromotionHistory(predictions, zones, model, tuple(notes), blind=False)


def replayed_history(
    history: str, promotions: pl.DataFrame, known: Known, *, weeks: int | None, progress: Progress
) -> PromotionHistory:
    """This will replay the weeks of a run's YAML or of a file of counts with a model that never sees a promotion.

    Covariates that tell of promotions are taken out, prices too, and the days of promotions are hidden from the model's
    own past: each week is forecast from what came before it, as if none had ever been. Fitted anew every quarter.
    """
    settings = settings_without(history, known)
    progress.step("Reading")
    found = ingest(settings, progress=progress)
    if not found.adds_up:
        raise InputError(f"{found.noun.capitalize()} do not add up over days.", hint="Use a history of visits or sales.")
    known_places(promotions, found.panel.ids, "The table of promotions")
    panel = found.panel
    ran = promoted(panel, promotions)
    told = telling(panel, ran, promotions)
    kept = {name: cube for name, cube in panel.known.items() if name not in told}
    blind = replace(panel, known=kept, demand=np.where(ran, np.float32(np.nan), panel.demand))
    predictions = _replayed(found, blind, settings, weeks=weeks, progress=progress)
    zones = {place.id: place.timezone for place in panel.places}
    observed = _observed(panel)
    predictions = predictions.drop(c.OBSERVED).join(observed, on=[c.PLACE, c.TIME], how="left", maintain_order="left")
    notes = [f"Each week was forecast by a model ({settings.model.model}) that never saw a day with a promotion."]
    if told:
        notes.append(f"What tells of promotions was taken out: {', '.join(told)}.")
    if settings.calendar.country == "":
        notes.append("No country was given, so public holidays are not known: give the YAML of a run.")
    return PromotionHistory(predictions, zones, settings.model.model, tuple(notes), made=True)


def settings_without(history: str, known: Known) -> RunSettings:
    """This will return the settings of a run's YAML, or of a file of counts, without promotions and prices, by weeks."""
    path = Path(history)
    if path.suffix.lower() in {".yaml", ".yml", ".json"}:
        settings = read_config(path)
    else:
        if not is_sql_url(history) and not path.is_file():
            raise InputError(
                f"There is no history '{history}'.",
                hint="Give the YAML of a run, a file of counts, or the folder of a backtest.",
            )
        zones = sorted(set(known.zones.values()))
        counts = {"file": history, "every": known.every, "timezone": zones[0] if len(zones) == 1 else ""}
        calendar = {"country": known.country, "region": known.region}
        settings = RunSettings.model_validate({"counts": counts, "calendar": calendar})
    around = settings.around.model_copy(update={"promotions": None, "prices": None})
    model = settings.model.model_copy(update={"horizon": None, "fast": True})
    return settings.model_copy(update={"around": around, "model": model})


def promoted(panel: Panel, promotions: pl.DataFrame) -> Mask:
    """This will say in which slots of which places a promotion ran, ``[places, slots]``, by the places' own days."""
    days = wall_times(panel.places, panel.slots).astype("datetime64[D]")
    row = {place: number for number, place in enumerate(panel.ids)}
    ran = np.zeros(days.shape, bool)
    for place, start, end in promotions.select(c.PLACE, "start", "end").iter_rows():
        rows = range(len(row)) if place is None else [row[place]] if place in row else []
        for number in rows:
            ran[number] |= (days[number] >= np.datetime64(start)) & (days[number] <= np.datetime64(end))
    return ran


def telling(panel: Panel, ran: Mask, promotions: pl.DataFrame) -> list[str]:
    """This will name the known covariates that tell of promotions: by their name, or because they speak only then."""
    past = slice(0, panel.history)
    found = []
    for name, cube in panel.known.items():
        usual = np.nanmedian(cube[:, past]) if np.isfinite(cube[:, past]).any() else 0.0
        speaks = np.isfinite(cube[:, past]) & (cube[:, past] != usual)
        only_then = speaks.any() and (speaks & ran[:, past]).sum() >= _ONLY_THEN * speaks.sum()
        if only_then or _tells(name, promotions):
            found.append(name)
    return found


def _tells(name: str, promotions: pl.DataFrame) -> bool:
    plain = name.lower()
    types = [str(kind).lower() for kind in promotions[TYPE].unique()]
    return "promo" in plain or any(len(kind) > 2 and kind in plain for kind in types)


def _replayed(
    found: Ingested, blind: Panel, settings: RunSettings, *, weeks: int | None, progress: Progress
) -> pl.DataFrame:
    week = blind.slots.length.per_week
    origins = origins_back(blind, week, windows=weeks or _MOST_WEEKS, step=week)
    if not origins:
        days = blind.history / blind.slots.length.per_day
        raise TooLittleHistoryError(
            f"{days:.0f} days of counts are too few to say what would have come without promotions.",
            hint="Give at least a month, better a year.",
        )
    _, settings = with_model_chosen(found, settings)
    plan = Replay(origins, week, REFIT_WEEKS, preparer(settings.preparation))
    predictions, _ = replay(
        blind,
        forecaster(settings.model.model_copy(update={"horizon": week}), watch=Stopwatch()),
        plan,
        watch=lambda done: progress.step("Replaying the past without promotions", done, total=len(origins)),
    )
    return predictions.select(c.PLACE, c.TIME, c.ORIGIN, c.OBSERVED, c.MEAN)


def _observed(panel: Panel) -> pl.DataFrame:
    """What truly came in the open slots of the past: ``place, time, observed``."""
    past = slice(0, panel.history)
    rows, slots = np.nonzero(np.isfinite(panel.demand[:, past]) & (panel.open[:, past] | (panel.demand[:, past] > 0)))
    starts = start_times(panel.places, panel.slots)[rows, slots]
    return pl.DataFrame(
        {
            c.PLACE: np.array(panel.ids, dtype=object)[rows],
            c.TIME: pl.Series(starts.astype("datetime64[us]")).dt.replace_time_zone("UTC"),
            c.OBSERVED: panel.demand[rows, slots],
        },
        schema_overrides={c.PLACE: pl.String},
    )


def _covariates(folder: Path) -> tuple[Sequence[str] | None, str]:
    """The names of what the folder's model knew, None where nothing says so; and the model's version."""
    if (folder / MODEL).is_dir():
        try:
            card = read_card(folder / MODEL)
        except BusynessError:
            return None, ""
        return [str(feature.get("name", "")) for feature in card.features], card.version
    scores = _json(folder / "backtest.json")
    names = scores.get("covariates")
    return (None if names is None else [str(name) for name in names]), str(scores.get("model", ""))


def _zones(folder: Path) -> Mapping[str, str]:
    if not (folder / PATHS).is_file():
        return {}
    return {place.id: place.timezone for place in read_forecast(folder).forecast.places}


def _json(file: Path) -> dict[str, Any]:
    try:
        facts = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
