"""The report's colours, once for the page and its plots: one accent, greys, and an amber that only warns.

Blue against grey and amber stays apart in all common kinds of colour blindness; the heat map runs in lightness.
"""

from __future__ import annotations

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "page": "#f5f6f8",
    "card": "#ffffff",
    "ink": "#17202a",
    "muted": "#55606d",
    "line": "#dde1e7",
    "accent": "#0b62b0",
    "accent-ink": "#ffffff",
    "band": "rgba(11,98,176,0.30)",
    "wide": "rgba(11,98,176,0.14)",
    "grey": "#8b95a1",
    "warn": "#fff3d1",
    "warn-line": "#c98a00",
    "heat-0": "#eef4fa",
    "heat-1": "#a9cdec",
    "heat-2": "#3f8fd2",
    "heat-3": "#08396e",
}

DARK: Mapping[str, str] = {
    "page": "#0f1318",
    "card": "#171d24",
    "ink": "#e9edf2",
    "muted": "#a3aebb",
    "line": "#2d3742",
    "accent": "#62b0f5",
    "accent-ink": "#0b1218",
    "band": "rgba(98,176,245,0.36)",
    "wide": "rgba(98,176,245,0.18)",
    "grey": "#7d8996",
    "warn": "#3a2d0a",
    "warn-line": "#d9a11f",
    "heat-0": "#1b2530",
    "heat-1": "#1f5480",
    "heat-2": "#4f9fe0",
    "heat-3": "#e3f1ff",
}
