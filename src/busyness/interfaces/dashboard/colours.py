"""The colours of the reports as variables of the style sheet, and which ink can be read on which shade."""

from __future__ import annotations

from collections.abc import Mapping

from busyness.reports.palette import DARK, LIGHT, SHADES

_INKS = ("#101820", "#ffffff")


def _luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """This will return the contrast of two colours: 1 … 21, text needs 4.5.

    >>> contrast("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 2)


def _variables(palette: Mapping[str, str]) -> str:
    inks = {f"on-shade-{n}": max(_INKS, key=lambda ink: contrast(ink, palette[f"shade-{n}"])) for n in range(SHADES)}
    return "".join(f"--{name}:{value};" for name, value in {**palette, **inks}.items())


def colours_css() -> str:
    """This will return both themes: the system's, unless the page's root says ``data-theme``."""
    light, dark = (_variables(palette) for palette in (LIGHT, DARK))
    return (
        f":root{{color-scheme:light;{light}}}\n"
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{color-scheme:dark;{dark}}}}}\n'
        f':root[data-theme="dark"]{{color-scheme:dark;{dark}}}\n'
    )
