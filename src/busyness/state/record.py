"""The values of a record, by name."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def values_of(record: DataclassInstance) -> dict[str, Any]:
    """This will return a dataclass's fields, not copied and not looked into."""
    return {field.name: getattr(record, field.name) for field in fields(record)}
