"""The report's colours, once for the page and its plots: one accent, greys, and an amber that only warns.

Blue against grey and amber stays apart in all common kinds of colour blindness; the heat map runs in lightness.
"""

from __future__ import annotations

from collections.abc import Mapping

_LIGHT: Mapping[str, str] = {
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

_DARK: Mapping[str, str] = {
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

SHADES = 6
"""How many shades a map has."""

_SHADE_AT = (0.16, 0.32, 0.48, 0.66, 0.83, 1.0)


def _mixed(palette: Mapping[str, str]) -> dict[str, str]:
    """Shades from ``heat-0`` to ``heat-3``, linear between the four."""
    stops = [[int(palette[f"heat-{k}"][at : at + 2], 16) for at in (1, 3, 5)] for k in range(4)]
    shades = {}
    for number, share in enumerate(_SHADE_AT):
        low = min(int(share * 3), 2)
        between = share * 3 - low
        red, green, blue = (round(a + (b - a) * between) for a, b in zip(stops[low], stops[low + 1], strict=True))
        shades[f"shade-{number}"] = f"#{red:02x}{green:02x}{blue:02x}"
    return shades


LIGHT: Mapping[str, str] = {**_LIGHT, **_mixed(_LIGHT)}
DARK: Mapping[str, str] = {**_DARK, **_mixed(_DARK)}
