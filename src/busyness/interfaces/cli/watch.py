"""``busyness watch``: is the model still as good as it was?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from busyness.interfaces.cli import show
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

File = Annotated[str, typer.Argument(help="Counts, or the folder of a run.", show_default=False)]
Days = Annotated[int, typer.Option(min=14, help="How many of the last days are walked through.")]
Trained = Annotated[
    Optional[Path],
    typer.Option("--trained", help="Folder of a model, walked through the days after its data. Default: fit one before."),
]
Out = Annotated[Path, typer.Option("--out", help="A folder of its own for the results.", rich_help_panel="Results")]


@with_options(leave_out=("origins", "windows", "step", "end", "refit", "out"))
def command(file: File, options: Options, days: Days = 56, trained: Trained = None, out: Out = Path("watched")) -> None:
    """Walk through the last weeks day by day: the model as it was, the same updated every day, and last week's values.

    Writes watch.html, watch.json, accuracy.csv, signals.csv, inputs.csv, and model, which goes on learning.

    Example: busyness watch visits.csv --timezone America/Lima --country PE --days 56 --out watched
    """
    folder, work = Path(file), workflow("watch")
    out = work.own_folder(out)
    if folder.is_dir():
        settings = options.over(workflow("what_if").run_settings(folder))
        trained = trained or (folder / "model" if (folder / "model").is_dir() else None)
    else:
        settings = options.settings(file)
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        run = work.watch(settings, artifact=trained, days=days, progress=bar)
        written = run.write(out)
    if options.as_json:
        show.as_json({**run.to_dict(), "files": [str(path) for path in written]})
        return
    say = work.sentence_in(settings.output.lang)
    show.notes([say(note) for note in run.ingested.notes])
    for title, heads, rows in run.tables():
        show.table(title, heads, rows)
    for sentence in run.told():
        show.say(sentence)
    show.report(out / "watch.html", settings.output.lang)
