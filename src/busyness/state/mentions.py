"""Finds one person in what others wrote: by name and address in any text, by their code where it can only be theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

_PERSON_KEYS = re.compile(r"(\w+_)?(person|people|colleague|staff|employee|who)s?(_id)?", re.IGNORECASE)


class Mentions:
    """Looks for ``words`` (name, e-mail, …) and ``codes`` (who they are in rosters), whole and in any case.

    A code of digits alone could be anything; it is theirs as ``person/7``, or in JSON under a key such as ``person``.
    """

    def __init__(self, *, words: Sequence[str], codes: Collection[str], pseudonym: str) -> None:
        telling = [*words, *(code for code in codes if any(letter.isalpha() for letter in code))]
        longest_first = sorted({re.escape(word) for word in telling}, key=len, reverse=True)
        either = rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)" if longest_first else r"(?!)"
        theirs = "|".join(re.escape(code) for code in codes) or r"(?!)"
        self._pattern = re.compile(rf"{either}|(?<=person/)(?:{theirs})(?!\w)", re.IGNORECASE)
        self._codes, self._pseudonym = frozenset(codes), pseudonym

    def found(self, text: str) -> bool:
        """This will say whether a text, or the JSON that it is, mentions the person."""
        try:
            value = json.loads(text) if text[:1] in "{[" else text
        except ValueError:
            value = text
        return bool(self.replaced(value) != value)

    def replaced(self, value: Any) -> Any:  # noqa: ANN401  # whatever JSON can say
        """This will return text, or a JSON value, with the pseudonym in the person's place."""
        return self._walked(value, person=False)

    def _walked(self, value: Any, *, person: bool) -> Any:  # noqa: ANN401  # whatever JSON can say
        if isinstance(value, Mapping):
            return {
                self._walked(key, person=person): self._walked(inner, person=bool(_PERSON_KEYS.fullmatch(key)))
                for key, inner in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self._walked(inner, person=person) for inner in value]
        if not isinstance(value, str):
            return value
        return self._pseudonym if person and value in self._codes else self._pattern.sub(self._pseudonym, value)
