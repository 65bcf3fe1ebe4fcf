"""A feature builder that leaves columns out, and remembers why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from busyness.tables.examples import Cells, Examples
from busyness.tables.panel import SealedPanel
from busyness.tables.verbs import FeatureBuilder

LEFT_OUT = "left_out"
"""The fact of a feature specification that names the columns that are left out, each with the reason."""


class SelectedColumns:
    """The columns of another builder without those of ``left_out``."""

    def __init__(self, inner: FeatureBuilder, left_out: Mapping[str, str]) -> None:
        self.inner = inner
        self.left_out = dict(left_out)

    def prepared(self, panel: SealedPanel) -> Self:
        """This will return a builder that remembers the panel's places, holidays, covariates and attributes."""
        return type(self)(self.inner.prepared(panel), self.left_out)

    def examples(self, panel: SealedPanel, cells: Cells) -> Examples:
        """This will return one example per cell, without the columns that are left out."""
        return without(self.inner.examples(panel, cells), self.left_out)

    def levels(self, panel: SealedPanel, origins: Sequence[int]) -> NDArray[np.float32]:
        """This will return every place's usual demand per slot at each origin, ``[origins, places]``, above zero."""
        return self.inner.levels(panel, origins)

    def to_facts(self) -> dict[str, Any]:
        """This will return the other builder's specification, and what is left out of it."""
        return {**self.inner.to_facts(), LEFT_OUT: self.left_out}


def without(examples: Examples, names: Mapping[str, str]) -> Examples:
    """This will return the examples without these columns; those that are not there are passed over."""
    kept = [k for k, name in enumerate(examples.names) if name not in names]
    return replace(
        examples,
        X=np.ascontiguousarray(examples.X[:, kept]),
        names=tuple(examples.names[k] for k in kept),
        categorical=tuple(name for name in examples.categorical if name not in names),
    )
