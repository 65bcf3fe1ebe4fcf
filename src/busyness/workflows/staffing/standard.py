"""The labour standard as a person writes it: a readable YAML, and options put over it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from busyness.decisions.staffing.prices import Prices
from busyness.domain.errors import InputError, SettingsError, did_you_mean
from busyness.workflows.complaints import complaint
from busyness.workflows.config import line_of

_PRICES = tuple(each.name for each in fields(Prices))


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RoleWork(_Settings):
    """What visitors mean for a role. A plain number in the YAML is ``minutes_per_visitor``."""

    minutes_per_visitor: float = Field(1.0, ge=0, description="minutes of work a visitor makes")
    occupancy: float | None = Field(None, gt=0, le=1, description="share of time somebody should be busy; none: as for all")
    least: int = Field(0, ge=0, description="heads while the place is open")


class QueueWork(_Settings):
    """A queue that a role serves. A plain number in the YAML is ``service_minutes``."""

    service_minutes: float = Field(gt=0, description="mean minutes to serve somebody")
    patience_minutes: float = Field(math.inf, gt=0, description="mean minutes until somebody gives up")
    share_of_visitors: float = Field(1.0, gt=0, le=1, description="share of visitors who queue")
    served: float = Field(0.8, gt=0, lt=1, description="share to be served in time")
    within_minutes: float = Field(1.0, ge=0, description="what in time means")
    lost: float | None = Field(None, ge=0, description="money a customer lost to impatience costs; none: served decides")
    least: int = Field(0, ge=0, description="heads while the place is open")


class StandardSettings(_Settings):
    """How visitors become heads. ``roles`` and ``queues`` empty: the staff's own roles share the work."""

    roles: Mapping[str, RoleWork] = Field(default_factory=dict, description="minutes per visitor and role")
    queues: Mapping[str, QueueWork] = Field(default_factory=dict, description="roles that serve a queue")
    minutes_per_visitor: float = Field(2.0, ge=0, description="of all roles together, where none is named")
    occupancy: float = Field(0.85, gt=0, le=1, description="share of time somebody should be busy with visitors")
    service_level: float = Field(0.0, ge=0, lt=1, description="share of paths in which heads suffice; 0: least cost")
    presence: int = Field(1, ge=0, description="heads of whatever role while the place is open")
    before: int = Field(0, ge=0, description="minutes before opening in which they are there too")
    after: int = Field(0, ge=0, description="minutes after closing in which they are there too")
    keys: bool | None = Field(None, description="whether somebody with keys has to be there; none: where anybody has them")
    prices: Mapping[str, float] = Field(default_factory=dict, description="money, over the usual prices")

    @field_validator("roles", "queues", mode="before")
    @classmethod
    def _short(cls, given: object, info: Any) -> object:  # noqa: ANN401  # pydantic's own
        name = "minutes_per_visitor" if info.field_name == "roles" else "service_minutes"
        if not isinstance(given, Mapping):
            return given
        plain = {key for key, value in given.items() if isinstance(value, int | float) and not isinstance(value, bool)}
        return {key: {name: value} if key in plain else value for key, value in given.items()}

    @field_validator("prices")
    @classmethod
    def _known(cls, given: Mapping[str, float]) -> Mapping[str, float]:
        for name, value in given.items():
            if name not in _PRICES:
                raise ValueError(f"there is no price '{name}'. {did_you_mean(name, _PRICES)}".strip())
            if not (math.isfinite(value) and value >= 0):
                raise ValueError(f"the price '{name}' is below 0 or no number")
        return given


def read_standard(file: Path | None, *, over: Mapping[str, Any] | None = None) -> StandardSettings:
    """This will read a labour standard (``None``: what is usual), with options ``over`` it; see ``docs/staffing.md``.

    Raises:
        SettingsError: with the file's line, or the option, that cannot be.

    """
    given, root = ({}, None) if file is None else _read(file)
    merged = dict(given)
    for name, value in (over or {}).items():
        merged[name] = {**given.get(name, {}), **value} if isinstance(value, Mapping) else value
    try:
        return StandardSettings.model_validate(merged)
    except ValidationError as fault:
        first = fault.errors()[0]
        path = list(first["loc"])
        where = ".".join(str(part) for part in path)
        inside = root is not None and path and path[0] in given
        line = line_of(root, path) if root is not None and inside else None
        said = complaint(first)
        if first["type"] == "extra_forbidden":
            names = sorted(_known(path))
            said = f"there is no such setting; known here are {', '.join(names)}. {did_you_mean(str(path[-1]), names)}"
        raise SettingsError(f"{where}: {said}".strip(), file=str(file) if inside else "", line=line) from None


def _known(path: Sequence[int | str]) -> Iterable[str]:
    """The settings there are where somebody wrote another."""
    if len(path) == 1:
        return StandardSettings.model_fields
    return RoleWork.model_fields if path[0] == "roles" else QueueWork.model_fields


def _read(file: Path) -> tuple[dict[str, Any], yaml.Node]:
    hint = "Write for example roles: {checkout: 1.5, sales: 1}."
    try:
        text = file.read_text("utf-8-sig")
        root, raw = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"The labour standard {file} cannot be read.", hint="Check the path.") from None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise SettingsError("this is no YAML.", file=str(file), line=line, hint=hint) from None
    if not isinstance(raw, dict) or root is None:
        raise SettingsError("the labour standard is empty.", file=str(file), hint=hint)
    return raw, root


def minutes_by_role(text: str) -> dict[str, Any]:
    """This will read ``1.5`` (all roles together) or ``checkout=1.5,sales=1``, as settings to put over a standard.

    >>> minutes_by_role("checkout=1.5, sales=1")["roles"]["sales"]
    {'minutes_per_visitor': 1.0}
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if parts and all("=" in part for part in parts):
        pairs = [part.split("=", 1) for part in parts]
        return {"roles": {role.strip(): {"minutes_per_visitor": _number(value, text)} for role, value in pairs}}
    return {"minutes_per_visitor": _number(text, text)}


def queue_of(text: str) -> tuple[str, dict[str, float]]:
    """This will read ``checkout=2`` or ``checkout=2:8``: minutes of service, and of patience.

    >>> queue_of("checkout=2:8")
    ('checkout', {'service_minutes': 2.0, 'patience_minutes': 8.0})
    """
    role, is_given, minutes = text.partition("=")
    service, has_patience, patience = minutes.partition(":")
    if not (role.strip() and is_given):
        raise InputError(f"'{text}' is no queue.", hint="Write ROLE=SERVICE or ROLE=SERVICE:PATIENCE, in minutes.")
    said = {"service_minutes": _number(service, text)}
    return role.strip(), said | ({"patience_minutes": _number(patience, text)} if has_patience else {})


def _number(text: str, whole: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise InputError(f"'{whole}' has no number where one is due.", hint="Write for example checkout=1.5.") from None
