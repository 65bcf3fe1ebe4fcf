"""Flat options, as people write them on a command line or as keyword arguments, put into settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.workflows.complaints import complaint
from busyness.workflows.settings import RunSettings

BLOCK_OF: Mapping[str, str] = {
    name: block
    for block, field in RunSettings.model_fields.items()
    if block != "retrain"  # of a command of its own
    for name in getattr(field.annotation, "model_fields", {})
}
"""The block of settings each option belongs to; no two blocks share a name."""

_SHORT: Mapping[str, str] = {"register": "register_file"}
"""Options whose setting has a longer name: a settings class has a method of that name already."""


def with_options(settings: RunSettings, given: Mapping[str, Any], *, spelled: str = "{}") -> RunSettings:
    """This will return the settings with every given option (not None) put over them.

    ``spelled`` is how an option is written where it came from (``--{}``), for the sentence when its value is wrong.
    """
    changed = settings.model_dump()
    for asked, value in given.items():
        name = _SHORT.get(asked, asked)
        if name not in BLOCK_OF:
            raise SettingsError(f"There is no option '{spelled.format(name)}'.", hint=did_you_mean(name, BLOCK_OF))
        if value is not None:
            changed[BLOCK_OF[name]][name] = value
    try:
        return RunSettings.model_validate(changed)
    except ValidationError as fault:
        first = fault.errors()[0]
        name = str(first["loc"][1] if len(first["loc"]) > 1 else first["loc"][0]).replace("_", "-")
        raise SettingsError(f"{spelled.format(name)}: {complaint(first)}") from None
