"""The templates that pages are made from."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def templates() -> Environment:
    """This will return the room's templates; whatever is filled in is text, never markup."""
    return Environment(
        loader=PackageLoader("busyness.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
