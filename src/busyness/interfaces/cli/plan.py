"""``busyness plan``: from a forecast to decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from busyness.interfaces.cli import plan_intraday, plan_money, plan_promotions, plan_staffing, plan_stock, show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.plan_told import DryRun

app = typer.Typer(
    help="Decide what to do, with the cost, the reason and how far from the best it can be.", no_args_is_help=True
)

Out = Annotated[Path, typer.Option(help="Folder of the plan.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]


@app.callback()
def kinds() -> None:
    """Decide what to do, with the cost, the reason and how far from the best it can be."""


app.command("staffing")(plan_staffing.staffing)
app.command("intraday")(plan_intraday.command)
app.command("intraday-log")(plan_intraday.log_command)
app.command("score")(plan_staffing.score)
app.command("replan")(plan_staffing.replan)


@app.command("shifts")
def shifts(
    instance: Annotated[Path, typer.Argument(help="A rostering instance of Curtois and Qu.", show_default=False)],
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to search; sooner where nothing can be better.")] = 60,
    seed: Annotated[int, typer.Option(min=0, help="Of the search.")] = 0,
    threads: Annotated[Optional[int], typer.Option(min=1, help="Processes. Default: the idle cores.")] = None,
    out: Out = Path("plan"),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the instance and say what it asks.")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Assign shifts to staff: cover, requests, rest and limits, by the format of Curtois and Qu (docs/shifts.md).

    Writes roster.csv (staff, day from 0, shift), plan.json and the plan's tables. Needs the extra plans.

    Example: busyness plan shifts Instance1.txt --seconds 60 --out roster
    """
    work = workflow("plan_shifts")
    if dry_run:
        _asked(work.instance_facts(instance), seconds, as_json=as_json)
        return
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_shifts(instance, out, seconds=seconds, seed=seed, threads=threads, progress=bar)
    _told(plan, written, out, as_json=as_json)


@app.command("rebalancing")
def rebalancing(
    forecast: Annotated[Path, typer.Option(help="Folder of a forecast of trips or orders.", show_default=False)],
    fleet: Annotated[Path, typer.Option(help="place,vehicles,broken,charging; or latitude,longitude.", show_default=False)],
    depots: Annotated[Optional[Path], typer.Option(help="depot,latitude,longitude,vehicles,capacity.")] = None,
    vans: Annotated[Optional[Path], typer.Option(help="van,depot,capacity,cost_per_km,cost_per_vehicle,hours.")] = None,
    ended: Annotated[Optional[Path], typer.Option(help="Folder of a forecast of where trips end.")] = None,
    unmet_trip: Annotated[float, typer.Option(min=0, help="What a trip costs that nobody could make.")] = 2.0,
    idle_vehicle: Annotated[float, typer.Option(min=0, help="What a vehicle costs that stands unused for a period.")] = 1.0,
    turns: Annotated[float, typer.Option(min=0.01, help="Trips a vehicle serves a period where somebody wants it.")] = 4.0,
    cost_per_km: Annotated[float, typer.Option(min=0, help="Without vans: what a kilometre of its own way costs.")] = 0.3,
    within_km: Annotated[float, typer.Option(min=0.1, help="Without vans: how far one goes at most.")] = 4.0,
    periods: Annotated[int, typer.Option(min=1, help="Without vans: how many slots ahead are decided.")] = 6,
    currency: Annotated[str, typer.Option(help="Shown with the costs.")] = "",
    lang: Annotated[str, typer.Option(help="Language of the page: es or en.")] = "en",
    out: Out = Path("plan"),
    dry_run: DryRun = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say which vehicles to move where on each morning: targets, loading lists, and what doing nothing would cost.

    Without depots and vans vehicles go their own way, slot by slot, as couriers do. Needs the extra plans. See
    docs/rebalancing.md.

    Example: busyness plan rebalancing --forecast out --fleet fleet.csv --depots depots.csv --vans vans.csv
    """
    work = workflow("plan_rebalancing")
    with show.Bar(quiet=quiet or as_json) as bar:
        plan, written = work.plan_moves(
            forecast,
            work.FleetTables(fleet, depots, vans, ended),
            None if dry_run else out,
            prices=work.Prices(unmet_trip, idle_vehicle, turns, currency, cost_per_km, within_km),
            told=work.Told(language=lang, periods=periods),
            progress=bar,
        )
    if not as_json:
        comparison = plan.tables["comparison"]
        show.table("", comparison.columns, comparison.rows())
    _told(plan, written, None if dry_run else out, as_json=as_json)


app.command("stock")(plan_stock.command)
app.command("promotions")(plan_promotions.command)
app.command("money")(plan_money.command)


def _asked(facts: dict[str, int], seconds: float, *, as_json: bool) -> None:
    """Print what an instance asks."""
    if as_json:
        show.as_json(facts)
        return
    listed = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in facts.items())
    show.say(f"The instance can be read: {listed}. It would be searched for up to {seconds:g} s. Nothing was written.")


def _told(plan: Any, written: list[Path], out: Path | None, *, as_json: bool) -> None:  # noqa: ANN401  # Plan
    """Print what a plan costs and how far from the best it can be."""
    if as_json:
        show.as_json({**workflow("plan_output").facts(plan), "files": [str(path) for path in written]})
        return
    show.notes(plan.notes)
    gap = "nothing can be better" if not plan.gap else f"at most {plan.gap:.1%} from the best"
    money = f"{plan.cost:,.10g} {plan.currency}".strip()
    where = f"Written: {out}" if out is not None else "Nothing was written."
    show.say(f"Cost {money}, {gap}; {plan.seconds:.1f} s. {where}")
