"""Names of columns that a person's covariates cannot break: no two alike, and none that LightGBM refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from busyness.features._base import Feature

_REFUSED = re.compile(r'[\s",:\[\]{}]+')  # its model text is JSON-like, and it reads a space as an underscore


def distinct(features: Iterable[Feature]) -> tuple[Feature, ...]:
    """This will return the features with names of their own: a later one of the same name gets its family in front."""
    taken: set[str] = set()
    named = []
    for feature in features:
        name = _REFUSED.sub("_", feature.name).strip("_") or feature.family
        if name in taken:
            name = f"{feature.family}_{name}"
        number = 2
        while name in taken:
            name, number = f"{name.removesuffix(f'_{number - 1}')}_{number}", number + 1
        taken.add(name)
        named.append(feature if name == feature.name else replace(feature, name=name))
    return tuple(named)
