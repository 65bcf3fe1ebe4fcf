"""Quotation marks in delimited text: where a row ends, and whether the marks match up.

A mark opens a cell only where the cell begins, and closes it only where the cell ends; ``5" pipe`` holds none of either.
"""

from __future__ import annotations

import csv
import io

import numpy as np

_LONGEST_CELL = 1 << 16


def last_row_end(text: bytes) -> int:
    """This will return where the last whole row ends: a line end between quotes is part of a cell.

    Where no row ends within 64 KB, a mark is taken to be a stray one and the last line end counts.
    """
    last = text.rfind(b"\n") + 1
    if b'"' not in text:
        return last
    end, marks = last, text.count(b'"', 0, last)
    while marks % 2 and end > last - _LONGEST_CELL:
        mark = text.rfind(b'"', 0, end)
        before = text.rfind(b"\n", 0, max(mark, 0)) + 1
        marks -= text.count(b'"', before, end)
        end = before
        if not before:
            return last if len(text) > _LONGEST_CELL else 0
    return last if marks % 2 else end


def match_up(text: bytes, delimiter: str) -> bool:
    """This will say whether every mark opens a cell at its beginning, closes it at its end, or is doubled inside."""
    letters = np.frombuffer(b"\n" + text + b"\n", np.uint8)
    marks = np.flatnonzero(letters == ord('"'))
    if len(marks) % 2:
        return False
    edge = np.array([ord("\n"), ord(delimiter), ord('"')], np.uint8)
    return bool(np.isin(letters[marks[::2] - 1], edge).all() and np.isin(letters[marks[1::2] + 1], edge).all())


def straightened(text: bytes, delimiter: str) -> bytes:
    """This will return the same lines with marks that match up: each line with marks in it is read by itself."""
    return b"\n".join(_straight(line, delimiter) if b'"' in line else line for line in text.split(b"\n"))


def _straight(line: bytes, delimiter: str) -> bytes:
    try:
        cells = next(csv.reader([line.decode()], delimiter=delimiter, skipinitialspace=True))
    except csv.Error:  # a cell longer than 128 KB
        return line.replace(b'"', b"")
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="").writerow(cells)
    return written.getvalue().encode()
