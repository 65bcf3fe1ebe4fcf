"""The plans that a run ends with: each kind reads the forecast's folder and writes its own beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from busyness.domain.errors import BusynessError
from busyness.tables.plan import Plan
from busyness.workflows.plan_money import Assumed, MoneyTables, plan_money
from busyness.workflows.plan_money import Wanted as MoneyWanted
from busyness.workflows.plan_promotions import PromotionTables, plan_promotions
from busyness.workflows.plan_promotions import Wanted as PromotionsWanted
from busyness.workflows.plan_rebalancing import FleetTables, Prices, Told, plan_moves
from busyness.workflows.plan_settings import PlansSettings
from busyness.workflows.plan_staffing import Effort, StaffingRequest, plan_staffing, read_standard
from busyness.workflows.plan_stock import Ordering, StockTables, plan_stock
from busyness.workflows.progress import Progress
from busyness.workflows.promotion_terms import Terms

PLANS = "plans"
"""The folder of a forecast folder that holds its plans, one folder a kind."""


@dataclass(frozen=True, repr=False)
class MadePlan:
    """A plan and its folder, or why there is none (``failed``): a plan that cannot be made never sinks the forecast."""

    kind: str
    folder: Path
    plan: Plan | None
    failed: str = ""


@dataclass(frozen=True)
class PlanGround:
    """What plans stand on: the forecast's ``folder``, the run's ``history`` (YAML or file of counts) and ``demanded``, which
    makes a forecast of something else the run could count (into a folder), for plans that need one.
    """

    folder: Path
    history: str
    language: str
    seed: int
    threads: int | None
    demanded: Callable[[str, Path], object]


def make_plans(settings: PlansSettings, ground: PlanGround, *, progress: Progress) -> tuple[MadePlan, ...]:
    """This will make the plans that the settings name, into ``plans/KIND`` of the forecast's folder."""
    return tuple(_made(kind, ground, make) for kind, make in _wanted(settings, ground, progress))


def _wanted(
    settings: PlansSettings, ground: PlanGround, progress: Progress
) -> Iterator[tuple[str, Callable[[Path], tuple[Plan, list[Path]]]]]:
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
                request, out, effort=effort, threads=ground.threads, language=language, progress=progress
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
                ground.demanded(moved.count, wanted)
            return plan_moves(wanted, fleet, out, prices=prices, told=told, progress=progress)

        yield "rebalancing", moves
    if settings.promotions is not None:
        ran = settings.promotions
        history = PromotionTables(ground.history, ran.promotions, folder, weeks=ran.weeks)
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


def _made(kind: str, ground: PlanGround, make: Callable[[Path], tuple[Plan, list[Path]]]) -> MadePlan:
    out = ground.folder / PLANS / kind
    try:
        plan, _ = make(out)
    except BusynessError as fault:
        return MadePlan(kind, out, None, str(fault))
    return MadePlan(kind, out, plan)
