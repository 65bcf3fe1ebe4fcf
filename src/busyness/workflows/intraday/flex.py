"""Who may be sent about and what it costs, as a person says it: a YAML, and what is usual for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from busyness.workflows.config import read_settings


class _Block(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NoticeSettings(_Block):
    """Somebody called in is there so many minutes later, for a premium on top of the wage."""

    minutes: float = Field(ge=0, description="until they are there")
    premium: float = Field(ge=0, description="money a call")


class FlexSettings(_Block):
    """Flex people of one cluster of places, and what visitors and money are like there."""

    places: tuple[str, ...] = Field((), description="the cluster; none: the busiest place and up to four near it")
    at_start: int | Mapping[str, int] = Field(1, description="flex people of each place, on top of the roster")
    callable: int = Field(2, ge=0, description="people who may be called in on a day")
    sendable: int = Field(1, ge=0, description="people who may be sent home on a day")
    moves_per_step: int = Field(1, ge=1, le=4, description="decisions at a time")
    service_minutes: float = Field(2.0, gt=0, description="minutes of work a visitor makes, on average")
    shape: Literal["exponential", "erlang", "lognormal"] = Field("exponential", description="how they vary")
    spread: float = Field(1.0, gt=0, description="their standard deviation over their mean")
    patience_minutes: float = Field(8.0, gt=0, description="minutes visitors wait before they give up, on average")
    wage: float | None = Field(None, ge=0, description="an hour; none: that of the staffing plan, else 10")
    lost_visitor: float = Field(4.0, ge=0, description="margin of a visitor who gives up")
    waiting_minute: float = Field(0.05, ge=0, description="price of a minute somebody waits")
    notices: tuple[NoticeSettings, ...] = Field(
        (NoticeSettings(minutes=30, premium=12), NoticeSettings(minutes=90, premium=5)), description="of calling in"
    )
    move: float = Field(3.0, ge=0, description="money a move")
    send_home: float = Field(6.0, ge=0, description="money for going home early")
    kmh: float = Field(18.0, gt=0, description="speed between places, roads 1.3 times the straight line")
    on_the_way: float = Field(8.0, gt=0, description="minutes to leave and to begin, on every way")
    burst: float = Field(0.2, ge=0, description="standard deviation of a step's visitors around its path, as a share")
    currency: str = Field("", description="shown with the costs")

    @field_validator("places", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:  # noqa: ANN401  # what a YAML holds
        return tuple(str(part) for part in value) if isinstance(value, list) else value


def read_flex(file: Path | None) -> FlexSettings:
    """This will read the YAML (``None``: what is usual), or raise ``SettingsError`` with the line that is wrong."""
    return FlexSettings() if file is None else read_settings(file, FlexSettings)
