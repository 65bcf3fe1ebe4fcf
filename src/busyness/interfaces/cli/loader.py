"""Loads a workflow when a command runs, so that ``--help`` and mistakes in the options answer at once."""

from __future__ import annotations

import importlib
from typing import Any

from busyness.domain.errors import MissingExtraError


def workflow(name: str) -> Any:  # noqa: ANN401  # a module, whose functions the command knows
    """This will import ``busyness.workflows.<name>``."""
    return importlib.import_module(f"busyness.workflows.{name}")


def interface(name: str) -> Any:  # noqa: ANN401  # a module, whose functions the command knows
    """This will import ``busyness.interfaces.<name>``, or raise ``MissingExtraError`` without the extra ``service``."""
    try:
        return importlib.import_module(f"busyness.interfaces.{name}")
    except ModuleNotFoundError as fault:
        raise MissingExtraError(fault.name or name, "service") from fault
