"""Busyness: how busy will every place be, and what should we do about it?

The calls of ``busyness.workflows.api`` are here too (``busyness.forecast(…)``), loaded when first used.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"
__all__ = ["answers", "backtest", "forecast", "predict", "read", "score", "train"]


def __getattr__(name: str) -> Any:  # noqa: ANN401  # each call has a type of its own
    if name in __all__:
        return getattr(import_module("busyness.workflows.api"), name)
    raise AttributeError(f"module 'busyness' has no attribute '{name}'")
