"""When a model is trained again, and how much better the new one must be to answer."""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, field_validator

_DURATION = re.compile(r"(\d+)\s*([hdw])")
_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class RetrainSettings(BaseModel):
    """What ``busyness retrain`` goes by. ``margin`` is a share: 0.01, or written 1%."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: str = Field("7d", description="how old a model may grow: 12h, 7d, 4w")
    on_drift: bool = Field(True, description="also sooner, when a table says that something drifted")
    margin: float = Field(0.01, ge=0, lt=1, description="how much smaller the error must be: 1% or 0.01")
    warm: bool = Field(False, description="continue the champion instead of training anew, where its kind of model can")
    days: int = Field(14, ge=4, le=90, description="the last days on which both are compared")

    @field_validator("every")
    @classmethod
    def _duration(cls, text: str) -> str:
        if not _DURATION.fullmatch(text.strip().lower()):
            raise ValueError(f"'{text}' is no age; write 12h, 7d or 4w")
        return text.strip().lower()

    @field_validator("margin", mode="before")
    @classmethod
    def _share(cls, value: object) -> object:
        if isinstance(value, str) and value.strip().endswith("%"):
            try:
                return float(value.strip()[:-1]) / 100
            except ValueError:
                raise ValueError(f"'{value}' is no share; write 1% or 0.01") from None
        return value

    @property
    def age(self) -> timedelta:
        """How old a model may grow."""
        found = _DURATION.fullmatch(self.every)
        assert found is not None  # checked above
        return timedelta(**{_UNITS[found.group(2)]: int(found.group(1))})
