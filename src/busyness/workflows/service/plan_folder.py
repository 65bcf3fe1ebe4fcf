"""A plan as it lies in a release: its facts at once, its tables when somebody asks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from busyness.domain.errors import ArtifactError, InputError, did_you_mean

PLANS = "plans"
_FACTS = "plan.json"
_ACTIONS = "plan"
_NAMES = ("place", "product", "person", "from", "to", "depot", "van")
_MADE_AGAIN = "Make the plan again: busyness plan … --out DIR."


@dataclass(frozen=True)
class PlanFolder:
    """``facts`` is what ``plan.json`` says (kind, cost, bound, gap, currency, notes); ``tables`` are the files by name."""

    kind: str
    folder: Path
    facts: Mapping[str, Any]
    tables: Mapping[str, Path]

    def table(self, name: str = _ACTIONS) -> pl.DataFrame:
        """This will read a table of the plan; ``plan`` holds its actions.

        Raises:
            InputError: the plan has no table of this name.
            ArtifactError: the file is damaged.

        """
        file = self.tables.get(name)
        if file is None:
            hint = did_you_mean(name, self.tables) or f"It has {', '.join(self.tables)}."
            raise InputError(f"The {self.kind} plan has no table '{name}'.", hint=hint)
        try:
            return pl.read_parquet(file) if file.suffix == ".parquet" else _read_csv(file)
        except pl.exceptions.NoDataError:
            return pl.DataFrame()
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise ArtifactError(
                f"{file.name} of the {self.kind} plan is damaged.", file=file.name, hint=_MADE_AGAIN
            ) from fault


def _read_csv(file: Path) -> pl.DataFrame:
    """Times as aware UTC; what names something is text, though it look like a number."""
    table = pl.read_csv(file, try_parse_dates=True, infer_schema_length=None)
    named = [name for name in _NAMES if name in table.columns and table.schema[name] != pl.String]
    return (
        table
        if not named
        else pl.read_csv(
            file, try_parse_dates=True, schema_overrides=dict.fromkeys(named, pl.String), infer_schema_length=None
        )
    )


def plans_of(folder: Path) -> dict[str, PlanFolder]:
    """This will find the plans in a release, by kind; only ``plan.json`` of each is read.

    Raises:
        ArtifactError: a ``plan.json`` is damaged.

    """
    found = sorted((folder / PLANS).glob(f"*/{_FACTS}"))
    return {file.parent.name: _plan(file) for file in found if not file.parent.name.startswith(".")}


def _plan(file: Path) -> PlanFolder:
    kind = file.parent.name
    try:
        facts = json.loads(file.read_text("utf-8"))
    except (ValueError, OSError) as fault:
        raise ArtifactError(f"{_FACTS} of the {kind} plan is damaged.", file=_FACTS, hint=_MADE_AGAIN) from fault
    if not isinstance(facts, dict):
        raise ArtifactError(f"{_FACTS} of the {kind} plan is damaged.", file=_FACTS, hint=_MADE_AGAIN)
    listed = sorted(file.parent.iterdir(), key=lambda path: path.suffix, reverse=True)  # Parquet before CSV
    tables: dict[str, Path] = {}
    for path in listed:
        if path.suffix in {".parquet", ".csv"} and not path.name.startswith("."):
            tables.setdefault(path.stem, path)
    return PlanFolder(kind, file.parent, facts, dict(sorted(tables.items())))
