"""Why a slot's forecast is what it is: the rows that the model was asked about are kept, and explained when asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.models._base import cells_ahead
from busyness.models.calibrated import CalibratedForecaster
from busyness.models.contributions import contributions
from busyness.models.online import UpdatingForecaster
from busyness.registry.artifact import load_artifact, read_card
from busyness.reports.sentences import meaning_in
from busyness.reports.words import words_of
from busyness.tables.examples import Cells, Examples
from busyness.tables.forecast import Forecast
from busyness.tables.panel import SealedPanel, local_label, start_times
from busyness.tables.verbs import FeatureBuilder, Forecaster, MedianForecaster
from busyness.workflows.folder import MODEL, read_forecast
from busyness.workflows.wiring.restored import restored

EXAMPLES = "examples.npz"
"""The file of a forecast folder that holds the rows its model was asked about."""

_MOST_VALUES = 8_000_000  # 32 MB: with more places × slots × features nothing is kept
_LEAST_FEATURES = 40  # every builder has about so many; more are counted once they are made
_FOREMOST = 8
_WEATHER = re.compile(r"temperature|precipitation|rain|snow|wind|humidity|cloud|weather|pressure")
_EVENT = re.compile(r"event|school|local_")
_BY_FAMILY = {
    "recent": "usual", "yearly": "year", "level": "level", "calendar": "calendar", "documents": "calendar",
    "space": "neighbours", "place": "place",
}  # fmt: skip

SAID: Mapping[str, Mapping[str, str]] = {
    "en": {
        "usual": "what this hour of the week usually has",
        "year": "this season last year and past holidays",
        "level": "the level of the last weeks",
        "calendar": "the calendar: day, holiday, payday",
        "weather": "the weather",
        "promotion": "promotions",
        "price": "prices",
        "event": "events and school holidays",
        "neighbours": "the places around",
        "place": "what the place is like",
        "other": "other covariates",
        "rest": "calibration and what cannot be attributed",
        "sentence": "{place}, {when}: {forecast} expected. {parts}.",
        "first": "Usually {amount}",
        "part": "{name} {amount}",
    },
    "es": {
        "usual": "lo habitual a esta hora de la semana",
        "year": "esta época el año pasado y feriados anteriores",
        "level": "el nivel de las últimas semanas",
        "calendar": "el calendario: día, feriado, día de pago",
        "weather": "el clima",
        "promotion": "las promociones",
        "price": "los precios",
        "event": "eventos y vacaciones escolares",
        "neighbours": "los lugares cercanos",
        "place": "cómo es el lugar",
        "other": "otras covariables",
        "rest": "la calibración y lo que no se puede atribuir",
        "sentence": "{place}, {when}: se esperan {forecast}. {parts}.",
        "first": "Lo habitual: {amount}",
        "part": "{name} {amount}",
    },
}
"""The words of explanations by language; families by their keys."""


@dataclass(frozen=True, slots=True)
class Share:
    """By how much a family or a feature moved the forecast, in demand per slot; ``value`` is what the feature was, and
    ``meaning`` what it is, as the model's card has it.
    """

    name: str
    said: str
    amount: float
    value: float | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Explanation:
    """``families`` add up to ``forecast`` (the median), ``usual`` first; ``features`` are the foremost.

    There are none where the model does not say what each of them does.
    """

    place: str
    time: datetime
    forecast: float
    families: tuple[Share, ...]
    features: tuple[Share, ...]
    sentence: str


def write_examples(model: Forecaster, panel: SealedPanel, *, horizon: int, file: Path) -> bool:
    """This will keep the rows that ``model`` was asked about, if they are not too many; says whether they were kept."""
    builder = _builder(model.member) if isinstance(model, CalibratedForecaster) else None
    if builder is None:
        return False
    cells = cells_ahead(panel, [panel.origin], horizon)
    cells = cells.take(panel.open[cells.place, cells.slot])
    if len(cells) * _LEAST_FEATURES > _MOST_VALUES:
        return False
    asked = builder.examples(panel, cells)
    if asked.X.size > _MOST_VALUES:
        return False
    np.savez_compressed(
        file, X=asked.X, names=np.array(asked.names), level=asked.level, place=cells.place, step=cells.slot - cells.origin
    )
    return True


class Explainer:
    """Explains the slots of one forecast folder; loaded once, then each question takes milliseconds."""

    def __init__(
        self,
        said: Forecast,
        member: MedianForecaster,
        kept: Mapping[str, NDArray[Any]],
        features: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self._said, self._member, self._kept, self._features = said, member, kept, features

    @classmethod
    def of(cls, folder: Path) -> Self:
        """This will load what the folder holds.

        Raises:
            InputError: the folder keeps no rows, or its model is none of this package.
            ArtifactError: a file is damaged.

        """
        file = folder / EXAMPLES
        if not file.is_file():
            raise _without_rows(folder)
        try:
            with np.load(file, allow_pickle=False) as held:
                kept = {name: held[name] for name in held.files}
        except (OSError, ValueError, EOFError, BadZipFile) as fault:
            raise ArtifactError(f"The rows in {folder} cannot be read.", file=EXAMPLES, hint="Forecast again.") from fault
        parts, card = load_artifact(folder / MODEL)
        model = restored(parts, threads=1, version=card.version)
        if isinstance(model, UpdatingForecaster):
            model = model.frozen  # what it has learned since is a part of the rest
        if not isinstance(model, CalibratedForecaster):
            raise InputError(f"The model in {folder} cannot be explained.", hint="Forecast again with a tree model.")
        features = {str(feature["name"]): feature for feature in card.features}
        return cls(read_forecast(folder).forecast, model.member, kept, features)

    @property
    def member(self) -> MedianForecaster:
        """The model that says the medians."""
        return self._member

    @property
    def names(self) -> tuple[str, ...]:
        """The features, in the order of the rows' columns."""
        return tuple(str(name) for name in self._kept["names"])

    def meaning(self, feature: str, language: str = "en") -> str:
        """This will return what a feature is, as the model's card has it, in a language; nothing where it has none."""
        return meaning_in(language)(str(self._features.get(feature, {}).get("formula", "")))

    def rows_of(self, place: str | None = None) -> NDArray[np.int64]:
        """This will return the numbers of the kept rows, of one place or of all; raises ``UnknownPlaceError``."""
        if place is None:
            return np.arange(len(self._kept["place"]))
        if place not in self._said.ids:
            raise UnknownPlaceError(place, self._said.ids)
        return np.flatnonzero(self._kept["place"] == self._said.ids.index(place))

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of the forecast."""
        return self._said.places

    def explain(self, place: str, time: datetime, *, language: str = "en") -> Explanation:
        """This will explain the slot of ``place`` in which ``time`` (aware) lies.

        Raises:
            UnknownPlaceError: there is no such place.
            InputError: the time lies outside the forecast, or the place is closed then.

        """
        row, step = self._slot(place, time)
        at = np.flatnonzero((self._kept["place"] == row) & (self._kept["step"] == step))
        if not len(at):
            raise InputError(
                f"'{place}' is closed then, so nothing is expected.", hint="Ask for an hour in which it is open."
            )
        found = contributions(self._member, self.examples(at), places=self._said.ids)
        median = float(self._said.quantiles[row, step, int(np.argmin(np.abs(np.array(self._said.levels) - 0.5)))])
        by_family = dict.fromkeys(SAID["en"], 0.0)
        by_family["usual"] = float((found.start + found.profile + found.lately)[0])
        names = [str(name) for name in self._kept["names"]]
        amounts = found.features[0]
        for name, amount in zip(names, amounts.tolist(), strict=True):
            by_family[self._family(name)] += amount
        by_family["rest"] = median - sum(by_family.values())
        words = SAID[language]
        families = [Share(key, words[key], by_family[key]) for key in words if key in _SHOWN and by_family[key]]
        families.sort(key=lambda share: (share.name != "usual", -abs(share.amount)))
        largest = np.argsort(-np.abs(amounts))[: _FOREMOST if amounts.any() else 0]
        values = self._kept["X"][at[0]]
        features = [
            Share(names[k], names[k], float(amounts[k]), _number(values[k]), self.meaning(names[k], language))
            for k in largest
        ]
        begins = start_times(self._said.places, self._said.slots)[row, step]
        when = datetime.fromtimestamp(int(begins.astype("datetime64[s]").astype(np.int64)), UTC)
        sentence = self._sentence(row, begins, median, families=families, language=language)
        return Explanation(place, when, median, tuple(families), tuple(features), sentence)

    def _slot(self, place: str, time: datetime) -> tuple[int, int]:
        said = self._said
        if place not in said.ids:
            raise UnknownPlaceError(place, said.ids)
        row = said.ids.index(place)
        starts = start_times(said.places[row : row + 1], said.slots)[0]
        moment = np.datetime64(time.astimezone(UTC).replace(tzinfo=None), "s")
        step = int(np.searchsorted(starts, moment, side="right")) - 1
        end = starts[-1] + said.slots.length.step
        if step < 0 or moment >= end:
            zone = said.places[row].timezone
            first, last = (local_label(np.array([at]), zone)[0] for at in (starts[0], starts[-1]))
            raise InputError(f"The forecast runs from {first} to {last}.", hint="Ask for a time within.")
        return row, step

    def examples(self, at: NDArray[np.int64]) -> Examples:
        """This will return some of the rows that the model was asked about, by their numbers."""
        kept = self._kept
        zeros = np.zeros(len(at), np.float32)
        place, step = (kept[name][at].astype(np.int32) for name in ("place", "step"))
        cells = Cells(place, step, np.zeros(len(at), np.int32))
        return Examples(kept["X"][at], tuple(map(str, kept["names"])), (), zeros, zeros, kept["level"][at], cells)

    def _family(self, name: str) -> str:
        family = _BY_FAMILY.get(str(self._features.get(name, {}).get("family", "")))
        if family:
            return family
        if _WEATHER.search(name):
            return "weather"
        if name.startswith("promo") or "discount" in name:
            return "promotion"
        return "price" if "price" in name else "event" if _EVENT.search(name) else "other"

    def _sentence(self, row: int, begins: np.datetime64, median: float, *, families: Sequence[Share], language: str) -> str:
        place, words, number = self._said.places[row], SAID[language], words_of(language).number
        parts = [words["first"].format(amount=number(families[0].amount, 0))] if families else []
        parts += [
            words["part"].format(name=share.said, amount=words_of(language).more(share.amount, 0))
            for share in families[1:]
            if abs(share.amount) >= max(0.5, 0.02 * median)
        ]
        label = str(local_label(np.array([begins]), place.timezone)[0])[:16].replace("T", " ")
        return words["sentence"].format(place=place.label, when=label, forecast=number(median, 0), parts="; ".join(parts))


_SHOWN = tuple(name for name in SAID["en"] if name not in {"sentence", "first", "part"})


def families_table(found: Explanation) -> pl.DataFrame:
    """This will return the families of an explanation as ``family, words, contribution``."""
    rows = [(share.name, share.said, share.amount) for share in found.families]
    return pl.DataFrame(rows, schema={"family": pl.String, "words": pl.String, "contribution": pl.Float64}, orient="row")


def _builder(member: MedianForecaster) -> FeatureBuilder | None:
    builder = getattr(member, "builder", None)
    if builder is None and getattr(member, "members", None):
        return _builder(member.members[0])  # type: ignore[attr-defined]  # a mean of members
    if builder is None and hasattr(member, "member"):
        return _builder(member.member)  # a member with a history of its own
    return builder


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _without_rows(folder: Path) -> InputError:
    """Why a folder keeps no rows: it has no model or no forecast, there would be too many, or whoever wrote it kept none."""
    said = f"{folder} keeps no rows to explain"
    if not (folder / MODEL).is_dir():
        return InputError(f"{said}: it holds no model.", hint="Name the folder of a forecast.")
    card, slots = read_card(folder / MODEL), read_forecast(folder).forecast.open.sum()
    if int(slots) * max(_LEAST_FEATURES, len(card.features)) > _MOST_VALUES:
        hint = "Forecast fewer places, or a shorter horizon."
        return InputError(f"{said}: {int(slots):,} open slots with all their features are too many to be kept.", hint=hint)
    return InputError(f"{said}: it was written without them.", hint="Forecast again.")


def explain(folder: Path, place: str, time: datetime, *, language: str = "en") -> Explanation:
    """This will explain one slot of a forecast folder; ``place`` is an id or a name, ``time`` its own clock if naive."""
    if language not in SAID:
        raise InputError(f"An explanation cannot be written in '{language}'.", hint="Use es or en.")
    explainer = Explainer.of(folder)
    places = explainer.places
    chosen = next((p for p in places if p.id == place), next((p for p in places if p.name == place), None))
    if chosen is None:
        raise UnknownPlaceError(place, [p.id for p in places])
    if time.tzinfo is None:
        time = time.replace(tzinfo=ZoneInfo(chosen.timezone))
    return explainer.explain(chosen.id, time, language=language)
