"""Names as people write them: the same place whatever the case, the accents and the punctuation."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"(?<=\d)[\W_]+(?=\d)|^\W*-(?=\d)|[\W_]+")


def normalised(name: str) -> str:
    """This will return the text that two spellings of one name share.

    Case, accents, spaces and punctuation go. What stands between two digits stays, as a dot, and so does a minus before a
    leading digit: they make another number. A name of punctuation alone stays as it is.

    >>> normalised("O'Hare"), normalised("Mc Kinley Park"), normalised("Store 1-2"), normalised("-1")
    ('ohare', 'mckinleypark', 'store1.2', '-1')
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    plain = "".join(mark for mark in folded if not unicodedata.combining(mark))
    return _MARKS.sub(_kept, plain.strip()) or name.strip()


def _kept(mark: re.Match[str]) -> str:
    """What is left of a run of spaces and punctuation."""
    if mark.start() == 0:
        return "-" if mark[0].endswith("-") and mark.string[mark.end() : mark.end() + 1].isdigit() else ""
    between = mark.string[mark.start() - 1].isdigit() and mark.string[mark.end() : mark.end() + 1].isdigit()
    return "." if between else ""
