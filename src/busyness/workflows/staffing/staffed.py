"""Rosters with all they were made from: what is written, read back, scored, shown and planned anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from busyness.decisions.staffing.problem import StaffingProblem
from busyness.decisions.staffing.solver import Solution
from busyness.sources.labour_rules import LabourRules


@dataclass(frozen=True, repr=False)
class StaffedPlace:
    """A place's ``name``, its problem and the answer."""

    name: str
    problem: StaffingProblem
    solution: Solution


@dataclass(frozen=True, repr=False)
class Staffed:
    """``places`` by id, and the tables they came from: the ``staff`` (of these places) and the ``rules``.

    ``refused`` says by place what nobody could keep; ``assumed`` are sentences by language; ``seconds`` is what all
    together took. ``simulated``: the staff is made up, and every page has to say so.
    """

    places: Mapping[str, StaffedPlace]
    staff: pl.DataFrame
    rules: LabourRules
    versions: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    assumed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seconds: float = 0.0
    simulated: bool = False
