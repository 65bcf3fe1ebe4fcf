"""The sections of the dashboard, each with its path, and the module that draws it."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: Mapping[str, str] = {
    "today": "/today",
    "operations": "/operations",
    "my_shifts": "/my-shifts",
    "stock": "/stock",
    "logistics": "/logistics",
    "marketing": "/marketing",
    "finance": "/finance",
    "models": "/models",
    "admin": "/admin",
}
"""In the order of the menu. Who sees which is said by ``/v1/me``, not here."""


def module_of(section: str) -> str:
    """This will return the module that draws a section.

    >>> module_of("my_shifts")
    'js/sections/my_shifts.js'
    """
    return f"js/sections/{section}.js"
