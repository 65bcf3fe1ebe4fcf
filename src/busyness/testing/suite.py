"""What the suites of all forecasters share: their cities, and how two answers and two panels are compared.

Nothing here imports pytest: a class that inherits a suite and is named ``Test…`` is found by pytest all the same.
"""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
import unittest
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from busyness.registry.artifact import save_artifact
from busyness.registry.card import Card, software
from busyness.registry.fingerprint import data_card, version_of
from busyness.tables.panel import Panel, SealedPanel
from busyness.tables.parts import Parts
from busyness.testing.answering import answers
from busyness.testing.clock import FakeClock
from busyness.testing.tiny_city import tiny_city

Answers = Mapping[str, NDArray[np.float32]]


class ForecastingSuite(ABC):
    """Inherit ``ForecasterConformance`` or ``MedianForecasterConformance`` instead, and say what ``make`` makes."""

    horizon: ClassVar[int] = 72
    """Slots ahead that are asked for."""

    city: ClassVar[Mapping[str, Any]] = {}
    """Arguments of the ``tiny_city`` that the model is fitted on."""

    @abstractmethod
    def make(self) -> Any:  # noqa: ANN401  # either verb
        """This will return a model that has not been fitted, the same one every time (same seed, same threads)."""

    def roundtrip(self) -> Callable[[Parts], Any] | None:
        """This will return the module-level function that restores the model from its parts; ``None`` where none can."""
        return None

    def panel(self, **changes: Any) -> Panel:
        """This will return the suite's city, with these changes."""
        return tiny_city(**{**self.city, **changes})

    def fitted(self) -> Any:  # noqa: ANN401  # either verb
        """This will return the model fitted on the suite's city; fitted once for the whole class."""
        kept = type(self).__dict__.get("_fitted")
        if kept is None:
            kept = self.make().fit(self.panel().sealed(), self.horizon)
            type(self)._fitted = kept  # type: ignore[attr-defined]  # a place of the subclass's own
        return kept

    def answer(self, panel: SealedPanel, model: Any = None, *, horizon: int | None = None) -> Answers:  # noqa: ANN401  # either verb
        """This will return what the model (a freshly fitted one unless given) says, after checking what all answers owe."""
        horizon = self.horizon if horizon is None else horizon
        model = self.make().fit(panel, horizon) if model is None else model
        said = answers(model, panel, horizon)
        opened = panel.open[:, panel.origin : panel.origin + horizon]
        for name, values in said.items():
            by_cell = np.moveaxis(values, 0, -1) if name == "paths" else values
            assert by_cell.shape[:2] == opened.shape, f"{name} have shape {values.shape} for {opened.shape} cells"
            assert np.isfinite(values).all(), (
                f"{name} are not finite in {int((~np.isfinite(values)).sum())} of {values.size}"
            )
            assert (values >= 0).all(), f"{name} are negative, down to {values.min()}"
            assert (by_cell[~opened] == 0).all(), f"{name} are above zero in closed slots"
        if "quantiles" in said:
            assert (np.diff(said["quantiles"], axis=-1) >= 0).all(), "quantiles cross"
        return said

    def in_new_process(self, folder: Path) -> Answers:
        """This will save the fitted model, and return what it says when another process has restored it."""
        restore = self.roundtrip()
        if restore is None:
            raise unittest.SkipTest(f"{type(self).__name__} does not say how its model is restored: see roundtrip().")
        panel, parts = self.panel(), self.fitted().to_parts()
        seen = data_card(panel, source="tiny city")
        version = version_of(parts, seen.fingerprint)
        now = FakeClock().now()
        card = Card(kind=parts.kind, version=version, created_at=now, software=software(), data_card=seen)
        save_artifact(folder / "model", parts, card)
        file = inspect.getsourcefile(restore)
        where = f"{restore.__module__}:{restore.__qualname__}"
        question = {"where": where, "file": file, "city": dict(self.city), "horizon": self.horizon}
        (folder / "question.json").write_text(json.dumps(question), "utf-8")
        command = [sys.executable, "-m", "busyness.testing.answering", str(folder)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, f"the new process failed:\n{ran.stderr}"
        with np.load(folder / "answer.npz", allow_pickle=False) as found:
            return dict(found)


def same(one: Answers, other: Answers, what: str) -> None:
    """This will assert that two answers are the same bit for bit, or say by how much they differ."""
    assert one.keys() == other.keys(), f"{what}: {sorted(one)} against {sorted(other)}"
    for name, values in one.items():
        assert values.shape == other[name].shape, f"{what}: {name} have shapes {values.shape} and {other[name].shape}"
        if values.tobytes() != other[name].tobytes():
            gap = np.abs(values.astype(np.float64) - other[name])
            raise AssertionError(
                f"{what}: {name} differ in {int((gap > 0).sum())} of {gap.size} values, by up to {gap.max():g}"
            )


def bytes_of(panel: Panel) -> dict[str, bytes]:
    """This will return a copy of everything in a panel, to see later whether it was changed."""
    cubes = {"demand": panel.demand, "open": panel.open, "outlier": panel.outlier}
    cubes |= {f"known {name}": cube for name, cube in panel.known.items()}
    cubes |= {f"past {name}": cube for name, cube in panel.past.items()}
    return {name: cube.tobytes() for name, cube in cubes.items()}


def without(panel: Panel, places: slice) -> Panel:
    """This will return the panel as if nothing had ever been observed at these places."""
    demand = panel.demand.copy()
    demand[places] = np.nan
    return replace(panel, demand=demand)


def noisy_from(panel: Panel, origin: int, *, seed: int = 99) -> Panel:
    """This will return the panel with noise for everything that is seen only from ``origin`` on."""
    rng = np.random.default_rng(seed)

    def noise(cube: NDArray[np.float32]) -> NDArray[np.float32]:
        cube = cube.copy()
        cube[:, origin:] = rng.gamma(1, 1000, cube[:, origin:].shape)
        return cube

    demand, outlier = noise(panel.demand), panel.outlier.copy()
    demand[:, panel.history :] = np.nan
    outlier[:, origin:] = rng.random(outlier[:, origin:].shape) < 0.1
    past = {name: noise(cube) for name, cube in panel.past.items()}
    return replace(panel, demand=demand, outlier=outlier, past=past)
