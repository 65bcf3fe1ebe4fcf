"""Fetch a data set piece by piece: what has arrived is kept, checked, and never fetched again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from busyness.sources.portals.dataset import Dataset, Piece
from busyness.sources.portals.portal import Portal, PortalError

ROWS = 50_000
"""Rows asked for at once: what portals of the older kind give at the most."""


@dataclass(frozen=True)
class Fetched:
    """The file, its rows (None: not counted), its SHA-256, and how many pieces were fetched now and before."""

    file: Path
    rows: int | None
    checksum: str
    fetched: int
    kept: int


def fetch_dataset(
    dataset: Dataset,
    folder: Path,
    *,
    portal: Portal,
    now: datetime,
    since: date | None = None,
    size: int = ROWS,
    watch: Callable[[int, int], None] = lambda done, total: None,
) -> Fetched:
    """This will fetch a data set into ``folder`` and say beside it (``FILE.json``) where it came from and on what terms.

    Pieces that an earlier run fetched are kept when their checksum still holds; the file appears when all are there.

    Raises ``PortalError``: the portal does not answer, or gave fewer rows than it announced.
    """
    pieces = list(dataset.pieces(portal.ask, size=size, today=now.date(), since=since))
    if not pieces:
        since_when = f" since {since}" if since else ""
        raise PortalError(f"{dataset.publisher}'s portal has no rows of {dataset.name}{since_when}.")
    target = folder / dataset.file
    parts = folder / f".{dataset.file}.pieces"
    parts.mkdir(parents=True, exist_ok=True)
    record = parts / "pieces.json"
    known: dict[str, dict[str, str]] = json.loads(record.read_text("utf-8")) if record.is_file() else {}
    fetched = 0
    for number, piece in enumerate(pieces):
        watch(number, len(pieces))
        if _holds(piece, parts, known, last=number == len(pieces) - 1):
            continue
        _begin(piece, parts, known)
        record.write_text(json.dumps(known), "utf-8")
        checksum = portal.fetch(piece.url, piece.query, parts / piece.name)
        _refuse_short(piece, parts / piece.name, dataset)
        known[piece.name] = {"sha256": checksum, "asked": _asked(piece)}
        record.write_text(json.dumps(known), "utf-8")
        fetched += 1
    watch(len(pieces), len(pieces))
    rows, checksum = _joined([parts / piece.name for piece in pieces], target, csv=dataset.file.endswith(".csv"))
    _write_origin(dataset, target, rows=rows, checksum=checksum, now=now, since=since)
    for leftover in parts.iterdir():
        leftover.unlink()
    parts.rmdir()
    return Fetched(target, rows, checksum, fetched, len(pieces) - fetched)


def _asked(piece: Piece) -> str:
    return json.dumps([piece.url, dict(piece.query)], sort_keys=True)


def _begin(piece: Piece, parts: Path, known: dict[str, dict[str, str]]) -> None:
    """Note what is being fetched; what is left of another question is no beginning of this one."""
    if known.get(piece.name, {}).get("asked") != _asked(piece):
        (parts / f"{piece.name}.part").unlink(missing_ok=True)
    known[piece.name] = {"sha256": "", "asked": _asked(piece)}


def _holds(piece: Piece, parts: Path, known: dict[str, dict[str, str]], *, last: bool) -> bool:
    """Whether an earlier run has this piece whole; the last one may have grown since, so it is fetched again."""
    file, said = parts / piece.name, known.get(piece.name)
    if said is None or last or said["asked"] != _asked(piece) or not file.is_file():
        return False
    return hashlib.sha256(file.read_bytes()).hexdigest() == said["sha256"]


def _refuse_short(piece: Piece, file: Path, dataset: Dataset) -> None:
    if piece.rows is None:
        return
    rows = sum(1 for _ in _lines(file)) - 1
    if rows < piece.rows:
        file.unlink()
        raise PortalError(
            f"{dataset.publisher}'s portal gave {rows:,} of {piece.rows:,} rows of {dataset.name} and called them all.",
            hint="What was fetched before is kept: run the same command again.",
        )


def _lines(file: Path) -> Iterator[bytes]:
    """Records of a CSV file: a line break inside quotes does not end one."""
    held = b""
    with file.open("rb") as stream:
        for line in stream:
            held += line
            if held.count(b'"') % 2 == 0:
                if held.strip():
                    yield held
                held = b""
    if held.strip():
        yield held


def _joined(parts: list[Path], target: Path, *, csv: bool) -> tuple[int | None, str]:
    """Put the pieces together, the header once; the file appears whole or not at all."""
    unfinished = target.with_name(target.name + ".unfinished")
    digest = hashlib.sha256()
    rows = 0
    with unfinished.open("wb") as out:
        for number, part in enumerate(parts):
            if not csv:
                content = part.read_bytes()
                digest.update(content)
                out.write(content)
                continue
            for k, line in enumerate(_lines(part)):
                if k or not number:
                    ended = line if line.endswith(b"\n") else line + b"\n"
                    digest.update(ended)
                    out.write(ended)
                    rows += k > 0
    unfinished.replace(target)
    return (rows if csv else None), digest.hexdigest()


def _write_origin(
    dataset: Dataset, target: Path, *, rows: int | None, checksum: str, now: datetime, since: date | None
) -> None:
    origin = {
        "name": dataset.name,
        "about": dataset.about,
        "publisher": dataset.publisher,
        "licence": dataset.licence,
        "address": dataset.address,
        "since": since and since.isoformat(),
        "fetched_at": now.isoformat(),
        "rows": rows,
        "sha256": checksum,
    }
    target.with_name(target.name + ".json").write_text(json.dumps(origin, indent=2, ensure_ascii=False) + "\n", "utf-8")
