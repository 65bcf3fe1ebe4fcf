"""The wanted columns of a table."""

from __future__ import annotations

from collections.abc import Sequence

from busyness.domain.errors import ColumnMissingError


def pruned(available: Sequence[str], wanted: Sequence[str] | None) -> tuple[str, ...]:
    """This will return the wanted columns in the table's order, all of them where none is named.

    Raises: ``ColumnMissingError`` for the first that the table does not have.
    """
    if wanted is None:
        return tuple(available)
    for name in wanted:
        if name not in available:
            raise ColumnMissingError(name, available)
    return tuple(name for name in available if name in set(wanted))
