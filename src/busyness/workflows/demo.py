"""The main job on a simulated chain, from nothing to a report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from busyness.domain.clock import Clock
from busyness.sources.simulator.retail import SIMULATED_NOTE, RetailChain
from busyness.workflows.forecast import ForecastRun, forecast
from busyness.workflows.progress import Progress, Silent
from busyness.workflows.settings import RunSettings
from busyness.workflows.simulate import simulate


@dataclass(frozen=True)
class RetailDemo:
    """How large a demo: 12 stores, two years, two weeks ahead."""

    stores: int = 12
    days: int = 730
    horizon: int = 336
    lang: str = "en"
    seed: int = 0
    fast: bool = False


def demo_retail(
    out: Path, demo: RetailDemo, *, progress: Progress | None = None, clock: Clock | None = None
) -> tuple[ForecastRun, RunSettings]:
    """This will simulate a chain into ``out/input`` and run the main job on it, with results in ``out``."""
    progress = progress or Silent()
    progress.step("Simulating")
    made = out / "input"
    simulate(RetailChain(stores=demo.stores, days=demo.days, seed=demo.seed), made)
    settings = RunSettings.model_validate(
        {
            "counts": {
                "file": str(made / "counts.csv"),
                "timezone": "America/Lima",
                "every": "1h",
                "places": made / "places.csv",
            },
            "calendar": {
                "country": "PE",
                "opening_hours": made / "opening_hours.csv",
                "known": [made / "known.csv"],
                "capacity": made / "capacity.csv",
            },
            "model": {"horizon": demo.horizon, "seed": demo.seed, "fast": demo.fast},
            "output": {"out": out, "lang": demo.lang, "simulated": SIMULATED_NOTE.get(demo.lang, SIMULATED_NOTE["en"])},
        }
    )
    run = forecast(settings, progress=progress, clock=clock)
    progress.step("Writing")
    run.write(out, clock=clock)
    return run, settings
