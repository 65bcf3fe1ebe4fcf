"""What a person says about weather files; what is left out is told from the files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class WeatherLayout:
    """How to read weather files.

    ``columns`` maps our names to the columns of a plain table (``{"temperature": "Temperature"}``), ``units`` our names to
    the units the table does not say (``{"temperature": "°F"}``). ``time`` and ``station`` name columns of a plain table;
    ``stations`` is a table of ``station, latitude, longitude`` for files without positions. ``issued`` is when all of
    the forecast was issued; a time without a zone is UTC.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    time: str = ""
    station: str = ""
    stations: Path | None = None
    issued: datetime | None = None
