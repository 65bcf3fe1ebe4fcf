"""``busyness forecast``: from a file of counts to forecasts, peaks and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

File = Annotated[
    str,  # a path would make one slash of the two in a database's URL
    typer.Argument(
        help="Counts or, with --rows, events: CSV, Excel, Parquet, JSON lines, Arrow, Avro; .gz too; or a SQL URL#table.",
        show_default=False,
    ),
]


@with_options()
def command(file: File, options: Options) -> None:
    """Train on a file of counts, forecast what comes, find the peaks, check on the past, and write a report.

    Writes forecast.parquet (UTC), forecast.csv (local time), peaks.csv, report.html, model/, paths.npz, rejected.parquet,
    and of the check backtest.json and predictions.parquet.

    Example: busyness forecast visits.csv --timezone America/Lima --country PE --horizon 336 --out next-weeks
    """
    asked = any(given is not None for given in (options.windows, options.origins, options.step, options.end, options.refit))
    forecast_into(options.settings(file), options, thorough=asked)


def forecast_into(settings: Any, options: Options, *, thorough: bool = False) -> None:  # noqa: ANN401  # RunSettings
    """This will forecast by these settings, write the results and print what matters."""
    work = workflow("forecast")
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        run = work.forecast(settings, progress=bar, thorough=thorough)
        bar.step("Writing")
        written = run.write(settings.output.out, progress=bar)
    if options.as_json:
        show.as_json(
            {
                "out": str(settings.output.out),
                "files": [str(path) for path in written],
                "model": run.card.version,
                "places": len(run.forecast.places),
                "horizon": run.forecast.slots.count,
                "origin": run.forecast.to_polars()["origin"][0].isoformat(),
                "rejected": run.ingested.reasons,
                "notes": list(run.ingested.notes),
                "check": run.card.metrics,
                "seconds": run.card.seconds,
            }
        )
        return
    told(run)
    told_plans(settings.output.out, settings.output.lang)
    show.report(settings.output.out / "report.html", settings.output.lang)


def told_plans(out: Path, lang: str) -> None:
    """This will print which plans a run made, and why one could not be made."""
    spanish = lang == "es"
    made = workflow("plans_process").plans_of(out)
    done = [each.kind for each in made if not each.failed]
    if done:
        listed = ", ".join(workflow("plans_shown").kind_in(kind, lang) for kind in done)
        show.say(f"Planes: {listed}, en {out / 'plans'}" if spanish else f"Plans: {listed}, in {out / 'plans'}")
    for each in made:
        if each.failed:
            kind = workflow("plans_shown").kind_in(each.kind, lang)
            show.complaint(f"No se pudo hacer: {kind}. {each.failed}" if spanish else f"No {each.kind} plan: {each.failed}")


def told(run: Any) -> None:  # noqa: ANN401  # ForecastRun
    """This will print what a manager wants first: the peaks, how good the model was, what was assumed."""
    show.notes(run.ingested.notes)
    if run.ingested.reasons:
        counted = ", ".join(f"{count:,} {reason}" for reason, count in run.ingested.reasons.items())
        show.err.print(f"Rejected rows: {counted} (rejected.parquet has them with their lines).", soft_wrap=True)
    if run.settings.output.simulated:
        show.say(run.settings.output.simulated)
    for sentence in workflow("material").headlines(run):
        show.say(f"• {sentence}")


def show_check(scores: dict[str, Any]) -> str:
    """This will put a backtest's headline into one sentence."""
    naive = (scores.get("seasonal_naive") or {}).get("mae")
    mean = (scores.get("seasonal_mean") or {}).get("mae")
    parts = [f"Replayed {scores['origins']} windows: mean absolute error {_short(scores.get('mae'))}"]
    if naive is not None:
        parts.append(f"last season's value {_short(naive)}, mean of the last four {_short(mean)}")
    if scores.get("coverage_80") is not None:
        parts.append(f"the 80 % band held {100 * scores['coverage_80']:.0f} %")
    return "; ".join(parts) + "."


def _short(value: float | None) -> str:
    return "–" if value is None else f"{value:,.1f}" if value >= 10 else f"{value:.2f}"
