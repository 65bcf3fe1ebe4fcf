"""``busyness demo``: the main job on a simulated world."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import told, told_plans
from busyness.interfaces.cli.loader import workflow

app = typer.Typer(help="The whole chain on a simulated world.", no_args_is_help=True)


@app.callback()
def worlds() -> None:
    """The whole chain on a simulated world."""


@app.command("retail")
def retail(
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("demo"),
    stores: Annotated[int, typer.Option(min=1, help="How many supermarkets.")] = 12,
    days: Annotated[int, typer.Option(min=30, help="How many days of counts.")] = 730,
    horizon: Annotated[int, typer.Option(min=1, help="Hours ahead.")] = 336,
    lang: Annotated[str, typer.Option(help="Language of the report: es or en.")] = "en",
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same chain.")] = 0,
    fast: Annotated[bool, typer.Option("--fast", help="About a third of the time.")] = False,
    plans: Annotated[bool, typer.Option("--plans/--no-plans", help="Whether it ends with plans.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Simulate a chain of supermarkets, forecast two weeks, find the peaks, and write a report. All of it simulated.

    Example: busyness demo retail --lang es --out demo
    """
    work = workflow("demo")
    with show.Bar(quiet=quiet) as bar:
        run, settings = work.demo_retail(
            out,
            work.RetailDemo(stores=stores, days=days, horizon=horizon, lang=lang, seed=seed, fast=fast, plans=plans),
            progress=bar,
        )
    told(run)
    told_plans(out, lang)
    show.report(settings.output.out / "report.html", settings.output.lang)


@app.command("scooters")
def scooters(
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("demo-scooters"),
    days: Annotated[int, typer.Option(min=21, help="How many days of trips, up to 9 September 2020.")] = 87,
    horizon: Annotated[int, typer.Option(min=1, help="Days ahead.")] = 3,
    lang: Annotated[str, typer.Option(help="Language of the report: es or en.")] = "en",
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same city.")] = 0,
    fast: Annotated[bool, typer.Option("--fast", help="About a third of the time.")] = False,
    plans: Annotated[bool, typer.Option("--plans/--no-plans", help="Whether it ends with plans.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Simulate scooter trips over Chicago's 77 areas, forecast three days for each, and write a report. All simulated.

    Example: busyness demo scooters --out demo-scooters
    """
    work = workflow("demo")
    demo = work.TripDemo(days=days, horizon=horizon, lang=lang, seed=seed, fast=fast, plans=plans)
    with show.Bar(quiet=quiet) as bar:
        run, settings = work.demo_scooters(out, demo, progress=bar)
    told(run)
    told_plans(out, lang)
    show.say(f'Ask it: busyness ask {out} --place "LAKE VIEW" --date 2020-09-11')
    show.report(settings.output.out / "report.html", settings.output.lang)


@app.command("couriers")
def couriers(
    out: Annotated[Path, typer.Option(help="Folder of the results.")] = Path("demo-couriers"),
    days: Annotated[int, typer.Option(min=14, help="How many days of pings.")] = 42,
    horizon: Annotated[int, typer.Option(min=1, help="Hours ahead.")] = 24,
    lang: Annotated[str, typer.Option(help="Language of the report: es or en.")] = "en",
    seed: Annotated[int, typer.Option(min=0, help="The same seed makes the same city.")] = 0,
    fast: Annotated[bool, typer.Option("--fast", help="About a third of the time.")] = False,
    plans: Annotated[bool, typer.Option("--plans/--no-plans", help="Whether it ends with plans.")] = True,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Simulate couriers in Madrid, forecast how many each hexagon will see in the next day, and write a report.

    Example: busyness demo couriers --lang es --out demo-couriers
    """
    work = workflow("demo")
    demo = work.TripDemo(days=days, horizon=horizon, lang=lang, seed=seed, fast=fast, plans=plans)
    with show.Bar(quiet=quiet) as bar:
        run, settings = work.demo_couriers(out, demo, progress=bar)
    told(run)
    told_plans(out, lang)
    show.report(settings.output.out / "report.html", settings.output.lang)
