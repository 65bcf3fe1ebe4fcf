"""Which character separates the fields, and on which line the header is."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

from busyness.sources.files.words import known_word

_CANDIDATES = ("\t", ";", "|", ",")  # the rarer in prose and numbers first: ties go to it
_QUOTED = re.compile(r'"[^"]*"')
_LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class Heading:
    """The header: its names, the line it is on (from 0), and how many lines it takes (quoted names may span some)."""

    names: list[str]
    line: int
    height: int = 1


def sniff_delimiter(lines: list[str]) -> str:
    """This will return the delimiter that splits most of the lines into the same number of fields (``,`` if none does)."""
    bare = [_QUOTED.sub("", line) for line in lines[:_LOOKED_AT] if line.strip()]
    best, best_score = ",", (0.0, 0)
    for delimiter in _CANDIDATES:
        counts = Counter(line.count(delimiter) for line in bare)
        counts.pop(0, None)
        if not counts:
            continue
        width, lines_of_it = max(counts.items(), key=lambda item: (item[1], item[0]))
        share = lines_of_it / len(bare)
        header_has_it = bool(bare) and any(line.count(delimiter) == width for line in bare[:5])
        score = (round(share, 2) if header_has_it else share / 4, width)
        if score[0] > best_score[0] or (score[0] == best_score[0] and score[1] > best_score[1]):
            best, best_score = delimiter, score
    return best


def find_heading(text: str, delimiter: str) -> Heading:
    """This will find the header in the beginning of a file: the first line that is as wide as the lines below it.

    Titles and blank lines above it are passed over. A header one field short, over rows that begin with their number,
    is completed.
    """
    lines = text.splitlines()
    filled = [(number, line) for number, line in enumerate(lines) if line.strip()]
    if not filled:
        return Heading([], 0)
    first_number = filled[0][0]
    widths = [_width(line, delimiter) for _, line in filled[:_LOOKED_AT]]
    first_names, height = _split(lines[first_number:], delimiter)
    below_widths = Counter(widths[1:] or widths)
    known = sum(known_word(name) for name in first_names)
    if height > 1 or known > 1 or (known and len(first_names) >= max(below_widths) - 1):
        chosen, modal = first_number, below_widths.most_common(1)[0][0]
    else:
        counted = Counter(widths)
        modal = max(counted, key=lambda width: (counted[width], width == widths[0]))
        chosen = first_number
        if widths[0] < modal - 1 or (widths[0] == 1 and modal > 1):
            chosen = next(number for (number, _), width in zip(filled, widths, strict=False) if width == modal)
    names, height = _split(lines[chosen:], delimiter)
    below = [_split([line], delimiter)[0] for number, line in filled[:_LOOKED_AT] if number > chosen]
    same_width = [row for row in below if len(row) == modal]
    if len(names) == modal - 1 and len(same_width) > 0.8 * len(below) > 0 and all(row[0].isdigit() for row in same_width):
        names = ["", *names]  # row numbers under no name, as R writes them
    while names and not names[-1].strip() and len(names) > max((len(row) for row in below), default=0):
        names = names[:-1]
    return Heading(names, chosen, height)


def _width(line: str, delimiter: str) -> int:
    return _QUOTED.sub("", line).count(delimiter) + 1


def _split(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """One record and the number of lines it takes."""
    reader = csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter)
    try:
        names = next(reader, [])
    except csv.Error:
        names = lines[0].split(delimiter) if lines else []
        return names, 1
    if reader.line_num > 5:  # a stray quote swallowed the file: it is no quote
        return [name.strip('"') for name in lines[0].split(delimiter)], 1
    return [name.replace("\n", " ") for name in names], reader.line_num
