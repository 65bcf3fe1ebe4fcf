"""What the money is reckoned with: every number that nobody measured, with its unit, its meaning and where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import polars as pl

from busyness.domain.errors import SettingsError, did_you_mean

GUESS = "our guess: put your own number here"
GIVEN = "given by you"


def _assumed(default: float, unit: str, meaning: str, *, most: float = float("inf"), above: bool = False) -> float:
    facts = {"unit": unit, "meaning": meaning, "most": most, "above": above}
    return field(default=default, metadata=facts)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Numbers behind finance's page. Change one by ``Assumptions.of({"wage": 12})``; ``table()`` lists them all.

    Raises ``SettingsError`` for a number that is negative or beyond what its unit allows.
    """

    wage: float = _assumed(10.0, "money an hour", "what an hour of staff costs, where the roster does not say")
    minutes_per_visitor: float = _assumed(3.0, "minutes", "staff time that a visitor takes", above=True)
    occupancy: float = _assumed(
        0.85, "share", "how busy staff should be: the need is work divided by it", most=1.0, above=True
    )
    patience: float = _assumed(10.0, "minutes", "how long visitors wait on average before they give up", above=True)
    sales_per_visitor: float = _assumed(20.0, "money", "what a visitor spends on average, buyer or not")
    margin: float = _assumed(0.25, "share of sales", "what is left of sales after the goods", most=1.0)
    hour_of_waiting: float = _assumed(
        0.0, "money an hour", "what an hour that visitors wait is worth, beyond those who leave"
    )

    def __post_init__(self) -> None:
        for fact in fields(self):
            value, most, above = getattr(self, fact.name), fact.metadata["most"], fact.metadata["above"]
            if not (0 < value <= most if above else 0 <= value <= most):
                span = f"{'above 0' if above else 'at least 0'}" + (f" and at most {most:g}" if most < float("inf") else "")
                raise SettingsError(
                    f"The assumption '{fact.name}' is {value:g} {fact.metadata['unit']}.", hint=f"It has to be {span}."
                )

    @classmethod
    def of(cls, given: Mapping[str, float]) -> Assumptions:
        """This will take the numbers given and the defaults for all others; raises ``SettingsError`` for unknown names."""
        names = [fact.name for fact in fields(cls)]
        for name in given:
            if name not in names:
                hint = did_you_mean(name, names) or f"The assumptions are {', '.join(names)}."
                raise SettingsError(f"There is no assumption '{name}'.", hint=hint)
        return cls(**{name: float(value) for name, value in given.items()})

    def table(self) -> pl.DataFrame:
        """This will list them: ``assumption, value, unit, default, source, meaning``."""
        rows = [
            (
                fact.name,
                getattr(self, fact.name),
                fact.metadata["unit"],
                fact.default,
                GUESS if getattr(self, fact.name) == fact.default else GIVEN,
                fact.metadata["meaning"],
            )
            for fact in fields(self)
        ]
        return pl.DataFrame(rows, schema=["assumption", "value", "unit", "default", "source", "meaning"], orient="row")

    @property
    def margin_per_visitor(self) -> float:
        """Money lost with a visitor who leaves."""
        return self.sales_per_visitor * self.margin
