"""A fitted model's answer in a new process: ``python -m busyness.testing.answering FOLDER``.

``FOLDER`` holds ``model`` (an artifact) and ``question.json``: the city's arguments, the horizon, and which function
restores the model. The answer is written to ``answer.npz`` there.
"""

from __future__ import annotations

import json
import pkgutil
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.registry.artifact import load_artifact
from busyness.tables.panel import SealedPanel
from busyness.tables.parts import Parts
from busyness.testing.tiny_city import tiny_city


def answers(model: Any, panel: SealedPanel, horizon: int) -> dict[str, NDArray[np.float32]]:  # noqa: ANN401  # either verb
    """This will return what a model says at the panel's origin, by name: medians, or quantiles, mean and paths."""
    if hasattr(model, "medians"):
        return {"medians": model.medians(panel, [panel.origin], horizon)[0]}
    said = model.predict(panel, horizon)
    return {"quantiles": said.quantiles, "mean": said.mean, "paths": said.paths(20, seed=1)}


def restoring(where: str, file: str) -> Callable[[Parts], Any]:
    """This will find the function ``module:name``; a module that cannot be imported is run from its file."""
    try:
        found: Callable[[Parts], Any] = pkgutil.resolve_name(where)
    except ModuleNotFoundError:
        found = runpy.run_path(file)[where.partition(":")[2]]
    return found


def main(folder: Path) -> None:
    """This will read the question in ``folder`` and write the answer beside it."""
    question = json.loads((folder / "question.json").read_text("utf-8"))
    parts, _ = load_artifact(folder / "model")
    model = restoring(question["where"], question["file"])(parts)
    panel = tiny_city(**question["city"]).sealed()
    np.savez(folder / "answer.npz", **answers(model, panel, question["horizon"]))  # type: ignore[arg-type]  # names are ours


if __name__ == "__main__":
    main(Path(sys.argv[1]))
