"""Named places: events that say in words where they happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import polars as pl

from busyness.domain.errors import InputError
from busyness.domain.names import normalised
from busyness.domain.place import Place
from busyness.tables import columns as c


class Named:
    """Words → places (a ``Locator`` over the column ``place``). A code is the place's row, the same in every chunk.

    With a register of places a word means, in this order: an id as it is written; an id, then a name, whatever the case
    and punctuation; the attribute ``number`` (area number 6), where one is named. Any other word is of no place. Without
    a register every new word becomes a place of its own, as it is written.

    Raises: ``InputError`` where a number means one place by its id and another by its attribute, or an attribute
        ``number`` is in no place.
    """

    def __init__(self, register: Sequence[Place] | None = None, *, timezone: str = "UTC", number: str = "") -> None:
        self._places = list(register or ())
        self._timezone = timezone
        self._grows = not register
        self._exact = {place.id: row for row, place in enumerate(self._places)}
        ids, twice_id = _keys((normalised(place.id), row) for row, place in enumerate(self._places))
        names, twice_name = _keys((normalised(place.name), row) for row, place in enumerate(self._places) if place.name)
        self._loose = {**_numbers(self._places, number), **names, **ids}
        if number:
            self._refuse_clashes(number)
        self.notes = _notes([self._places[row].label for row in (*twice_id, *twice_name)])
        self._known: dict[str, int | None] = {}

    def codes(self, frame: pl.DataFrame) -> pl.Series:
        """This will return the row of each word's place (UInt64), null where it is of none or missing."""
        words = frame.select(pl.col(c.PLACE).cast(pl.String)).to_series()
        for word in words.unique(maintain_order=self._grows).drop_nulls().to_list():
            if word not in self._known:
                self._known[word] = self._row(word)
        known = pl.DataFrame(
            {c.PLACE: list(self._known), c.CODE: list(self._known.values())}, schema={c.PLACE: pl.String, c.CODE: pl.UInt64}
        )
        return words.to_frame(c.PLACE).join(known, on=c.PLACE, how="left", maintain_order="left")[c.CODE]

    def places(self, codes: Sequence[int]) -> tuple[Place, ...]:
        """This will return the places of these codes, in their order."""
        return tuple(self._places[code] for code in codes)

    def _row(self, word: str) -> int | None:
        plain = word.strip()
        if plain in self._exact:
            return self._exact[plain]
        if not self._grows:
            return self._loose.get(normalised(_whole(plain)))
        if not plain:
            return None
        self._exact[plain] = len(self._places)
        self._places.append(Place(plain, timezone=self._timezone))
        return self._exact[plain]

    def _refuse_clashes(self, number: str) -> None:
        for text, row in _numbers(self._places, number).items():
            other = self._exact.get(text, self._loose[text])
            if other != row:
                raise InputError(
                    f"{text} is the {number} of {self._places[row].label} and the id of {self._places[other].label}.",
                    hint="Use the number as the id, or do not name it.",
                )


def _keys(pairs: Iterable[tuple[str, int]]) -> tuple[dict[str, int], list[int]]:
    """The row of each key that has one row only, and the rows of the others."""
    listed = list(pairs)
    count = Counter(key for key, _ in listed)
    return {key: row for key, row in listed if count[key] == 1}, [row for key, row in listed if count[key] > 1]


def _numbers(places: Sequence[Place], number: str) -> dict[str, int]:
    """The row of each place's number, as text."""
    if not number:
        return {}
    pairs = [(_whole(str(place.attributes[number])), row) for row, place in enumerate(places) if number in place.attributes]
    if not pairs:
        raise InputError(f"No place has the attribute '{number}'.", hint="Name an attribute that the places have.")
    return _keys((normalised(text), row) for text, row in pairs)[0]


def _whole(text: str) -> str:
    """``6.0`` is a 6 that some program wrote as a fraction."""
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def _notes(labels: Sequence[str]) -> tuple[str, ...]:
    if not labels:
        return ()
    listed = ", ".join(sorted(set(labels))[:5])
    return (f"Some places share a name ({listed}); only their ids, as written, tell them apart.",)
