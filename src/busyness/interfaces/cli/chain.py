"""``busyness run`` and ``busyness init``: the whole chain from one YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import forecast_into
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

Config = Annotated[Path, typer.Argument(metavar="CONFIG.yaml", help="Written by busyness init.", show_default=False)]


@with_options()
def command(
    config: Config,
    options: Options,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only check the settings and the data.")] = False,
) -> None:
    """Run the whole chain that a YAML describes; options given here win over it.

    Example: busyness run stores.yaml --out today
    """
    settings = options.over(workflow("config").read_config(config))
    if dry_run:
        found = workflow("ingest").ingest(settings)
        show.notes(found.notes)
        missing = workflow("plans_process").missing_files(settings)
        if missing:
            raise typer.BadParameter(f"Files of plans are not there: {'; '.join(missing)}.")
        show.say(
            f"{config} is fine: {found.rows:,} rows, {len(found.panel.places)} places, {found.panel.history:,} slots of "
            f"{found.panel.slots.length}; {found.horizon} to forecast into {settings.output.out}."
        )
        return
    forecast_into(settings, options, thorough=True)


def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("busyness.yaml"),
    counts: Annotated[str, typer.Option(help="The file of counts it will name.")] = "visits.csv",
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Write a commented configuration to start from.

    Example: busyness init stores.yaml --counts visits.csv
    """
    workflow("config").write_template(file, counts, force=force)
    show.say(f"Written: {file}. Edit it, then: busyness run {file}")
