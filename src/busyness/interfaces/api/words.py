"""Texts as requests may write them: no control characters, which some databases cannot hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

PLAIN = r"^[^\x00-\x1f\x7f]+$"
FILLED = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\x00-\x1f\x7f]*$"
Word = Annotated[str, Field(min_length=1, max_length=200, pattern=FILLED)]
"""An id or a name: at least one sign that is not a space."""
Sentence = Annotated[str, Field(min_length=1, max_length=1000, pattern=FILLED)]
"""A reason, a message."""
MaybeWord = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
MaybeSentence = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00-\x1f\x7f]*$")]
Flag = Annotated[bool, Field(strict=True)]
Whole = Annotated[int, Field(strict=True)]
Real = Annotated[float, Field(strict=True)]
"""JSON has true, 1 and "1": each means itself only."""
