"""stub"""
from dataclasses import dataclass
from typing import Any
@dataclass(frozen=True)
class ReportMaterial:
    title: str
    language: str
    made_at: Any
    slot_minutes: int
    timezones: Any
    places: Any
    simulated: str = ""
    model: Any = None
    history: Any = None
    forecast: Any = None
    peaks: Any = None
    last_week: Any = None
    scores: Any = None
    quality: Any = None
    rejected: Any = None
    importance: Any = None
    notes: Any = ()
    totals: Any = None
