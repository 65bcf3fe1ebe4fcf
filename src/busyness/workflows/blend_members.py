"""Who takes part in a blend: names in the settings' arguments → members, each with its own preparation if it has one.

``members: [boosted, tweedie, {model: boosted, outliers: hampel, days: 400}]`` in a configuration, or on a command line
``--arguments "members=boosted + tweedie + embedding"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.models.prepared import Prepare
from busyness.preparation.impute import Imputation, impute
from busyness.preparation.outlier_rule import OutlierMethod, OutlierRule
from busyness.preparation.outliers import flag_outliers
from busyness.tables.panel import SealedPanel
from busyness.workflows.complaints import complaint

MEMBERS = "members"
"""The argument that names them."""


class OwnPreparation(BaseModel):
    """What is done to the history that one member sees, on top of what is done for all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outliers: OutlierMethod = "none"
    impute: Imputation = "none"
    days: int | None = Field(None, ge=28, description="only the last days; none: all of them")

    def told(self) -> dict[str, Any]:
        """This will return what differs from doing nothing."""
        return self.model_dump(exclude_defaults=True)

    def prepare(self) -> Prepare:
        """This will return the function that does it, inside the seal."""

        def prepared(panel: SealedPanel) -> SealedPanel:
            if self.days is not None:
                past = np.where(np.arange(panel.origin) < panel.origin - self.days * panel.slots.length.per_day, np.nan, 0)
                panel = panel.filled((panel.demand + past).astype(np.float32))
            if self.outliers != "none":
                panel = panel.flagged(panel.outlier | flag_outliers(panel, OutlierRule(self.outliers)))
            return impute(panel, self.impute) if self.impute != "none" else panel

        return prepared


@dataclass(frozen=True)
class NamedMember:
    """One member: the name of its model, what is done to its history, and the arguments of its model."""

    model: str
    preparation: OwnPreparation = field(default_factory=OwnPreparation)
    arguments: Mapping[str, Any] = field(default_factory=dict)


def named_members(arguments: Mapping[str, Any], usual: tuple[str, ...]) -> tuple[NamedMember, ...]:
    """This will return the members that the arguments name, or the ``usual`` ones where they name none.

    Raises:
        SettingsError: an argument is not known, or a member is not named as a blend names them.

    """
    unknown = [name for name in arguments if name != MEMBERS]
    if unknown:
        raise SettingsError(f"A blend has no argument '{unknown[0]}'.", hint="It has one: members.")
    asked = arguments.get(MEMBERS, usual)
    if isinstance(asked, str):
        asked = [name.strip() for name in asked.split("+") if name.strip()]
    if not isinstance(asked, list | tuple) or not asked:
        raise SettingsError("The members of a blend are a list of models.", hint="Write members: [boosted, ridge].")
    return tuple(_named(member) for member in asked)


def _named(member: object) -> NamedMember:
    if isinstance(member, str):
        return NamedMember(member)
    if not isinstance(member, Mapping) or not isinstance(member.get("model"), str):
        raise SettingsError(
            f"'{member}' is no member of a blend.", hint="Write a model's name, or {model: boosted, outliers: hampel}."
        )
    own = {name: value for name, value in member.items() if name not in {"model", "arguments"}}
    try:
        return NamedMember(member["model"], OwnPreparation(**own), dict(member.get("arguments") or {}))
    except (ValidationError, TypeError) as fault:
        first = fault.errors()[0] if isinstance(fault, ValidationError) else {"type": "", "loc": ()}
        key = ".".join(map(str, first["loc"]))
        if first["type"] == "extra_forbidden":
            known = ("model", "arguments", *OwnPreparation.model_fields)
            hint = did_you_mean(key, known) or f"It can have {', '.join(known)}."
            raise SettingsError(f"Member '{member['model']}' of the blend cannot have '{key}'.", hint=hint) from None
        said = f"{key}: {complaint(first)}" if key else str(fault)
        raise SettingsError(f"Member '{member['model']}' of the blend: {said}") from None
