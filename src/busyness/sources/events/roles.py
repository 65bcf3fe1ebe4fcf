"""Which column means what: roles of a kind of event, found by name or said in the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from busyness.domain.errors import ColumnMissingError, InputError, did_you_mean
from busyness.sources.files.words import tokens

PLUS = "+"
"""Joins the names of two columns that are one time together: a date and a time of day."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a column can mean. ``synonyms`` are names it goes by besides ``name``, the likeliest first.

    A synonym may be two columns, as in ``"start_date + start_time"``; where both are there, they come before any one.
    """

    name: str
    meaning: str
    synonyms: tuple[str, ...] = ()
    required: bool = True


def assign_roles(available: Sequence[str], roles: Sequence[Role], given: Mapping[str, str]) -> dict[str, str]:
    """This will return the column of each role, in the order of the roles; a role nothing was found for is left out.

    ``given`` (from the settings) wins: role → column, or two columns of a time as ``"StartDate + StartTime"``, or an
    empty text for "there is none". The others go by their names: capitals, spaces, punctuation and accents do not
    count, and no column serves two roles unless the settings say so.

    Raises: ``ColumnMissingError`` for a required role without a column, or a named column that is not there;
    ``InputError`` for a role that does not exist.
    """
    names = [role.name for role in roles]
    for name in given:
        if name not in names:
            hint = did_you_mean(name, names) or f"Use one of {', '.join(names)}."
            raise InputError(f"There is no '{name}' among the columns of such events.", hint=hint)
    assigned = {name: _exact(column, available, name) for name, column in given.items() if column.strip()}
    taken = {part for column in assigned.values() for part in column_parts(column, available)}
    for role in roles:
        if role.name in given:
            continue
        found = _by_name(role, [column for column in available if column not in taken])
        if found:
            assigned[role.name] = (f" {PLUS} ").join(found)
            taken.update(found)
    for role in roles:
        if role.required and role.name not in assigned:
            raise missing_role(role, available)
    return {name: assigned[name] for name in names if name in assigned}


def column_parts(column: str, available: Sequence[str]) -> tuple[str, ...]:
    """This will return the column, or the two columns, that an assignment names.

    >>> column_parts("StartDate + StartTime", ["StartDate", "StartTime"])
    ('StartDate', 'StartTime')
    """
    if column in available or PLUS not in column:
        return (column,)
    return tuple(part.strip() for part in column.split(PLUS))


def missing_role(role: Role, available: Sequence[str]) -> ColumnMissingError:
    """This will return the error that says which columns there are, and how to name the right one."""
    error = ColumnMissingError(role.name, available, role=role.meaning)
    example = available[0] if available else "name"
    error.hint = f"Say which one it is: --columns {role.name}={example} (in YAML events.columns)."
    return error


def roles_note(assigned: Mapping[str, str], given: Mapping[str, str]) -> str:
    """This will say which columns were found by a name that is not that of their role; empty where there are none."""
    found = [
        f"'{column}' as {name.replace('_', ' ')}"
        for name, column in assigned.items()
        if name not in given and _plain(name) != _plain(column)
    ]
    return f"Read {', '.join(found)}." if found else ""


def _exact(column: str, available: Sequence[str], role: str) -> str:
    parts = column_parts(column.strip(), available)
    if len(parts) > 2:
        raise InputError(f"'{column}' names {len(parts)} columns for {role}.", hint="Name one, or a date and a time of day.")
    found = []
    for part in parts:
        alike = [name for name in available if _plain(name) == _plain(part)]
        if part not in available and len(alike) != 1:
            raise ColumnMissingError(part, available, role=role)
        found.append(part if part in available else alike[0])
    return f" {PLUS} ".join(found)


def _by_name(role: Role, free: Sequence[str]) -> tuple[str, ...]:
    plain: dict[str, str] = {}
    for column in free:
        plain.setdefault(_plain(column), column)
    for word in sorted((role.name, *role.synonyms), key=lambda word: PLUS not in word):
        parts = [_plain(part) for part in word.split(PLUS)]
        if all(part in plain for part in parts):
            return tuple(plain[part] for part in parts)
    return ()


def _plain(name: str) -> str:
    return "".join(tokens(name)) or name.strip().casefold()
