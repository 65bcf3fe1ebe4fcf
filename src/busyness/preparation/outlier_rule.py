"""How outliers are told: the method and how far from usual is too far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from busyness.domain.errors import InputError, did_you_mean

OutlierMethod: TypeAlias = Literal["none", "zscore", "iqr", "hampel", "cluster"]

USUAL_THRESHOLDS: dict[OutlierMethod, float] = {"none": 0.0, "zscore": 4.0, "iqr": 3.0, "hampel": 8.0, "cluster": 4.0}


@dataclass(frozen=True, slots=True)
class OutlierRule:
    """How outliers are told.

    ``threshold`` (``None``: the method's own): standard deviations for ``zscore`` (4), interquartile ranges beyond the
    quartiles for ``iqr`` (3), scaled median deviations for ``hampel`` (8), times the usual distance between like days
    for ``cluster`` (4). ``weeks`` is the window of ``hampel``, centred. A deviation counts as at least ``floor`` of the
    place's level. A local day on which a share of ``city`` of the places (and at least 3) have outliers is left alone;
    so are public holidays where ``spare_holidays``.
    """

    method: OutlierMethod = "hampel"
    threshold: float | None = None
    weeks: int = 9
    floor: float = 0.05
    city: float = 0.3
    spare_holidays: bool = True

    def __post_init__(self) -> None:
        methods = get_args(OutlierMethod)
        if self.method not in methods:
            hint = did_you_mean(self.method, methods) or f"Use one of {', '.join(methods)}."
            raise InputError(f"'{self.method}' is no way of telling outliers.", hint=hint)
        if self.weeks < 3 or (self.threshold is not None and self.threshold <= 0):
            raise InputError("Outliers need a threshold above 0 and a window of at least 3 weeks.")

    @property
    def limit(self) -> float:
        """The threshold that holds: the one given, or the method's own."""
        return USUAL_THRESHOLDS[self.method] if self.threshold is None else self.threshold
