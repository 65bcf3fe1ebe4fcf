"""Which code made a model: the commit of a checkout, or the version of an installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import busyness

_LETTERS = 12


@cache
def code_version() -> str:
    """This will return ``commit 1234abcd…`` in a checkout of the project, else ``package 0.1.0``; cached."""
    package = Path(busyness.__file__).parent
    commit = _commit(package.parents[1]) if package.parent.name == "src" else ""
    return f"commit {commit[:_LETTERS]}" if commit else f"package {busyness.__version__}"


def _commit(root: Path) -> str:
    """The commit that is checked out at a root, read without git; nothing where there is none."""
    try:
        folder = root / ".git"
        if folder.is_file():  # a second working tree: the file says where its own folder is
            folder = root / folder.read_text("utf-8").partition("gitdir:")[2].strip()
        head = (folder / "HEAD").read_text("utf-8").strip()
        if not head.startswith("ref:"):
            return head
        name = head.removeprefix("ref:").strip()
        shared = folder / "commondir"
        homes = [folder, *([folder / shared.read_text("utf-8").strip()] if shared.is_file() else [])]
        for home in homes:
            if (home / name).is_file():
                return (home / name).read_text("utf-8").strip()
        packed = (homes[-1] / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except OSError:
        return ""
