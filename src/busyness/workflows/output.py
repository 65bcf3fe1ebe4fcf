"""Results appear whole or not at all: they are written beside their place and moved there when all are done."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from busyness.domain.errors import InputError


@contextmanager
def results(out: Path) -> Iterator[Path]:
    """This will give a folder to write into, whose content moves to ``out`` when the block ends without an error.

    Files of the same name in ``out`` are replaced, others stay. Raises ``InputError`` where ``out`` cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=out))
    except OSError as fault:
        raise InputError(
            f"The results cannot be written to {out}: {fault.strerror}.", hint="Choose another --out."
        ) from None
    try:
        yield stage
        for made in sorted(stage.iterdir()):
            goal = out / made.name
            if goal.is_dir() and made.is_dir():
                old = Path(tempfile.mkdtemp(prefix=".replaced-", dir=out))
                goal.rename(old / goal.name)
                made.rename(goal)
                shutil.rmtree(old, ignore_errors=True)
            elif goal.is_dir():
                raise InputError(f"{goal} is a folder where a file is to be written.", hint="Choose another --out.")
            else:
                made.replace(goal)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
