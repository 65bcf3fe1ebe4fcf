"""What promotions cost and earn, as a person says it: a YAML, options over it, and the defaults for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

import polars as pl

from busyness.decisions.promotions.recommend import PromotionTerms
from busyness.domain.errors import SettingsError
from busyness.sources.number_yaml import read_number_yaml


@dataclass(frozen=True)
class Terms:
    """``margin`` is what an extra visit earns (None: nobody said), ``minutes`` the staff time it takes at ``wage`` an hour.

    ``budget`` is the most that all windows may cost, ``cool_down`` the days between two of a place, ``cost`` what a window
    costs, for every type or by its name. Places within ``neighbours_km`` may lose visits to each other. A test where
    history says too little runs ``test_days`` a week and finds an uplift of ``test_uplift`` four times in five.
    """

    margin: float | None = None
    minutes: float = 0.0
    wage: float = 0.0
    budget: float = float("inf")
    cool_down: float = 7.0
    cost: float | Mapping[str, float] = field(default=0.0)
    neighbours_km: float = 3.0
    test_uplift: float = 0.05
    test_days: float = 4.0

    @classmethod
    def of(cls, file: Path | None, given: Mapping[str, float | None]) -> Terms:
        """This will read a YAML of terms, if there is one, and put the options given (not None) over it.

        Raises:
            SettingsError: with file and line, for an unknown name or no number; for a number that cannot be.

        """
        names = [fact.name for fact in fields(cls)]
        read = read_number_yaml(file, names, tables={"cost"}) if file is not None else {}
        terms = cls(**{**read, **{name: value for name, value in given.items() if value is not None}})  # type: ignore[arg-type] # numbers by the names of its fields
        for name, value in asdict(terms).items():
            for number in value.values() if isinstance(value, dict) else [value]:
                if number is not None and number < 0:
                    raise SettingsError(f"{name} is negative ({number:g}).", hint="Write 0 where something is free.")
        if terms.cool_down != round(terms.cool_down) or terms.test_days != round(terms.test_days):
            raise SettingsError("cool_down and test_days are whole days.", hint="For example cool_down: 7.")
        return terms

    def costs(self, kinds: list[str]) -> dict[str, float]:
        """This will return what a window of each type costs; raises ``SettingsError`` for a type without a cost."""
        if not isinstance(self.cost, Mapping):
            return dict.fromkeys(kinds, self.cost)
        for kind in kinds:
            if kind not in self.cost:
                raise SettingsError(
                    f"The terms do not say what a window of '{kind}' costs.", hint=f"Add it under cost, as in {kind}: 200."
                )
        return {kind: self.cost[kind] for kind in kinds}

    def solver(self) -> PromotionTerms:
        """This will return what the solver is told."""
        return PromotionTerms(self.margin or 0.0, self.minutes, self.wage, self.budget, int(self.cool_down))

    def table(self) -> pl.DataFrame:
        """This will list them: ``term, value``; costs by type are lines of their own."""
        rows: list[tuple[str, float | None]] = []
        for name, value in asdict(self).items():
            named = value.items() if isinstance(value, dict) else [("", value)]
            rows += [(f"{name} {kind}".strip(), number) for kind, number in named]
        frame = pl.DataFrame(rows, schema={"term": pl.String, "value": pl.Float64}, orient="row")
        return frame.with_columns(pl.when(pl.col("value").is_finite()).then(pl.col("value")))
