"""``busyness morning``: the morning report, from a timetable of the system instead of the running service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from busyness.domain.clock import SystemClock
from busyness.domain.errors import SettingsError, UnavailableError
from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import interface, workflow


def command(
    config: Annotated[Path, typer.Option(help="Settings of the service, YAML.")],
    anyway: Annotated[bool, typer.Option("--anyway", help="Also before its hour, and again if it was sent today.")] = False,
) -> None:
    """Send today's morning report to whom the settings name; what was sent today is not sent again.

    Example: busyness morning --config service.yaml
    """
    blocks, work = interface("cli.serve_settings"), workflow("service.morning")
    settings = workflow("config").read_settings(config, blocks.ServiceSettings)
    if not work.wanted(settings):
        raise SettingsError("Nobody is to get a morning report.", hint="Set morning.folder, mail_to or recipients.")
    sent = work.send_once(settings, clock=SystemClock(), anyway=anyway)
    for one in sent:
        show.say(f"{one.world}: sent to {one.to}") if not one.failed else show.complaint(f"{one.world}: {one.failed}")
    if not sent:
        show.say("Nothing is due: it was sent today, or it is too early.")
    if any(one.failed for one in sent):
        raise UnavailableError("Not every report could be sent.", hint="Run it again: what was sent is not sent twice.")
