"""A forecast of hexagons or stores, added up to districts or the whole city."""

from __future__ import annotations

from pathlib import Path

from busyness.domain.errors import InputError
from busyness.tables import columns as c
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, read_forecast, write_paths
from busyness.workflows.forecast import in_local_time
from busyness.workflows.output import results


def roll_up(folder: Path, out: Path, *, to: str = "parent") -> tuple[Forecast, list[Path]]:
    """This will add a folder's forecast up to ``parent`` or ``city`` and write it as a forecast folder of its own.

    Sums come from paths, so they keep how places move together. Raises ``InputError`` where the forecast does not add up
    (distinct couriers: one who rides through two hexagons is one courier), or places have no parent.
    """
    stored = read_forecast(folder)
    if not stored.adds_up:
        raise InputError(
            f"{stored.noun.capitalize()} of this forecast cannot be added up over places: it counts who is there at a time.",
            hint="Count events that add up, such as trips or visits, or use larger hexagons.",
        )
    whole = stored.forecast.roll_up(to)
    with results(out) as stage:
        table = whole.to_polars()
        table.write_parquet(stage / "forecast.parquet")
        zones = {place.id: place.timezone for place in whole.places}
        in_local_time(table.drop(c.HORIZON), zones).write_csv(stage / "forecast.csv")
        write_paths(whole, stage / PATHS, noun=stored.noun)
        names = sorted(made.name for made in stage.iterdir())
    return whole, [out / name for name in names]
