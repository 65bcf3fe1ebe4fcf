"""Finance's page, from a forecast folder and the plans made from it: what they save beside today's practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
import polars as pl

from busyness.decisions.money.assumptions import GIVEN, Assumptions
from busyness.decisions.money.from_tables import flat_heads, stock_costs
from busyness.decisions.money.page import MoneyReckoner
from busyness.decisions.money.problem import MoneyProblem, Numbers, Practice
from busyness.domain.errors import InputError, SettingsError
from busyness.reports.money_page import MoneyMaterial, money_page
from busyness.reports.plan_page import page_files, plan_words
from busyness.reports.sentences import plan_in
from busyness.sources.number_yaml import read_number_yaml
from busyness.tables.forecast import Forecast
from busyness.tables.plan import Plan
from busyness.workflows.folder import read_forecast
from busyness.workflows.money_practices import (
    Ground,
    common_ground,
    needed_heads,
    paid_wages,
    planned_spans,
    todays_spans,
    told_minutes,
)
from busyness.workflows.plan_output import write_plan
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.simulated import from_simulation
from busyness.workflows.stored_plan import StoredPlan, read_plan

ASSUMPTIONS = "assumptions.yaml"
FROM_WAGES, FROM_NEED = "the staffing plan's wages", "the need of the staffing plan"
"""Where a number is from that nobody had to assume."""

_PATHS = 400  # as many as a stock plan draws, of which it judges on the odd-numbered ones


@dataclass(frozen=True)
class MoneyTables:
    """The folders of a forecast and of plans made from it; ``today`` is a roster or heads by hour (None: a flat one)."""

    forecast: Path
    staffing: Path
    today: Path | None = None
    stock: Path | None = None


@dataclass(frozen=True)
class Wanted:
    """How the page is written: ``currency`` (empty: the staffing plan's), ``lang``, ``seed`` of the draws."""

    currency: str = ""
    lang: str = "en"
    seed: int = 0


@dataclass(frozen=True)
class Assumed:
    """The numbers nobody measured, and the names of those that somebody gave."""

    numbers: Assumptions
    given: frozenset[str] = frozenset()

    @classmethod
    def of(cls, file: Path | None, given: Sequence[str]) -> Assumed:
        """This will read an ``assumptions.yaml``, if there is one, and put ``name=value`` texts over it.

        Raises:
            SettingsError: for an unknown name, no number, or one that cannot be; with the line where it is the file's.

        """
        names = [fact.name for fact in fields(Assumptions)]
        numbers: dict[str, float] = dict(read_number_yaml(file, names)) if file is not None else {}  # type: ignore[arg-type] # no tables in it
        for text in given:
            name, sign, value = text.partition("=")
            try:
                numbers[name.strip()] = float(value)
            except ValueError:
                raise SettingsError(f"'{text}' sets no number.", hint="Write --set wage=12.") from None
            if not sign or not np.isfinite(numbers[name.strip()]):
                raise SettingsError(f"'{text}' sets no number.", hint="Write --set wage=12.")
        return cls(Assumptions.of(numbers), frozenset(numbers))


def plan_money(
    tables: MoneyTables,
    out: Path | None,
    *,
    assumed: Assumed | None = None,
    wanted: Wanted | None = None,
    progress: Progress | None = None,
) -> tuple[Plan, list[Path]]:
    """This will reckon the staffing plan (and the stock plan) beside today's practice on the same paths of visitors.

    Wages are those of the staffing plan, unless the assumptions give one. ``assumptions.yaml`` is written to the folder,
    to be edited and given back (``out`` None: nothing is written).
    """
    progress, wanted, assumed = progress or Silent(), wanted or Wanted(), assumed or Assumed(Assumptions())
    plan_words(wanted.lang)  # a language that nobody knows is refused before the work, not after it
    progress.step("Reading")
    stored = read_forecast(tables.forecast)
    said = stored.forecast
    if not stored.adds_up:
        raise InputError(f"{stored.noun.capitalize()} do not add up over hours.", hint="Forecast visits.")
    staffing = read_plan(tables.staffing, "staffing")
    stock = read_plan(tables.stock, "stock") if tables.stock is not None else None
    ground, notes = common_ground(staffing, said)
    today, strangers = (None, ()) if tables.today is None else todays_spans(tables.today, ground)
    problem = _problem(said, ground, staffing=staffing, today=today, assumed=assumed, wanted=wanted)
    progress.step("Reckoning")
    problem = _with_stock(problem, said, ground, stock)
    plan = MoneyReckoner().decide(problem)
    plan = replace(
        plan,
        tables={**plan.tables, "assumptions": _listed(plan, problem, assumed)},
        notes=(*plan.notes, *notes, *strangers, *_warned(said, [staffing, stock]), *_flat(tables)),
    )
    plan = plan_in(plan, wanted.lang)
    simulated = from_simulation((tables.forecast, tables.today)) or any(
        stored.facts.get("simulated") for stored in (staffing, stock) if stored is not None
    )
    material = MoneyMaterial(
        plan,
        wanted.lang,
        problem.days,
        problem.visitors.shape[0],
        flat=tables.today is None,
        names={place.id: place.label for place in ground.places},
        simulated=simulated,
    )
    texts = {ASSUMPTIONS: _editable(plan), **page_files(money_page(material), wanted.lang)}
    return plan, write_plan(plan, out, texts=texts, more={"simulated": simulated}, zone=said.places[0].timezone)


def _problem(
    said: Forecast,
    ground: Ground,
    *,
    staffing: StoredPlan,
    today: pl.DataFrame | None,
    assumed: Assumed,
    wanted: Wanted,
) -> MoneyProblem:
    spans = planned_spans(staffing, ground)
    heads = ground.heads(spans)
    if today is not None:
        practised = ground.heads(today)
        if not practised.any():
            raise InputError(
                f"Today's roster has nobody at work from {ground.start:%Y-%m-%d} on, the days of the plan.",
                hint="Give today's roster with the dates of the planned days.",
            )
    else:
        opened = np.asarray(said.open[ground.rows, ground.slots], np.float64)
        practised = flat_heads(heads, np.where(opened.any(axis=1, keepdims=True), opened, 1.0))
    wages = None if "wage" in assumed.given else paid_wages(staffing, ground, spans)
    visitors, need = _visitors(said, ground, seed=wanted.seed), needed_heads(staffing, ground)
    numbers = assumed.numbers
    if "minutes_per_visitor" not in assumed.given:
        minutes = told_minutes(need, visitors, ground=ground, occupancy=numbers.occupancy)
        numbers = replace(numbers, minutes_per_visitor=minutes or numbers.minutes_per_visitor)
    return MoneyProblem(
        places=ground.ids,
        start=ground.start,
        slot_hours=ground.slot_hours,
        visitors=visitors,
        plan=Practice(heads, wages=wages),
        today=Practice(practised, wages=wages),
        assumptions=numbers,
        need=need,
        currency=wanted.currency or staffing.plan.currency,
        seed=wanted.seed,
        versions={"model": said.model, "staffing": staffing.plan.versions.get("solver", "")},
    )


def _visitors(said: Forecast, ground: Ground, *, seed: int) -> Numbers:
    """The odd-numbered of the paths a stock plan is made from: those it is judged on."""
    paths = said.paths(_PATHS, seed=seed)[1::2, :, ground.slots]
    return np.asarray(paths[:, ground.rows], np.float64)


def _with_stock(problem: MoneyProblem, said: Forecast, ground: Ground, stock: StoredPlan | None) -> MoneyProblem:
    """Both practices with the stock's costs on the very paths they were judged on."""
    if stock is None:
        return problem
    versions = stock.plan.versions
    if versions.get("model", said.model) != said.model:
        raise InputError(
            f"The stock plan was made from the forecast of {versions['model']}; this one is of {said.model}.",
            hint="Make the stock plan again from this forecast.",
        )
    paths = stock.table("paths")
    if not paths.height or int(paths["path"].max()) + 1 != _PATHS // 2:  # type: ignore[arg-type] # numbers of paths
        raise InputError(f"The stock plan in {stock.folder} has no paths to compare.", hint="Make it again.")
    visitors = _visitors(said, ground, seed=int(versions.get("seed", "0")))
    sides = {side: stock_costs(paths, problem.places, policy=side, days=problem.days) for side in ("plan", "today")}
    return replace(
        problem,
        visitors=visitors,
        plan=replace(problem.plan, costs=sides["plan"]),
        today=replace(problem.today, costs=sides["today"]),
        versions={**problem.versions, "stock": versions.get("solver", "")},
    )


def _listed(plan: Plan, problem: MoneyProblem, assumed: Assumed) -> pl.DataFrame:
    """The table of assumptions, each with who gave it; the plan's own mean wage in the place of the assumed one."""
    table, source = plan.tables["assumptions"], pl.col("source")
    name, value = pl.col("assumption"), pl.col("value")
    told = problem.assumptions.minutes_per_visitor != assumed.numbers.minutes_per_visitor
    source = pl.when(name.is_in(sorted(assumed.given))).then(pl.lit(GIVEN)).otherwise(source)
    source = pl.when((name == "minutes_per_visitor") & told).then(pl.lit(FROM_NEED)).otherwise(source)
    if problem.plan.wages is not None:
        hours = problem.plan.heads.sum(axis=1)
        mean = float((hours * problem.plan.wages).sum() / max(hours.sum(), 1e-9))
        source = pl.when(name == "wage").then(pl.lit(FROM_WAGES)).otherwise(source)
        value = pl.when(name == "wage").then(mean).otherwise(value)
    return table.with_columns(value.alias("value"), source.alias("source"))


def _editable(plan: Plan) -> str:
    """The assumptions as YAML; a wage that comes from the plan is only a comment, so that it stays each place's own."""
    lines = ["# What the money rests on. Change a number, then: busyness plan money … --assumptions assumptions.yaml"]
    for row in plan.tables["assumptions"].iter_rows(named=True):
        own = row["source"] == FROM_WAGES
        lines += ["", f"# {row['meaning']} ({row['unit']}; {row['source']})"]
        lines.append(f"{'# ' if own else ''}{row['assumption']}: {row['value']:.10g}")
    return "\n".join(lines) + "\n"


def _warned(said: Forecast, plans: Sequence[StoredPlan | None]) -> list[str]:
    revised = [
        "The stock plan is a revision: it holds only the lines that had changed."
        for stored in plans
        if stored is not None and "since" in stored.plan.versions
    ]
    return revised + [
        f"The {stored.plan.kind} plan was made from another forecast (model {made}; this one is {said.model})."
        for stored in plans
        if stored is not None and (made := _model(stored.plan.versions)) not in {"", said.model}
    ]


def _model(versions: Mapping[str, str]) -> str:
    return versions.get("model", "")


def _flat(tables: MoneyTables) -> list[str]:
    if tables.today is not None:
        return []
    return ["Nobody gave today's roster: it is the same hours, spread evenly over the opening hours (--today roster.csv)."]
