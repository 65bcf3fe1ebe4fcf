"""A roster as a table and as a file."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from busyness.decisions.shifts.instance import OFF, Roster

ROSTER_FILE = "roster.csv"


def roster_table(roster: Roster) -> pl.DataFrame:
    """This will lay a roster out: ``staff``, ``day`` (counted from 0) and ``shift``, one row a shift that is worked."""
    rows = [(person, day, shift) for person, days in roster.items() for day, shift in enumerate(days) if shift != OFF]
    return pl.DataFrame(rows, schema={"staff": pl.String, "day": pl.Int64, "shift": pl.String}, orient="row")


def write(roster: Roster, folder: Path) -> Path:
    """This will write ``roster.csv`` into a folder that there is, and return its path."""
    path = folder / ROSTER_FILE
    roster_table(roster).write_csv(path)
    return path
