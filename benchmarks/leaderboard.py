"""The leaderboard: every model on the four real sets, each cell in a process of its own, into docs/benchmarks.md.

    .venv/bin/python benchmarks/leaderboard.py                    # goes on where the last run stopped
    .venv/bin/python benchmarks/leaderboard.py --sets uber --models boosted,ridge --minutes 5

A cell that is done is kept in ``benchmarks/out/leaderboard.jsonl`` and not measured again; delete the file, or a line of it,
to measure anew. A cell that takes longer than its budget is stopped and says so in the table.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from busyness.workflows.wiring.members import MEMBERS
from figure import ROOT, Options
from process import answered_within, scratch

SETS = ("melbourne", "uber", "bayarea", "louisville")
DOCS = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- leaderboard -->", "<!-- /leaderboard -->"
Cell = dict[str, Any]


def main() -> int:
    """This will measure the cells that are missing, and write the table; 1 where a cell failed."""
    asked = _arguments().parse_args()
    options = Options(asked.quick, asked.threads, 1, asked.real)
    kept = scratch(asked.keep)
    done = read(kept)
    for name in asked.sets:
        for model in asked.models:
            if (name, model) in done:
                continue
            cell = measured(name, model, options, minutes=asked.minutes)
            done[name, model] = cell
            print(json.dumps(cell, ensure_ascii=False), flush=True)
            with kept.open("a", encoding="utf-8") as file:
                file.write(json.dumps(cell, ensure_ascii=False) + "\n")
    lines = list(table(done))
    print("\n".join(lines))
    if asked.write:
        asked.write.write_text(placed(asked.write.read_text("utf-8"), lines), "utf-8")
    return int(any("failed" in cell for cell in done.values()))


def measured(name: str, model: str, options: Options, *, minutes: float) -> Cell:
    """This will measure one cell; one that fails or takes too long says so instead."""
    stamp = {"set": name, "model": model, "at": datetime.now(UTC).isoformat(timespec="seconds"), "threads": options.threads}
    small = {"windows": 1, "fast": True} if options.quick else {}
    config = str(ROOT / "examples" / "real" / f"{name}.yaml")
    asked = {"config": config, "model": model, **small}
    environment = {"BUSYNESS_REAL_DATA": str(options.real)}
    try:
        found = answered_within(60 * minutes, "cell.py", options.threads, environment=environment, **asked)
    except subprocess.TimeoutExpired:
        return stamp | {"late": minutes}
    except RuntimeError as fault:
        return stamp | {"failed": str(fault).strip().splitlines()[-1][:200]}
    return stamp | {"answered": found.pop("model")} | {key: _short(value) for key, value in found.items()}


def read(file: Path) -> dict[tuple[str, str], Cell]:
    """This will return the cells that are kept; of one that was measured twice the later."""
    if not file.is_file():
        return {}
    cells = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return {(cell["set"], cell["model"]): cell for cell in cells}


def table(cells: Mapping[tuple[str, str], Cell]) -> Iterator[str]:
    """This will write all cells as Markdown: all sets beside each other, the best model first, then each set by itself."""
    sets = [name for name in SETS if any(name == own for own, _ in cells)]
    models = list(dict.fromkeys(model for _, model in cells))
    rows = [_all_sets(model, [cells.get((name, model)) for name in sets]) for model in models]
    rows.sort(key=lambda row: _last(row[len(sets) + 1].worth))
    lacking = [row[0].text for row in rows if row[len(sets) + 1].worth is None]
    threads = sorted({cell["threads"] for cell in cells.values() if "threads" in cell})
    yield "WAPE over that of the better seasonal naive: below 1 is better than last week's values or their mean. The best of"
    used = " or ".join(map(str, threads)) or "?"
    yield f"each column is bold. Time is that of all windows, fits and answers; threads of each model: {used}."
    yield from _written(("model", *sets, "mean", "time, all sets", "most memory"), rows)
    if lacking:
        yield from ("", f"Not measured on every set, so without a mean: {', '.join(lacking)}.")
    for name in sets:
        mine = sorted((cell for (own, _), cell in cells.items() if own == name), key=lambda cell: _last(cell.get("mae")))
        windows = f", {mine[0]['origins']} windows" if "origins" in mine[0] else ""
        yield from ("", f"**{name}**{windows}")
        yield from _written(
            ("model", "MAE", "WAPE", "pinball", "80 % band held", "time", "memory"), list(map(_one_set, mine))
        )


class Entry(NamedTuple):
    """What stands in the table, and what it is worth: the least of a column is the best."""

    text: str
    worth: float | None = None


def _all_sets(model: str, own: Sequence[Cell | None]) -> list[Entry]:
    ratios = [_relative(cell) for cell in own]
    mean = _mean(ratios)
    seconds, peaks = ([cell[key] for cell in own if cell and key in cell] for key in ("seconds", "peak_mb"))
    whole = len(seconds) == len(own)
    return [
        Entry(f"`{model}`"),
        *(_entry(cell, ratio, "{:.3f}".format) for cell, ratio in zip(own, ratios, strict=True)),
        Entry("–" if mean is None else f"{mean:.3f}", mean),
        Entry(_time(sum(seconds)), sum(seconds)) if whole else Entry("–"),
        Entry(_memory(max(peaks)), max(peaks)) if whole else Entry("–"),
    ]


def _one_set(cell: Cell) -> list[Entry]:
    held = cell.get("coverage_80")
    return [
        Entry(f"`{cell['model']}`"),
        _entry(cell, cell.get("mae"), "{:.4g}".format),
        _entry(cell, cell.get("wape"), _percent),
        _entry(cell, cell.get("pinball"), "{:.4g}".format),
        _entry(cell, held, _percent)._replace(worth=None if held is None else abs(held - 0.8)),
        _entry(cell, cell.get("seconds"), _time),
        _entry(cell, cell.get("peak_mb"), _memory),
    ]


def _written(heads: Sequence[str], rows: Sequence[Sequence[Entry]]) -> Iterator[str]:
    yield from ("", *_row(*heads), *_row(*["---"] * len(heads)))
    best = [_best(column) for column in zip(*rows, strict=True)]
    for row in rows:
        yield from _row(*(f"**{one.text}**" if one.text == most else one.text for one, most in zip(row, best, strict=True)))


def _best(column: Sequence[Entry]) -> str | None:
    """What stands at the best of a column; what reads the same is as good."""
    found = min((each for each in column if each.worth is not None), key=lambda each: _last(each.worth), default=None)
    return found.text if found else None


def placed(text: str, lines: Sequence[str]) -> str:
    """This will return the document with the lines between the markers, which are put at its end if it has none."""
    inner = "\n".join([BEGIN, *lines, END])
    if BEGIN not in text or END not in text:
        return f"{text.rstrip()}\n\n## Every model on the four real sets\n\n{inner}\n"
    before, rest = text.split(BEGIN, 1)
    return before + inner + rest.split(END, 1)[1]


def _relative(cell: Cell | None) -> float | None:
    return cell["wape"] / cell["naive_wape"] if cell and cell.get("naive_wape") and cell.get("wape") is not None else None


def _mean(values: Sequence[float | None]) -> float | None:
    """The mean of all sets; None where one is missing, so that nobody wins by staying away."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there and len(there) == len(values) else None


def _last(value: float | None) -> float:
    return float("inf") if value is None else value


def _entry(cell: Cell | None, value: float | None, form: Callable[[float], str]) -> Entry:
    if cell is not None and "late" in cell:
        return Entry(f"over {cell['late']:g} min")
    if cell is not None and "failed" in cell:
        return Entry("failed")
    return Entry("–") if value is None else Entry(form(value), value)


def _percent(share: float) -> str:
    return f"{share:.1%}".replace("%", " %")


def _time(seconds: float) -> str:
    minutes = seconds / 60
    return f"{seconds:.0f} s" if minutes < 1.5 else f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _memory(megabytes: float) -> str:
    return f"{megabytes:.0f} MB" if megabytes < 1000 else f"{megabytes / 1000:.1f} GB"


def _row(*cells: str) -> Iterator[str]:
    yield f"| {' | '.join(cells)} |"


def _short(value: Any) -> Any:
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _arguments() -> argparse.ArgumentParser:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    real = Path(os.environ.get("BUSYNESS_REAL_DATA", ROOT.parent / "shared" / "data"))
    usual = list(MEMBERS)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=lambda text: text.split(","), default=list(SETS), help=f"of {', '.join(SETS)}")
    parser.add_argument("--models", type=lambda text: text.split(","), default=usual, help=f"of {', '.join(usual)}")
    parser.add_argument("--minutes", type=float, default=20, help="budget of one cell (default: 20)")
    parser.add_argument("--threads", type=int, default=cores, help="threads of each model (default: the cores)")
    parser.add_argument("--real", type=Path, default=real, help="folder of the real data (default: BUSYNESS_REAL_DATA)")
    parser.add_argument("--keep", default="leaderboard.jsonl", help="file in benchmarks/out that cells are kept in")
    parser.add_argument("--write", type=Path, default=DOCS, help="document whose table is replaced")
    parser.add_argument("--quick", action="store_true", help="one window, fast models: shows that everything runs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
