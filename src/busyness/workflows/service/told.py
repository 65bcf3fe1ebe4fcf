"""What went wrong with a release, for whoever asks from outside: by its name, and without a path of this machine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from busyness.domain.errors import BusynessError
from busyness.registry.releases import RELEASES
from busyness.workflows.folder import MODEL

FAULTS = (Exception, pl.exceptions.PanicException)
"""Whatever is wrong with what is new, the old one goes on answering; a panic of the table library is no ``Exception``."""


def sentence_of(fault: BaseException, *, world: str, home: Path) -> str:
    """This will say a fault in a sentence; ``home`` is the world's folder."""
    if isinstance(fault, BusynessError):
        return named(str(fault), {world: home})
    why = fault.strerror if isinstance(fault, OSError) else fault
    return named(f"It cannot be read ({type(fault).__name__}: {why}).", {world: home})


def named(text: str, worlds: Mapping[str, Path]) -> str:
    """This will put names in place of the folders of worlds (by their name) and of their releases.

    >>> named("paths.npz in worlds/shop/releases/r1 is damaged.", {"shop": Path("worlds/shop")})
    "paths.npz in release 'r1' is damaged."
    """
    said = text
    for world, home in worlds.items():
        release = rf"{re.escape(str(home / RELEASES))}/([\w.-]*\w)(/{MODEL}\b)?"
        said = re.sub(release, r"release '\1'", said)
        said = re.sub(rf"(?<![\w/]){re.escape(str(home))}(?!\w)", f"the folder of world '{world}'", said)
    return said if said[:1] == text[:1] else said[:1].upper() + said[1:]
