"""``busyness models``: which models there are, what they were made from, which is better, and which answers."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, Any, Literal, Optional

import typer

from busyness.domain.clock import SystemClock
from busyness.interfaces.cli import show, trial
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.posted_options import Posted, PostedTo, State

app = typer.Typer(
    help="The models of a folder: list, show, compare; promote one with a reason, and go back.", no_args_is_help=True
)
app.add_typer(trial.app, name="trial")

World = Annotated[
    Path, typer.Argument(metavar="WORLD", help="Folder with releases/ and champion.json, or of one run.", show_default=False)
]
Release = Annotated[
    str, typer.Argument(metavar="RELEASE", help="Id or how it begins or ends, champion, challenger, newest, a run's folder.")
]  # fmt: skip
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Export = Annotated[
    Optional[Path], typer.Option("--export", help="Also write it to this .csv, .parquet or .json.", show_default=False)
]
Lang = Annotated[Literal["es", "en"], typer.Option("--lang", help="Language of the words.")]
Why = Annotated[str, typer.Option("--why", help="The reason, in a few words.", show_default=False)]
By = Annotated[Optional[str], typer.Option("--by", help="Who decides. Default: who is logged in.", show_default=False)]


@app.command("list")
def list_(world: World, as_json: Json = False, export: Export = None) -> None:
    """List the models of a folder, newest first: role, age, how good, who promoted them and why.

    Example: busyness models list worlds/retail
    """
    table = workflow("models.held").listed(world)
    facts: dict[str, Any] = {"world": str(world), "models": table.to_dicts()}
    _exported(table, facts, export)
    if as_json:
        show.as_json(facts)
        return
    names = ("release", "role", "model", "mae", "coverage_80")
    rows = [tuple(one[name] for name in names) for one in facts["models"]]
    show.table("", ("release", "role", "model", "mae", "in 80 %"), rows)
    _measured(facts["models"])
    for one in facts["models"]:
        if one["role"] == "champion" and one["since"]:
            show.say(f"{one['release']} answers since {one['since']}, by {one['by']}: {_ended(one['why'])}")
        elif one["version"] is None:
            show.say(f"{one['release']}: {one['why']}")
        if one["role"] == "champion" and one["band"]:
            held = f"held {one['coverage_80']:.1%} of what came and should hold 80 %"
            show.say(f"{one['release']}, which answers: its band {held}; it is {one['band']}.")
        if one["continued_from"]:
            show.say(
                f"{one['release']} was continued from {one['continued_from']}, not trained anew: models show says more."
            )
        elif one["measured"] == "rehearsal":
            show.say(f"{one['release']} was measured in a rehearsal of training, not by a replay: models show says more.")


@app.command("show")
def show_(
    world: World,
    release: Release = "champion",
    top: Annotated[int, typer.Option(min=0, help="So many features, the weightiest first; 0: all.")] = 20,
    lang: Lang = "en",
    as_json: Json = False,
    export: Export = None,
) -> None:
    """Print a model's card in words: data, gaps, preparation, parameters, features (also those left out), how good it was.

    Example: busyness models show worlds/retail newest
    """
    model, words = workflow("models.held").held(world, release), workflow("models.card_words")
    say = words.card_in(lang)
    features, left = words.feature_table(model.card, lang), words.left_table(model.card)
    facts = {
        "release": model.release,
        "role": model.role,
        "card": model.card.model_dump(mode="json"),
        "left_out": dict(left.rows()),
    }
    _exported(features, facts, export)
    if as_json:
        show.as_json(facts)
        return
    show.say(f"{model.release}{f' ({say(model.role)})' if model.role else ''}")
    for heading, lines in words.card_words(model.card, lang).items():
        show.heading(heading)
        for line in lines:
            show.say(f"  {line}")
    shown = features.head(top) if top else features
    names = ("name", "weight", "meaning")
    show.table(say(f"{features.height} features"), tuple(map(say, names)), shown.select(names).rows())
    if shown.height < features.height:
        show.say(say(f"{features.height - shown.height} more: --top 0 shows all."))
    if left.height:
        show.table(say(f"{left.height} left out"), (say("name"), say("why")), left.rows())


@app.command("compare")
def compare(
    world: World,
    first: Annotated[str, typer.Argument(metavar="A", help="As for show.", show_default=False)],
    second: Annotated[str, typer.Argument(metavar="B", help="As for show.", show_default=False)],
    as_json: Json = False,
    export: Export = None,
) -> None:
    """Put two models side by side: metrics of every window, and what differs in parameters, data, features, versions.

    Example: busyness models compare worlds/retail champion newest
    """
    held = workflow("models.held")
    one, two = held.held(world, first), held.held(world, second)
    found = workflow("models.compared").compared(one.card, two.card)
    facts = {
        "first": one.release, "second": two.release, "windows": found.windows.to_dicts(),
        "differences": found.differences.to_dicts(), "sentences": list(found.sentences),
    }  # fmt: skip
    _exported(found.windows, facts, export)
    if as_json:
        show.as_json(facts)
        return
    show.notes(found.sentences)
    show.say(f"A: {one.release}, {one.card.version}. B: {two.release}, {two.card.version}.")
    told = {(window, metric): (a, b, change) for window, metric, a, b, change in found.windows.rows()}
    whole = [(m, a, b, _percent(d)) for (window, m), (a, b, d) in told.items() if window == "all"]
    show.table("All windows together", ("metric", "A", "B", "change"), whole)
    single = [window for window in dict.fromkeys(found.windows["window"]) if window != "all"]
    missing = (None, None, None)
    rows = [
        (window, a, b, _percent(d), *told.get((window, "coverage_80"), missing)[:2])
        for window in single
        for a, b, d in [told.get((window, "mae"), missing)]
    ]
    show.table("Each window", ("from", "mae A", "mae B", "change", "in 80 % A", "in 80 % B"), rows)
    if found.differences.is_empty():
        show.say("Nothing differs in parameters, data, features and versions.")
    else:
        show.table("", ("what", "name", "A", "B"), found.differences.rows())


@app.command("add")
def add(
    world: World,
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="A run's folder: of forecast, run or train.", show_default=False)
    ],
    keep: Annotated[int, typer.Option(min=1, help="So many releases stay; older ones go, never one that answers.")] = 10,
    as_json: Json = False,
) -> None:
    """Copy a run into a world as a release. It answers nothing before it is promoted.

    Example: busyness models add worlds/retail out
    """
    release = workflow("models.releasing").add(world, run, clock=SystemClock(), keep=keep)
    told = f"Release {release} of {world}. Promote it: busyness models promote {world} {release} --why …"
    _told({"release": release}, told, as_json=as_json)


@app.command("promote")
def promote(world: World, release: Release, why: Why, by: By = None, as_json: Json = False) -> None:
    """Let a release answer from now on, if it passes the gate. Who, when and why is kept.

    Example: busyness models promote worlds/retail newest --why "knows the new store"
    """
    work = workflow("models.releasing")
    _champion(work.promote(world, release, by=by or getpass.getuser(), why=why, clock=SystemClock()), as_json=as_json)


@app.command("rollback")
def rollback(
    world: World,
    why: Why = "rolled back",
    by: By = None,
    posted: Posted = True,
    state: State = "",
    posted_to: PostedTo = "",
    as_json: Json = False,
) -> None:
    """Let the champion before this one answer again; where its forecast is old, its model makes a fresh one first.

    Example: busyness models rollback worlds/retail --why "Saturdays were far too low"
    """
    work, store = workflow("models.rolling_back"), workflow("posted").Store(state, posted_to, posted)
    with show.Bar(quiet=as_json) as bar:
        found = work.roll_back(world, by=by or getpass.getuser(), why=why, clock=SystemClock(), posted=store, progress=bar)
    _champion(found, as_json=as_json)


def _champion(champion: Any, *, as_json: bool) -> None:  # noqa: ANN401  # registry.releases.Champion
    facts = {name: getattr(champion, name) for name in ("release", "since", "by", "why", "challenger")}
    facts["previous"] = [one.release for one in champion.previous]
    facts["restores"] = champion.restores
    before = f" Before: {champion.previous[0].release}." if champion.previous else ""
    if champion.restores not in ("", champion.release):
        before += f" It is a fresh forecast by the model of {champion.restores}, whose own was too old."
    _told(facts, f"{champion.release} answers since {champion.since}, by {champion.by}: {_ended(champion.why)}{before}",
          as_json=as_json)  # fmt: skip


def _ended(why: str) -> str:
    return f"{why.rstrip('.')}."


def _measured(models: list[dict[str, Any]]) -> None:
    """Say of which days the figures are, and that those of other days are no comparison."""
    spans: dict[tuple[str, str], list[str]] = {}
    for one in models:
        if one["measured_from"]:
            spans.setdefault((one["measured_from"], one["measured_until"]), []).append(one["release"])
    for (first, last), releases in spans.items():
        show.say(f"Measured on {first} … {last} (UTC): {', '.join(releases)}.")
    if len(spans) > 1:
        show.say(
            "Other days may be harder: figures of different days are no comparison. models compare finds shared windows."
        )


def _percent(change: float | None) -> str | None:
    return None if change is None else f"{change:+.1%}"


def _told(facts: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    if as_json:
        show.as_json(facts)
    else:
        show.say(sentence)


def _exported(table: Any, facts: dict[str, Any], file: Path | None) -> None:  # noqa: ANN401  # a Polars frame
    if file is not None:
        workflow("models.export").export(table, file, facts=facts)
