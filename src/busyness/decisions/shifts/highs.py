"""HiGHS, imported only in a worker process: it cannot live in one process with OR-Tools."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from types import ModuleType

from busyness.domain.errors import MissingExtraError


def require_highs() -> str:
    """This will return the version of HiGHS without importing it. Raises: ``MissingExtraError`` where there is none."""
    if find_spec("highspy") is None:
        raise MissingExtraError("HiGHS", "plans")
    return version("highspy")


def highs_itself() -> ModuleType:
    """This will import HiGHS. Raises: ``MissingExtraError`` where it is not installed."""
    try:
        import highspy  # noqa: PLC0415
    except ImportError:
        raise MissingExtraError("HiGHS", "plans") from None
    return highspy
