"""``busyness``: the commands, and how a mistake is answered."""

from __future__ import annotations

import os
import sys
import traceback
from typing import Annotated, Any

import typer

from busyness import __version__
from busyness.domain.errors import BusynessError, LeakError
from busyness.interfaces.cli import (
    ask,
    backtest,
    chain,
    collect,
    demo,
    describe,
    explain,
    features,
    forecast,
    get,
    models,
    morning,
    places,
    plan,
    predict,
    retrain,
    roll_up,
    search,
    serve,
    show,
    simulate,
    state,
    train,
    watch,
)

# Typer carries its own copy of Click and exports the subclasses only; this is their common base.
UsageFault: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")

app = typer.Typer(
    name="busyness",
    help="How busy will every place be, and what should we do about it?\n\n"
    "Start with [bold]busyness demo retail[/bold], or with your own counts: "
    "[bold]busyness forecast visits.csv --timezone America/Lima --country PE[/bold].",
    epilog="Exit codes: 0 done, 2 the input is wrong (one sentence on standard error), 1 our fault.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_AT_ONCE, _STEPS, _DATA, _SERVICE = "At once", "Step by step", "Data", "Service"
app.command("forecast", rich_help_panel=_AT_ONCE)(forecast.command)
app.command("run", rich_help_panel=_AT_ONCE)(chain.command)
app.command("init", rich_help_panel=_AT_ONCE)(chain.init)
app.command("serve", rich_help_panel=_AT_ONCE)(serve.command)
app.add_typer(demo.app, name="demo", rich_help_panel=_AT_ONCE)
app.command("ask", rich_help_panel=_STEPS)(ask.command)
app.command("explain", rich_help_panel=_STEPS)(explain.command)
app.add_typer(plan.app, name="plan", rich_help_panel=_STEPS)
app.command("roll-up", rich_help_panel=_STEPS)(roll_up.command)
app.command("places", rich_help_panel=_STEPS)(places.command)
app.command("describe", rich_help_panel=_STEPS)(describe.command)
app.command("features", rich_help_panel=_STEPS)(features.command)
app.command("train", rich_help_panel=_STEPS)(train.command)
app.command("predict", rich_help_panel=_STEPS)(predict.command)
app.command("backtest", rich_help_panel=_STEPS)(backtest.command)
app.command("watch", rich_help_panel=_STEPS)(watch.command)
app.command("retrain", rich_help_panel=_SERVICE)(retrain.command)
app.add_typer(models.app, name="models", rich_help_panel=_SERVICE)
app.command("search", rich_help_panel=_STEPS)(search.command)
app.add_typer(state.app, name="state", rich_help_panel=_SERVICE)
app.command("morning", rich_help_panel=_SERVICE)(morning.command)
app.command("collect", rich_help_panel=_DATA)(collect.command)
app.command("get", rich_help_panel=_DATA)(get.command)
app.add_typer(simulate.app, name="simulate", rich_help_panel=_DATA)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"busyness {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """How busy will every place be, and what should we do about it?"""


def main() -> None:
    """This will run a command; a mistake ends in one sentence and an exit code, never in a traceback."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except UsageFault as fault:
        show.complaint(_sentence(fault))
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        show.err.print("Stopped; nothing was left half-written.")
        sys.exit(130)
    except LeakError as fault:
        _ours(fault)
    except BusynessError as fault:
        show.complaint(str(fault))
        sys.exit(2)
    except Exception as fault:  # noqa: BLE001  # the last line of defence: whatever it is, it is ours
        _ours(fault)


def _sentence(fault: Any) -> str:  # noqa: ANN401  # see UsageFault
    """What is wrong with the words of a command, and where to look."""
    context = getattr(fault, "ctx", None)
    path = context.command_path if context is not None else "busyness"
    return f"{fault.format_message().rstrip('.')}. See: {path} --help"


def _ours(fault: BaseException) -> None:
    if os.environ.get("BUSYNESS_DEBUG"):
        traceback.print_exception(fault)
    first = str(fault).splitlines()[0] if str(fault) else "no message"
    show.complaint(f"this is our fault: {type(fault).__name__}: {first} (BUSYNESS_DEBUG=1 shows the details to report)")
    sys.exit(1)
