"""What a command prints: progress on standard error, results on standard output."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Bar:
    """Shows a workflow's steps as a progress line on standard error; nothing when quiet or not at a terminal."""

    def __init__(self, *, quiet: bool = False) -> None:
        self.shown = not quiet and err.is_terminal
        self.progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(), console=err, transient=True,
        )  # fmt: skip
        self.task: TaskID | None = None
        self.begun = time.monotonic()

    def step(self, text: str, done: int = 0, *, total: int = 0) -> None:
        """This will show what is being done, and how far it is."""
        if not self.shown:
            return
        if self.task is None:
            self.progress.start()
            self.task = self.progress.add_task(text, total=None, count="")
        count = f"{done}/{total}" if total else ""
        self.progress.update(self.task, description=text, completed=done, total=total or None, count=count)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *fault: object) -> None:
        if self.task is not None:
            self.progress.stop()


def as_json(value: Mapping[str, Any]) -> None:
    """This will print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """This will print a table, numbers to the right."""
    body = [list(row) for row in rows]
    shown = Table(title=title or None, title_justify="left", header_style="bold")
    for number, name in enumerate(columns):
        numeric = all(isinstance(row[number], (int, float)) or row[number] is None for row in body)
        shown.add_column(name, justify="right" if numeric and body else "left", overflow="fold")
    for row in body:
        shown.add_row(*[_cell(value) for value in row])
    out.print(shown)


def notes(sentences: Sequence[str]) -> None:
    """This will print assumptions and warnings on standard error, one a line."""
    for sentence in sentences:
        err.print(f"[dim]·[/dim] {escape(sentence)}", soft_wrap=True)


def say(sentence: str) -> None:
    """This will print one sentence on standard output, brackets and all."""
    out.print(escape(sentence), soft_wrap=True)


def heading(text: str) -> None:
    """This will print a heading on standard output."""
    out.print(f"[bold]{escape(text)}[/bold]", soft_wrap=True)


def report(file: Path, lang: str) -> None:
    """This will print where the report is: the last line of a run."""
    say(f"{'Informe' if lang == 'es' else 'Report'}: {file}")


def complaint(sentence: str) -> None:
    """This will print what is wrong on standard error, in one line."""
    err.print(f"[bold red]busyness:[/bold red] {escape(sentence)}", soft_wrap=True)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 100 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else escape(str(value))
