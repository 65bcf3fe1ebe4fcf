"""What a plan's command prints when it is done: the cost beside the best possible, and where the files are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow

Out = Annotated[Path, typer.Option(help="Folder of the plan.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Check what is given and decide; write nothing.")]
Currency = Annotated[str, typer.Option(help="Shown with the costs.")]
Lang = Annotated[str, typer.Option(help="Language of plan.html: es or en.")]


def told(
    plan: Any,  # noqa: ANN401  # Plan
    written: list[Path],
    out: Path | None,
    *,
    as_json: bool,
    lang: str = "en",
    seconds: float | None = None,
) -> None:
    """This will print what a plan costs, how far from the best it can be, and where its page is.

    ``seconds`` is what the whole run took (None: the plan's own seconds).
    """
    if as_json:
        show.as_json({**workflow("plan_output").facts(plan), "files": [str(path) for path in written]})
        return
    show.notes(plan.notes)
    gap = "nothing can be better" if not plan.gap else f"at most {plan.gap:.1%} from the best"
    money = f"{plan.cost:,.2f} {plan.currency}".strip()
    where = f"Written: {out}" if out is not None else "Nothing was written."
    took = plan.seconds if seconds is None else seconds
    show.say(workflow("plan_output").said(f"Cost {money}, {gap}; {took:.1f} s. {where}", lang))
    if out is not None:
        show.report(out / "plan.html", lang)
