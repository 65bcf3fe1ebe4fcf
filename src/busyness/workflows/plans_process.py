"""Makes a run's plans in a process of their own: solvers and learning are loaded there, and nowhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel

from busyness.workflows.progress import Progress
from busyness.workflows.settings import RunSettings

PLANS = "plans"
"""The folder of a forecast folder that holds its plans, one folder a kind."""

MADE = "plans.json"
"""The file in it that says which plans were asked for, and why one could not be made."""

_FILES = frozenset({"products", "stock"})  # paths that may also be tables of a database

_PROGRAM = "from busyness.workflows.plans import main; main()"
"""Not ``-m``: the workers that solve rosters would load that module too, and OR-Tools with it, beside HiGHS."""


@dataclass(frozen=True, slots=True)
class PlanMade:
    """A plan that a run asked for: its kind, and why there is none (empty: there is)."""

    kind: str
    failed: str = ""


def plans_made(settings: RunSettings, folder: Path, *, progress: Progress) -> tuple[PlanMade, ...]:
    """This will make the plans that the settings name into ``plans/KIND`` of a forecast's folder; none: none.

    A plan that cannot be made says why; so do all of them where the process fails.
    """
    wanted = [kind for kind in type(settings.plans).model_fields if kind != "currency" and getattr(settings.plans, kind)]
    if not wanted:
        return ()
    command = [sys.executable, "-c", _PROGRAM, str(folder)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdin.write(settings.model_dump_json())
        child.stdin.close()
        for line in child.stdout:
            _told(line, progress)
        complaint = child.stderr.read()
    if child.returncode or not (folder / PLANS / MADE).is_file():
        last = complaint.strip().splitlines()[-1:] or [f"it ended with {child.returncode}"]
        return tuple(PlanMade(kind, f"The process that makes plans failed: {last[0]}") for kind in wanted)
    return plans_of(folder)


def plans_of(folder: Path) -> tuple[PlanMade, ...]:
    """This will read which plans a run made into a forecast's folder, and why one could not be made; none: none."""
    file = folder / PLANS / MADE
    if not file.is_file():
        return ()
    return tuple(PlanMade(each["kind"], each["failed"]) for each in json.loads(file.read_text("utf-8")))


def missing_files(settings: RunSettings) -> list[str]:
    """This will name the files that the settings' plans need and that are not there, as ``staffing.staff: staff.csv``."""
    named = []
    for kind, block in settings.plans:
        for name, value in block if isinstance(block, BaseModel) else ():
            file = value if isinstance(value, Path) else Path(value) if name in _FILES and "://" not in str(value) else None
            if file is not None and not file.is_file():
                named.append(f"plans.{kind}.{name}: {file}")
    return named


def _told(line: str, progress: Progress) -> None:
    """One line of the process: a step, or something a library printed."""
    try:
        said = json.loads(line)
        progress.step(said["step"], said["done"], total=said["total"])
    except (ValueError, KeyError, TypeError):
        return
