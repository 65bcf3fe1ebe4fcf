"""Two small shops that need a roster: a forecast folder of one week, and a table of their staff."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths

STAFF = """\
person,name,place,roles,wage,min_hours,max_hours,keys,availability,days_off,wished_off,prefers
ana,Ana Quispe,S1,sales;checkout,12,20,40,yes,,,,
beto,Beto Flores,S1,sales;checkout,11,20,40,yes,,,2026-03-04,
cata,Cata Rojas,S1,checkout,10,0,36,no,mon-sat 08:00-20:00,,,morning
dina,Dina Salas,S1,sales,10,0,36,no,,2026-03-03,,
elmer,Elmer Vega,S2,sales;checkout,12,20,48,yes,,,,
fe,Fe Castro,S2,sales;checkout,11,20,48,yes,,,,evening
gil,Gil Mamani,S2,checkout,10,0,36,no,,,,
"""
"""The staff of both shops, as a person would write it."""


def staffed_shop(folder: Path, *, days: int = 7, minutes: int = 60, noun: str = "visitors", adds_up: bool = True) -> Path:
    """This will write a forecast folder of shops ``S1``, ``S2`` and ``S3`` (which has no staff) from Monday 2 March 2026 on.

    They are open from 9 to 19 and have about forty visitors an hour, more around noon. ``STAFF`` is written beside it as
    ``staff.csv``. Returns the folder.
    """
    places = tuple(Place(id_, name=f"Shop {id_[1]}", timezone="America/Lima") for id_ in ("S1", "S2", "S3"))
    count = days if minutes == 1440 else days * 1440 // minutes
    hour = np.arange(count) * minutes / 60 % 24
    is_open = np.ones(count, bool) if minutes == 1440 else (hour >= 9) & (hour < 19)
    shape = np.where(is_open, 40 + 30 * np.sin((hour - 9) / 10 * np.pi), 0.0) * minutes / 60
    mean = (np.array([[1.0], [0.8], [0.5]]) * shape).astype(np.float32)
    start = np.datetime64("2026-03-02") if minutes == 1440 else np.datetime64("2026-03-02T05:00:00", "s")
    said = Forecast(
        places=places,
        slots=Slots(start, SlotLength(minutes), count),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * np.linspace(0.6, 1.4, len(DENSE_LEVELS), dtype=np.float32),
        mean=mean,
        open=np.tile(is_open, (3, 1)),
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, 3, count)),
        model="boosted-1",
    )
    folder.mkdir(parents=True, exist_ok=True)
    write_paths(said, folder / PATHS, noun=noun, adds_up=adds_up)
    (folder / "staff.csv").write_text(STAFF, "utf-8")
    return folder
