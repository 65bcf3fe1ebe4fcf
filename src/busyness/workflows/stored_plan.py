"""A plan read back from its folder, so that another plan can build on it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from busyness.domain.errors import InputError
from busyness.tables.plan import Plan
from busyness.workflows.plan_output import PLAN_FILE


@dataclass(frozen=True, repr=False)
class StoredPlan:
    """``plan`` is what ``plan.parquet`` and ``plan.json`` hold; its further tables are read when they are asked for."""

    folder: Path
    plan: Plan
    facts: dict[str, Any] = field(default_factory=dict)

    def table(self, name: str) -> pl.DataFrame:
        """This will return one of the plan's further tables, times as aware UTC; raises ``InputError`` without it."""
        file = self.folder / f"{name}.csv"
        if not file.is_file():
            raise InputError(f"{self.folder} has no {name}.csv.", hint=f"Make the {self.plan.kind} plan again.")
        try:
            return pl.read_csv(file, try_parse_dates=True, infer_schema_length=None)
        except pl.exceptions.NoDataError:
            return pl.DataFrame()
        except (pl.exceptions.PolarsError, OSError):
            raise InputError(f"{file} cannot be read.", hint=f"Make the {self.plan.kind} plan again.") from None


def read_plan(folder: Path, kind: str) -> StoredPlan:
    """This will read the plan of a folder that ``busyness plan`` wrote.

    Raises:
        InputError: the folder holds no plan, one of another kind, or a damaged one.

    """
    made = f"Make one: busyness plan {kind} … --out DIR."
    if not (folder / PLAN_FILE).is_file():
        raise InputError(f"{folder} holds no plan ({PLAN_FILE} is missing).", hint=made)
    try:
        facts = json.loads((folder / PLAN_FILE).read_text("utf-8"))
        found = str(facts["kind"])
        if found != kind:
            raise InputError(f"{folder} holds a plan of {found}, not of {kind}.", hint=made)
        plan = Plan(
            kind,
            pl.read_parquet(folder / "plan.parquet"),
            cost=float(facts["cost"]),
            bound=float(facts["bound"]),
            currency=str(facts.get("currency", "")),
            versions={str(name): str(version) for name, version in facts.get("versions", {}).items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pl.exceptions.PolarsError):
        raise InputError(f"The plan in {folder} cannot be read.", hint=made) from None
    return StoredPlan(folder, plan, facts)
