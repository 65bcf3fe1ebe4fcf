"""``busyness describe``: what is in this data, and what is wrong with it."""

from __future__ import annotations

from busyness.interfaces.cli import show
from busyness.interfaces.cli.forecast import File
from busyness.interfaces.cli.loader import workflow
from busyness.interfaces.cli.options import Options, with_options

_COLUMNS = ("place", "observed", "missing", "longest_gap", "outliers", "rejected", "mean", "last")
_MOST = 60


@with_options(
    leave_out=("model", "levels", "seed", "threads", "fast", "origins", "windows", "step", "end", "refit", "lang", "impute")
)
def command(file: File, options: Options) -> None:
    """Say what is in a file of counts and what is wrong with it: places, span, gaps, outliers, rejected rows.

    With --out DIR it also writes describe.json, places.csv and rejected.parquet.

    Example: busyness describe visits.csv --timezone America/Lima
    """
    work = workflow("describe")
    with show.Bar(quiet=options.quiet or options.as_json) as bar:
        found = work.describe(options.settings(file), progress=bar)
    written = work.write_description(found, options.out) if options.out else []
    if options.as_json:
        show.as_json({**found.facts, "per_place": found.places.to_dicts(), "files": [str(path) for path in written]})
        return
    show.notes(found.facts["notes"])
    skipped = {"notes", "rejected_by_reason"}
    show.table("", ("", "value"), [(k.replace("_", " "), _text(v)) for k, v in found.facts.items() if k not in skipped])
    if found.facts["rejected_by_reason"]:
        show.table("Rejected rows", ("reason", "rows"), found.facts["rejected_by_reason"].items())
    rows = found.places.head(_MOST).select(_COLUMNS)
    show.table("Places", _COLUMNS, rows.with_columns(rows["last"].dt.date()).rows())
    if found.places.height > _MOST:
        show.say(f"… and {found.places.height - _MOST:,} more places (--json or --out has all).")


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, float):
        return f"{100 * value:.1f} %"
    return f"{value:,}" if isinstance(value, int) else str(value)
