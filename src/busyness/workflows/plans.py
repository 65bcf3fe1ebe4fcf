"""The plans that a run ends with: each kind reads the forecast's folder and writes its own beside it.

``main`` is a program of its own (``plans_process.py``): solvers and learning are heavy to load and do not all get along.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from busyness.domain.errors import BusynessError
from busyness.tables.plan import Plan
from busyness.workflows.folder import SETTINGS
from busyness.workflows.forecast import ForecastRun, forecast
from busyness.workflows.plan_intraday import Asked as IntradayAsked
from busyness.workflows.plan_intraday import IntradayTables, plan_intraday
from busyness.workflows.plan_money import Assumed, MoneyTables, plan_money
from busyness.workflows.plan_money import Wanted as MoneyWanted
from busyness.workflows.plan_promotions import PromotionTables, plan_promotions
from busyness.workflows.plan_promotions import Wanted as PromotionsWanted
from busyness.workflows.plan_rebalancing import FleetTables, Prices, Told, plan_moves
from busyness.workflows.plan_settings import IntradayBlock, PlansSettings
from busyness.workflows.plan_staffing import Effort, StaffingRequest, plan_staffing, read_standard
from busyness.workflows.plan_stock import Ordering, StockTables, plan_stock
from busyness.workflows.plans_process import MADE, PLANS
from busyness.workflows.progress import Progress
from busyness.workflows.promotion_terms import Terms
from busyness.workflows.settings import RunSettings

Make = Callable[[Path], tuple[Plan, list[Path]]]
"""Makes a plan into a folder."""


@dataclass(frozen=True, repr=False)
class MadePlan:
    """A plan and its folder, or why there is none (``failed``): a plan that cannot be made never sinks the forecast."""

    kind: str
    folder: Path
    plan: Plan | None
    failed: str = ""


@dataclass(frozen=True)
class PlanGround:
    """What plans stand on: the forecast's ``folder`` and the settings of its ``run``."""

    folder: Path
    run: RunSettings

    @property
    def language(self) -> str:
        """That of the pages."""
        return self.run.output.lang

    @property
    def seed(self) -> int:
        """Of paths and searches."""
        return self.run.model.seed


def make_plans(ground: PlanGround, *, progress: Progress) -> tuple[MadePlan, ...]:
    """This will make the plans that the run's settings name, into ``plans/KIND`` of the forecast's folder."""
    return tuple(_made(kind, ground, make) for kind, make in _wanted(ground.run.plans, ground, progress))


def _wanted(settings: PlansSettings, ground: PlanGround, progress: Progress) -> Iterator[tuple[str, Make]]:
    """The kinds that are asked for, each with what makes it, in an order in which they may build on each other."""
    folder, language, seed, currency = ground.folder, ground.language, ground.seed, settings.currency
    staffing, stock, money = settings.staffing, settings.stock, settings.money
    if staffing is not None:
        request = StaffingRequest(
            folder, staffing.staff, staffing.rules, staffing.places, staffing.minutes,
            read_standard(staffing.standard), currency=currency, seed=seed,
        )  # fmt: skip
        effort = Effort(seconds=staffing.seconds, seed=seed)
        yield (
            "staffing",
            lambda out: plan_staffing(
                request, out, effort=effort, threads=ground.run.model.threads, language=language, progress=progress
            ),
        )
    if stock is not None:
        tables = StockTables(stock.products, stock.stock)
        ordering = Ordering(currency=currency, lang=language, seed=seed)
        yield "stock", lambda out: plan_stock(folder, tables, out, ordering=ordering, progress=progress)
    if settings.rebalancing is not None:
        moved = settings.rebalancing
        fleet = FleetTables(moved.fleet, moved.depots, moved.vans)
        prices = Prices(moved.unmet_trip, moved.idle_vehicle, moved.turns, currency)
        told = Told(language=language)

        def moves(out: Path) -> tuple[Plan, list[Path]]:
            wanted = folder
            if moved.count:
                wanted = folder / PLANS / f"demand-{moved.count}"
                _of_another_count(ground.run, moved.count).write(wanted)
            return plan_moves(wanted, fleet, out, prices=prices, told=told, progress=progress)

        yield "rebalancing", moves
    if settings.promotions is not None:
        ran = settings.promotions
        history = PromotionTables(str(folder / SETTINGS), ran.promotions, folder, weeks=ran.weeks)
        terms = Terms.of(ran.terms, {})
        wanted = PromotionsWanted(currency, language, seed)
        yield "promotions", lambda out: plan_promotions(history, out, terms=terms, wanted=wanted, progress=progress)
    if money is not None:
        beside = MoneyTables(
            folder, folder / PLANS / "staffing", money.today, folder / PLANS / "stock" if stock is not None else None
        )
        assumed = Assumed.of(money.assumptions, ())
        said = MoneyWanted(currency, language, seed)
        yield "money", lambda out: plan_money(beside, out, assumed=assumed, wanted=said, progress=progress)
    if settings.intraday is not None:
        yield "intraday", _intraday(settings.intraday, ground, staffed=staffing is not None, progress=progress)


def _intraday(block: IntradayBlock, ground: PlanGround, *, staffed: bool, progress: Progress) -> Make:
    tables = IntradayTables(ground.folder, ground.folder / PLANS / "staffing" if staffed else None, block.flex)
    asked = IntradayAsked(days=block.days, language=ground.language, seed=ground.seed)
    return lambda out: plan_intraday(tables, out, asked=asked, progress=progress)


def _made(kind: str, ground: PlanGround, make: Make) -> MadePlan:
    out = ground.folder / PLANS / kind
    try:
        plan, _ = make(out)
    except BusynessError as fault:
        return MadePlan(kind, out, None, str(fault).replace(f"{ground.folder}/", ""))
    except Exception as fault:  # noqa: BLE001  # one plan's fault, which is ours, does not sink the others
        return MadePlan(kind, out, None, f"This is our fault: {type(fault).__name__}: {fault}")
    return MadePlan(kind, out, plan)


def _of_another_count(settings: RunSettings, count: str) -> ForecastRun:
    """A quick forecast of something else that the same rows can be counted as, such as orders beside couriers."""
    events = settings.events.model_copy(update={"count": count, "supply": None})
    check = settings.backtest.model_copy(update={"windows": 0, "origins": ()})
    model = settings.model.model_copy(update={"fast": True})
    return forecast(
        settings.model_copy(update={"events": events, "backtest": check, "model": model, "plans": PlansSettings()})
    )


class _Lines:
    """Says each step as a line of standard output, for the process that waits."""

    def step(self, text: str, done: int = 0, *, total: int = 0) -> None:
        """This will print the step and how far it is."""
        sys.stdout.write(json.dumps({"step": text, "done": done, "total": total}) + "\n")
        sys.stdout.flush()


def main() -> None:
    """This will make the plans of the folder that is the program's argument, the run's settings being on standard input, and
    say in ``plans/plans.json`` which there are.
    """
    folder = Path(sys.argv[1])
    run = RunSettings.model_validate_json(sys.stdin.read())
    made = make_plans(PlanGround(folder, run), progress=_Lines())
    facts = [{"kind": each.kind, "failed": each.failed} for each in made]
    (folder / PLANS).mkdir(exist_ok=True)
    (folder / PLANS / MADE).write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", "utf-8")
