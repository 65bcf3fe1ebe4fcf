"""What is asked of a staffing plan: the forecast's places that have staff, each as a problem ready to be solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from busyness.decisions.staffing.from_forecast import visitors_of
from busyness.decisions.staffing.impossible import refuse_impossible
from busyness.decisions.staffing.people import Person, people_of
from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.rules import Rules, rules_of
from busyness.decisions.staffing.week import MOST_DAYS
from busyness.domain.errors import InputError, did_you_mean
from busyness.domain.slots import Slots
from busyness.reports.staffing_words import STAFFING_WORDS, said
from busyness.sources.labour_rules import LabourRules, read_labour_rules
from busyness.sources.staff import read_staff
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.panel import wall_times
from busyness.workflows.folder import read_forecast
from busyness.workflows.simulated import from_simulation
from busyness.workflows.staffing.needs import Expected, assumptions, need_of, prices_of
from busyness.workflows.staffing.past import with_past
from busyness.workflows.staffing.standard import StandardSettings

_PATHS = 200


@dataclass(frozen=True)
class StaffingRequest:
    """The ``forecast`` folder, the ``staff`` table, and ``rules``: a file or a country. ``places`` empty: all with staff.

    ``week`` is the first day to plan (``None``: the forecast's first whole day); ``past`` are rosters of the weeks before,
    for fairness and rest; ``currency`` empty: that of the rules.
    """

    forecast: Path
    staff: Path
    rules: str
    places: tuple[str, ...] = ()
    minutes: int = 60
    standard: StandardSettings = field(default_factory=StandardSettings)
    week: date | None = None
    past: tuple[Path, ...] = ()
    currency: str = ""
    seed: int = 0


@dataclass(frozen=True, repr=False)
class Asked:
    """The problems by place, what nobody could keep (``refused``, by place), and what they were made from."""

    problems: Mapping[str, StaffingProblem]
    refused: Mapping[str, str]
    names: Mapping[str, str]
    staff: pl.DataFrame
    rules: LabourRules
    assumed: Mapping[str, tuple[str, ...]]
    versions: Mapping[str, str]
    simulated: bool


def asked_of(request: StaffingRequest) -> Asked:
    """This will read everything and make a problem of each place.

    Raises:
        InputError: a file, an option or a place cannot be used, or no place could be planned; a place that asks for what
            nobody could keep is told of in ``refused`` where others can be planned.

    """
    stored = read_forecast(request.forecast)
    said_of = stored.forecast
    if not stored.adds_up:
        raise InputError(
            f"{stored.noun.capitalize()} do not add up over hours, so nobody's work follows from them.",
            hint="Forecast visits, orders or trips.",
        )
    rules = _with_currency(read_labour_rules(request.rules), request.currency)
    law = rules_of(rules.values, rules.sources, file=rules.file)
    staff = _of_places(read_staff(request.staff), said_of, request=request)
    if request.week is not None:
        said_of = _from_day(said_of, request.week)
    staff = with_past(staff, request.past, _first_days(said_of))
    problems, refused = {}, {}
    told: dict[str, dict[str, None]] = {language: {} for language in STAFFING_WORDS}
    for place, people in _people(staff, said_of):
        try:
            problem = _problem(said_of, place, people=people, law=law, request=request)
            refuse_impossible(problem)
        except InputError as fault:
            refused[place] = str(fault)
            continue
        problems[place] = problem
        for language, sentences in told.items():
            sentences.update(dict.fromkeys(_assumed(problem, request.standard, language)))
    names = {place.id: place.label for place in said_of.places}
    if not problems:
        place, why = next(iter(refused.items()))
        more = f" ({len(refused) - 1} more places cannot be planned either.)" if len(refused) > 1 else ""
        raise InputError(f"{place}: {why}{more}")
    idle = [place for place in said_of.ids if place not in problems and place not in refused]
    if idle and not request.places:
        for language, sentences in told.items():
            sentences[said(language, "assumed.no_staff", places=", ".join(idle))] = None
    return Asked(
        problems,
        refused,
        {place: names[place] for place in problems},
        staff.filter(pl.col(c.PLACE).is_in(list(problems))),
        rules,
        {language: tuple(sentences) for language, sentences in told.items()},
        {"forecast": str(stored.forecast.slots.start), "model": said_of.model, "seed": str(request.seed)},
        from_simulation((request.forecast, request.staff)),
    )


def _with_currency(rules: LabourRules, currency: str) -> LabourRules:
    return replace(rules, values={**rules.values, "currency": currency}) if currency else rules


def _of_places(staff: pl.DataFrame, forecast: Forecast, *, request: StaffingRequest) -> pl.DataFrame:
    """The staff of the places asked for; where a table names no place, all of them work at the only one there is."""
    for place in request.places:
        if place not in forecast.ids:
            hint = did_you_mean(place, forecast.ids) or f"Its places are {', '.join(forecast.ids[:10])}."
            raise InputError(f"The forecast has no place '{place}'.", hint=hint)
    only = request.places or forecast.ids
    nowhere = staff.filter(pl.col(c.PLACE).is_null())
    if nowhere.height and len(only) > 1:
        raise InputError(
            f"{request.staff} does not say where {nowhere['person'][0]} works, and there are {len(only)} places.",
            hint="Add a column place, or choose one with --place.",
        )
    staff = staff.with_columns(pl.col(c.PLACE).fill_null(only[0]))
    if not request.places:
        for person, place in (
            staff.filter(~pl.col(c.PLACE).is_in(forecast.ids)).select("person", c.PLACE).head(1).iter_rows()
        ):
            hint = did_you_mean(place, forecast.ids) or "Correct it, or choose places with --place."
            raise InputError(f"{request.staff}: {person} works at '{place}', a place the forecast does not have.", hint=hint)
    chosen = staff.filter(pl.col(c.PLACE).is_in(list(only)))
    for place in request.places:
        if place not in set(chosen[c.PLACE]):
            raise InputError(
                f"{request.staff} has no staff of '{place}'.", hint="Add its people, or choose another --place."
            )
    return chosen


def _people(staff: pl.DataFrame, forecast: Forecast) -> Iterator[tuple[str, tuple[Person, ...]]]:
    """The people of each place that has any, in the forecast's order."""
    for place in forecast.ids:
        there = staff.filter(pl.col(c.PLACE) == place)
        if there.height:
            yield place, people_of(there)


def _problem(
    forecast: Forecast, place: str, *, people: tuple[Person, ...], law: Rules, request: StaffingRequest
) -> StaffingProblem:
    week, visitors, is_open = visitors_of(forecast, place, minutes=request.minutes, paths=_PATHS, seed=request.seed)
    timezone = forecast.places[forecast.ids.index(place)].timezone
    prices = prices_of(people, request.standard)
    expected = Expected(place, timezone, week, visitors, is_open)
    return StaffingProblem(need_of(expected, people, request.standard, prices=prices), people, law, prices)


def _assumed(problem: StaffingProblem, standard: StandardSettings, language: str) -> list[str]:
    told = assumptions(problem.people, standard, language=language)
    if problem.week.days < MOST_DAYS:
        told.append(said(language, "assumed.short_week", days=problem.week.days))
    return told


def _first_days(forecast: Forecast) -> dict[str, date]:
    """Each place's first whole local day."""
    begin = wall_times(forecast.places, forecast.slots)[:, 0] + np.timedelta64(86_399, "s")
    return dict(zip(forecast.ids, begin.astype("datetime64[D]").tolist(), strict=True))


def _from_day(forecast: Forecast, day: date) -> Forecast:
    """The forecast from the slot on at which the first place's clock shows that day's midnight."""
    wall = wall_times(forecast.places[:1], forecast.slots)[0]
    first, last = (moment.astype("datetime64[D]").item() for moment in (wall[0], wall[-1]))
    skipped = int(np.searchsorted(wall, np.datetime64(day, "s")))
    if not first <= day <= last or skipped == len(wall):
        raise InputError(f"The forecast runs from {first} to {last}, and {day} is not in it.", hint="Choose another --week.")
    slots = forecast.slots
    return replace(
        forecast,
        slots=Slots(slots.start + skipped * slots.length.step, slots.length, slots.count - skipped),
        quantiles=forecast.quantiles[:, skipped:],
        mean=forecast.mean[:, skipped:],
        open=forecast.open[:, skipped:],
        ranks=forecast.ranks[:, :, skipped:],
    )
