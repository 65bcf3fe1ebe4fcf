"""One question, one number: how much demand in this place on that day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from busyness.domain.errors import InputError, UnknownPlaceError, did_you_mean
from busyness.domain.names import normalised
from busyness.domain.place import Place
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times
from busyness.workflows.folder import read_forecast


class Answers:
    """Answers from one forecast, held in memory.

    A place is asked for by its id, its name or its own number, whatever the case and punctuation ("O'HARE" and "OHARE").
    A number is the one that the places' table gives (``area_number``, …), never a position in a list.
    """

    def __init__(self, said: Forecast, *, noun: str = "trips", adds_up: bool = True) -> None:
        self.forecast, self.noun = said, noun
        self._one_slot = not adds_up and not said.slots.length.daily
        self._row: dict[str, int] = {}
        for named in (_numbers(said), [place.name for place in said.places], list(said.ids)):  # an id wins over the others
            self._row |= {normalised(text): row for row, text in enumerate(named) if text}
        self._days = wall_times(said.places, said.slots.extended(1)).astype("datetime64[D]")

    @classmethod
    def of_folder(cls, folder: Path) -> Answers:
        """This will answer from the forecast in a folder."""
        stored = read_forecast(folder)
        return cls(stored.forecast, noun=stored.noun, adds_up=stored.adds_up)

    def predict(self, community: str | int, day: date | str) -> dict[str, str | int]:
        """This will return ``{"model_version": …, "trips": …}``: the mean demand of a place on a local day, rounded.

        Raises:
            UnknownPlaceError: no place has this name or id.
            InputError: the day is no date, or lies outside the forecast (which days it covers is said); or slots do not add
                up to a day (distinct couriers, people inside).

        """
        row = self._row_of(str(community))
        wanted = _date(day)
        days = self._days[row]
        covered = np.unique(days[:-1])
        if days[-1] == covered[-1]:
            covered = covered[:-1]  # the forecast ends before that day does
        begin = np.flatnonzero(days[:-1] == covered[0]) if len(covered) else np.zeros(0, int)
        if len(covered) and len(begin) < self.forecast.slots.length.per_day - 1:
            covered = covered[1:]  # it began before the forecast; a day of 23 hours is whole
        if np.datetime64(wanted) not in covered:
            span = f"covers {covered[0]} to {covered[-1]}" if len(covered) else "covers no whole day"
            place = self.forecast.places[row].label
            raise InputError(
                f"{wanted} lies outside the forecast of {place}, which {span}.", hint="Ask for a day inside it."
            )
        if self._one_slot:
            raise InputError(
                f"The {self.noun} of several slots cannot be added up to a day: whoever is there in two of them would count "
                "twice.",
                hint="Forecast days (--every 1d), or read forecast.csv slot by slot.",
            )
        mean = float(self.forecast.mean[row, days[:-1] == np.datetime64(wanted)].sum())
        return {"model_version": self.forecast.model, self.noun: round(mean)}

    def place(self, community: str | int) -> Place:
        """This will return the place that is meant, or raise ``UnknownPlaceError``."""
        return self.forecast.places[self._row_of(str(community))]

    def _row_of(self, community: str) -> int:
        found = self._row.get(normalised(community))
        if found is None:
            labels = {normalised(place.label): place.label for place in self.forecast.places}
            near = did_you_mean(normalised(community), labels)
            fault = UnknownPlaceError(community, [place.label for place in self.forecast.places])
            for plain, label in labels.items():
                near = near.replace(f"'{plain}'", f"'{label}'")
            fault.hint = near or fault.hint
            raise fault
        return found


def _numbers(said: Forecast) -> list[str]:
    """The numbers that the places go by, as text: of an attribute such as ``area_number``, where each has its own."""
    for name in sorted({name for place in said.places for name in place.attributes if "num" in name.lower()}):
        values = [place.attributes.get(name) for place in said.places]
        whole = [str(int(v)) for v in values if isinstance(v, (int, float)) and float(v).is_integer()]
        if len(set(whole)) == len(values):
            return whole
    return []


def _date(day: date | str) -> date:
    if isinstance(day, date):
        return day
    try:
        return date.fromisoformat(day)
    except ValueError:
        raise InputError(f"'{day}' is not a date.", hint="Write it as 2020-09-11.") from None
