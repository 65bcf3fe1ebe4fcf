"""What a person names → the files of one table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from busyness.domain.errors import InputError

_NO_TABLE = (".", "_")


def files_of(source: str | Path | Sequence[str | Path]) -> tuple[Path, ...]:
    """This will return the files that a path, a folder, a glob or a list of these stands for, by name within each.

    A folder stands for the files directly in it; those whose names begin with a point or an underscore are passed over.

    Raises: ``InputError`` where there is none.
    """
    if isinstance(source, str | Path):
        return _files(source)
    files = tuple(file for one in source for file in _files(one))
    if not files:
        raise InputError("The list of files is empty.", hint="Name at least one.")
    return files


def _files(source: str | Path) -> tuple[Path, ...]:
    path = Path(source).expanduser()
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith(_NO_TABLE))
        if not files:
            raise InputError(f"The folder {path} has no files in it.", hint="Name a pattern such as folder/**/*.parquet.")
        return tuple(files)
    if path.exists() or not any(sign in str(path) for sign in "*?["):
        return (path,)
    found = sorted(file for file in Path(path.anchor).glob(str(path.relative_to(path.anchor))) if file.is_file())
    if not found:
        raise InputError(f"No file is called like {path}.", hint="Check the folder and the pattern.")
    return tuple(found)
