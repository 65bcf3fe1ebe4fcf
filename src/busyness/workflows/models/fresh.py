"""A fresh forecast of a release's model, from the run's own files as they are now, as a release of its own."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from busyness.domain.clock import Clock
from busyness.registry.releases import Releases
from busyness.workflows.folder import MODEL
from busyness.workflows.models.releasing import examined
from busyness.workflows.plans_process import plans_made
from busyness.workflows.posted import Store, with_posted
from busyness.workflows.predict import predict
from busyness.workflows.progress import Progress
from busyness.workflows.service.gate import passed
from busyness.workflows.what_if import run_settings

_KEPT = ("backtest.json", "predictions.parquet", "quality.parquet", "decision.json")  # they speak of the model


def fresh_release(world: Path, folder: Path, *, clock: Clock, progress: Progress, posted: Store | None = None) -> str:
    """This will forecast again with the model of a release's folder, pass the gate, and add that as a release.

    Counts that were ``posted`` to the service are read beside the run's files.

    Raises:
        InputError: the folder does not say how its run was made, or the run's files are gone.
        GateError: the new forecast may not answer.

    """
    settings, _ = with_posted(run_settings(folder), world, posted or Store(), now=clock.now())
    stage = Path(tempfile.mkdtemp(prefix=".fresh-", dir=world))
    try:
        run = predict(folder / MODEL, settings, progress=progress)
        run.write(stage, clock=clock)
        for name in _KEPT:
            if (folder / name).is_file():
                shutil.copyfile(folder / name, stage / name)
        plans_made(settings, stage, progress=progress)
        passed(examined(world, stage, now=clock.now()))
        return Releases(world).add(stage, now=clock.now())
    finally:
        shutil.rmtree(stage, ignore_errors=True)
