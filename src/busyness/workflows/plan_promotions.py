"""What promotions did, and when the next ones pay: from a history, a table of promotions and a forecast folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from busyness.decisions.promotions.days import Days, days_of
from busyness.decisions.promotions.propose import CANDIDATES_SCHEMA, Outlook, apart, propose, usual_days
from busyness.decisions.promotions.recommend import PromotionProblem, PromotionSolver
from busyness.decisions.promotions.switchback import switch_back
from busyness.decisions.promotions.uplift import MINIMUM_EVENTS, Uplift, Uplifts, uplifts
from busyness.domain.errors import BusynessError, InputError, TooLittleHistoryError
from busyness.domain.place import Place
from busyness.registry.artifact import read_card
from busyness.reports.plan_page import page_files, plan_words
from busyness.reports.promotion_page import PromotionMaterial, promotion_page
from busyness.reports.sentences import plan_in
from busyness.sources.promotion_windows import TYPE, known_places, read_windows
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.tables.plan import Plan
from busyness.workflows.folder import MODEL, StoredForecast, read_forecast
from busyness.workflows.output import results
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.promotion_choices import (
    expected_days,
    given_windows,
    near_places,
    outlook_of,
    quietest_start,
)
from busyness.workflows.promotion_history import KEPT, Known, PromotionHistory, replayed_history, stored_history
from busyness.workflows.promotion_terms import Terms
from busyness.workflows.simulated import from_simulation

_TYPES_SCHEMA = {
    TYPE: pl.String, "estimable": pl.Boolean, "change": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "by_chance_low": pl.Float64, "by_chance_high": pl.Float64, "p": pl.Float64, "windows": pl.Int64, "campaigns": pl.Int64,
    "pulled": pl.Float64, "cannibalised": pl.Float64, "verdict": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class PromotionTables:
    """``history`` is a run's YAML, a file of counts or the folder of a backtest; the others are files and a folder.

    Without a ``forecast`` nothing is recommended; without ``candidates`` the quieter days are proposed. ``weeks`` is how
    many weeks of the past are replayed (None: all that leave a third of the history before them).
    """

    history: str
    promotions: Path
    forecast: Path | None = None
    candidates: Path | None = None
    weeks: int | None = None


@dataclass(frozen=True)
class Wanted:
    """How the plan is written: ``currency``, ``lang`` of its page, ``seed`` of its draws."""

    currency: str = ""
    lang: str = "en"
    seed: int = 0


@dataclass(frozen=True, repr=False)
class _Read:
    promotions: pl.DataFrame
    stored: StoredForecast | None
    candidates: pl.DataFrame | None
    known: Known
    zones: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> tuple[Place, ...]:
        return self.stored.forecast.places if self.stored else ()


def plan_promotions(
    tables: PromotionTables, out: Path, *, terms: Terms, wanted: Wanted | None = None, progress: Progress | None = None
) -> tuple[Plan, list[Path]]:
    """This will tell what each type of promotion did, recommend windows for the forecast's days, and write the plan.

    The history is replayed without promotions where a YAML or counts are given; its predictions are kept beside the plan,
    which can be the ``history`` of the next one.
    """
    progress, wanted = progress or Silent(), wanted or Wanted()
    plan_words(wanted.lang)  # a language that nobody knows is refused before the work, not after it
    progress.step("Reading")
    read = _read(tables, terms)
    history = _history(tables, read, progress)
    progress.step("Telling effects from chance")
    days = days_of(history.predictions, history.zones)
    known_places(read.promotions, days.places, tables.promotions)
    told = uplifts(days, read.promotions, neighbours=near_places(read.places, terms.neighbours_km), seed=wanted.seed)
    _refuse_none(told, days, read.promotions)
    progress.step("Choosing windows")
    outlook = outlook_of(read.stored.forecast) if read.stored else None
    plan = _decided(read, told, outlook, terms=terms, wanted=wanted)
    tests, said = _tests(days, read.promotions, told, first=_after(days, outlook), terms=terms, seed=wanted.seed)
    extra = {"types": _types(told), "effects": told.effects, "terms": terms.table()}
    plan = replace(
        plan,
        tables={**plan.tables, **extra, **({"switch_back": tests} if tests.height else {})},
        cost=plan.cost + 0.0,  # nothing gained is 0, not minus 0
        bound=plan.bound + 0.0,
        notes=(*plan.notes, *said, *history.notes, *_strangers(read.promotions, days), *_untold(read, outlook, plan, told)),
        versions={**plan.versions, "history": history.model or "unknown"},
    )
    plan = plan_in(plan, wanted.lang)
    simulated = from_simulation((tables.history, tables.promotions, tables.forecast))
    material = PromotionMaterial(
        plan,
        wanted.lang,
        expected_days(outlook),
        _names(read.places),
        blind=history.blind,
        simulated=simulated,
    )
    texts = page_files(promotion_page(material), wanted.lang)
    written = write_plan(plan, out, texts=texts, more={"simulated": simulated})
    if history.made:
        with results(out) as stage:
            history.write(stage)
        written.append(out / KEPT)
    return plan, written


def foresee_promotions(tables: PromotionTables, *, terms: Terms) -> list[str]:
    """This will check what is given, and say in sentences what a plan would do with it."""
    read = _read(tables, terms)
    if Path(tables.history).is_dir():
        stored_history(Path(tables.history), read.promotions, read.known)
        how = f"The predictions in {tables.history} are used as they are."
    else:
        how = f"The past of {tables.history} is replayed week by week with promotions left out."
    kinds = read.promotions.group_by(TYPE).len().sort(TYPE).iter_rows()
    said = [how, *(f"{kind}: {count:,} rows; below {MINIMUM_EVENTS} windows nothing is said." for kind, count in kinds)]
    if read.stored is None:
        return [*said, "Without --forecast nothing is recommended."]
    outlook = outlook_of(read.stored.forecast)
    many = _candidates(read, outlook, list(usual_days(read.promotions)), terms).height
    return [*said, f"{many:,} windows from {outlook.first} to {outlook.last} to choose from."]


def _read(tables: PromotionTables, terms: Terms) -> _Read:
    promotions = read_windows(tables.promotions)
    if tables.forecast is None:
        if tables.candidates is not None:
            raise InputError("Windows can only be judged with a forecast of their days.", hint="Give --forecast DIR.")
        return _Read(promotions, None, None, Known({}))
    stored = read_forecast(tables.forecast)
    said = stored.forecast
    if not stored.adds_up:
        raise InputError(f"{stored.noun.capitalize()} do not add up over days.", hint="Forecast visits.")
    if terms.margin is None:
        raise InputError(
            "Nobody said what an extra visit earns.", hint="Give --margin 4, or margin: 4 in the YAML of --terms."
        )
    candidates = read_windows(tables.candidates) if tables.candidates is not None else None
    zones = {place.id: place.timezone for place in said.places}
    return _Read(promotions, stored, candidates, _known(tables.forecast, said, zones), zones)


def _known(folder: Path, said: Forecast, zones: Mapping[str, str]) -> Known:
    facts: Mapping[str, object] = {}
    if (folder / MODEL).is_dir():
        try:
            facts = read_card(folder / MODEL).parameters
        except BusynessError:  # a damaged card only costs the country
            facts = {}
    return Known(zones, str(said.slots.length), str(facts.get("country") or ""), str(facts.get("region") or ""))


def _history(tables: PromotionTables, read: _Read, progress: Progress) -> PromotionHistory:
    if Path(tables.history).is_dir():
        return stored_history(Path(tables.history), read.promotions, read.known)
    return replayed_history(tables.history, read.promotions, read.known, weeks=tables.weeks, progress=progress)


def _candidates(read: _Read, outlook: Outlook, kinds: list[str], terms: Terms) -> pl.DataFrame:
    if read.candidates is not None:
        found = given_windows(read.candidates, outlook, terms)
    else:
        lengths = {kind: days for kind, days in usual_days(read.promotions).items() if kind in kinds}
        found = propose(outlook, lengths, terms.costs(list(lengths)))
    return apart(found, read.promotions, pause=int(terms.cool_down))


def _decided(read: _Read, told: Uplifts, outlook: Outlook | None, *, terms: Terms, wanted: Wanted) -> Plan:
    estimable = [kind for kind, uplift in told.by_type.items() if uplift.estimable]
    empty = pl.DataFrame(schema=CANDIDATES_SCHEMA)
    return PromotionSolver().decide(
        PromotionProblem(
            empty if outlook is None else _candidates(read, outlook, estimable, terms),
            told.by_type,
            terms.solver(),
            zones=read.zones,
            currency=wanted.currency,
            versions={"model": read.stored.forecast.model} if read.stored else {},
        )
    )


def _refuse_none(told: Uplifts, days: Days, promotions: pl.DataFrame) -> None:
    if not told.by_type:
        last = days.first + timedelta(days=days.count - 1)
        raise InputError(
            f"None of the {promotions.height:,} promotions ran from {days.first} to {last}, the days that can be judged.",
            hint="Give a longer history, or the promotions of those days.",
        )


def _strangers(promotions: pl.DataFrame, days: Days) -> list[str]:
    named = promotions[c.PLACE].drop_nulls().unique().sort().to_list()
    strangers = [place for place in named if place not in days.places]
    if not strangers:
        return []
    return [f"The history does not have {len(strangers):,} of the promotions' places, such as '{strangers[0]}'."]


def _untold(read: _Read, outlook: Outlook | None, plan: Plan, told: Uplifts) -> list[str]:
    """Why no window is recommended, or fewer than somebody gave were judged."""
    if outlook is None:
        return ["Without a forecast nothing is recommended (--forecast DIR)."]
    judged, days = plan.tables["candidates"].height, outlook.visits.shape[1]
    notes = []
    if read.candidates is None:
        notes += [
            f"{kind} usually runs {length} days, and the forecast reaches {days}: none of it is proposed."
            for kind, length in usual_days(read.promotions).items()
            if length > days and kind in told.by_type and told.by_type[kind].estimable
        ]
    if not judged:
        return [
            *notes,
            "No window of the forecast's days lies apart from planned promotions and is of a type that is known.",
        ]
    notes += [] if plan.actions.height else ["No window is sure to earn more than it costs, so none is recommended."]
    if read.candidates is None:
        return [*notes, f"{judged:,} windows on the quieter days were proposed and judged."]
    return [*notes, f"{judged:,} of the windows given lie within the forecast, apart from planned promotions."]


def _after(days: Days, outlook: Outlook | None) -> date:
    """The first day on which a test meets neither the history nor a recommended window."""
    over = days.first + timedelta(days=days.count)
    return max(over, outlook.last + timedelta(days=1)) if outlook else over


def _tests(
    days: Days, promotions: pl.DataFrame, told: Uplifts, *, first: date, terms: Terms, seed: int
) -> tuple[pl.DataFrame, list[str]]:
    """A switch-back test for each type that history says too little of, one after the other, on the quieter days."""
    schedules, said = [], []
    length = int(terms.test_days)
    for kind, uplift in told.by_type.items():
        if uplift.estimable:
            continue
        try:
            test = switch_back(
                days,
                promotions,
                first=quietest_start(days, first, length),
                uplift=terms.test_uplift,
                length=length,
                seed=seed,
            )
        except TooLittleHistoryError as fault:
            said.append(f"{kind}: no test can be planned. {fault}")
            continue
        schedules.append(test.schedule.with_columns(pl.lit(kind).alias(TYPE)))
        said.append(f"{kind}: {test.says}")
        first += timedelta(weeks=test.weeks + 1)
    return pl.concat(schedules) if schedules else pl.DataFrame(), said


def _types(told: Uplifts) -> pl.DataFrame:
    rows = [_type(kind, uplift) for kind, uplift in told.by_type.items()]
    return pl.DataFrame(rows, schema=_TYPES_SCHEMA, orient="row").with_columns(pl.col(pl.Float64).fill_nan(None))


def _type(kind: str, uplift: Uplift) -> tuple[object, ...]:
    """``by_chance`` is how large the change is where nothing ran, in 95 of 100 placebo draws."""
    e = uplift.during
    chance = [float(np.expm1(np.log1p(e.change) - np.log1p(edge))) for edge in (e.high, e.low)]
    facts = (e.change, e.low, e.high, *chance, e.p, e.windows, e.campaigns, uplift.pulled, uplift.cannibalised)
    return (kind, uplift.estimable, *facts, uplift.verdict)


def _names(places: Sequence[Place]) -> dict[str, str]:
    return {place.id: place.label for place in places}
