"""How long a person waits for ``busyness --help``, beside what the command-line library alone takes."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from pathlib import Path

from figure import Figure, Options
from process import command


def run(options: Options) -> Iterator[Figure]:
    """This will yield the median of five (``quick``: two), alternating."""
    program = str(Path(sys.executable).with_name("busyness"))
    ours, library = [], []
    for _ in range(2 if options.quick else 5):
        ours.append(command([program, "--help"], options.threads))
        library.append(command([sys.executable, "-c", "import typer"], options.threads))
    extra = {"peer_name": 'python -c "import typer"', "target": "≤ 0.3 s", "ours_each": ours, "peer_each": library}
    yield Figure("startup_help", statistics.median(ours), statistics.median(library), "s", extra)
