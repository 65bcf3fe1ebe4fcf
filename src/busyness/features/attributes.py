"""Static covariates: the attributes of places as numbers, with the words that the codes stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from busyness.domain.place import Place

_NAMING = re.compile(r"(?i)(?:^|[_\s-])(?:id|number|num|numbe|no|code|zip|postcode)(?:$|[_\s\d-])")


def attribute_words(places: Sequence[Place]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """This will return the names of all attributes, sorted, and the words of each, sorted; no words for a number.

    Those that name a place rather than describe it (``area_number``, ``zip_code``) are left out: area 7 is not more of
    anything than area 6.
    """
    names = sorted({name for place in places for name in place.attributes if not _NAMING.search(name)})
    words: list[tuple[str, ...]] = []
    for name in names:
        values = [place.attributes[name] for place in places if name in place.attributes]
        numeric = all(isinstance(value, (int, float)) for value in values)
        words.append(() if numeric else tuple(sorted({str(value) for value in values})))
    return tuple(names), tuple(words)


def attribute_table(
    places: Sequence[Place], attributes: Sequence[str], categories: Sequence[Sequence[str]]
) -> NDArray[np.float32]:
    """This will return ``[places, attributes]``: numbers as they are, words as their number among ``categories``.

    NaN where a place does not have the attribute, and for a word that is not among them.
    """
    table = np.full((len(places), len(attributes)), np.nan, np.float32)
    for column, (name, words) in enumerate(zip(attributes, categories, strict=True)):
        code = {word: float(k) for k, word in enumerate(words)}
        for row, place in enumerate(places):
            value = place.attributes.get(name)
            if words:
                table[row, column] = code.get(str(value), np.nan)
            elif isinstance(value, (int, float)):
                table[row, column] = value
    return table
