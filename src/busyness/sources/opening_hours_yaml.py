"""The YAML form of opening hours. Read from YAML's nodes, which know their lines and keep each value as written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import yaml

from busyness.domain.errors import InputError, SettingsError
from busyness.sources.opening_rules import Day, OpeningRule, parse_day, parse_hours, parse_weekdays

_EXAMPLE = 'Write for example "*": {mon-sat: "08:00-22:00", sun: closed}.'
_EXCEPTIONS = {"exceptions", "excepciones"}
T = TypeVar("T")


def composed(text: str, file: str) -> yaml.Node:
    """This will return the root node of a YAML text, or raise a ``SettingsError`` that names the line."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        star = "alias" in f"{error.context} {error.problem}"
        hint = 'Put the star in quotes: "*".' if star else "Look for a missing quote, colon or bracket, or for a tab."
        raise SettingsError(
            f"this is no YAML: {error.problem}.", file=file, line=mark.line + 1 if mark else None, hint=hint
        ) from None
    except yaml.YAMLError:
        raise SettingsError("this is no YAML text.", file=file, hint="Save it as plain text in UTF-8.") from None
    if node is None:
        raise SettingsError("the file is empty.", file=file, hint=_EXAMPLE)
    return node


def yaml_rules(node: yaml.Node, file: str) -> Iterator[OpeningRule]:
    """This will yield the rules of a block ``place: {weekdays: hours, exceptions: {date: hours}}``.

    Raises:
        SettingsError: with file and line, for the first value that cannot be read.

    """
    seen: set[str] = set()
    for key, week in _entries(node, "the opening hours", file):
        place = _scalar(key, "a place", file)
        if place in seen:
            raise _wrong(f"place '{place}' comes a second time.", "Write all its hours in one block.", key, file)
        seen.add(place)
        if not isinstance(week, yaml.MappingNode):  # S1: 24h
            yield from _day_rules(place, range(7), week, file)
            continue
        for days, hours in _entries(week, f"the hours of place '{place}'", file):
            if _scalar(days, "a weekday", file).lower() not in _EXCEPTIONS:
                yield from _day_rules(place, _parsed(parse_weekdays, days, "a weekday", file), hours, file)
                continue
            for day, exception in _entries(hours, f"the exceptions of place '{place}'", file):
                yield from _day_rules(place, [_parsed(parse_day, day, "a date", file)], exception, file)


def _day_rules(place: str, days: Iterable[Day], hours: yaml.Node, file: str) -> Iterator[OpeningRule]:
    """One rule a day; the hours are one text or a list of texts."""
    parts = hours.value if isinstance(hours, yaml.SequenceNode) else [hours]
    read = [_parsed(parse_hours, part, "a span of hours", file) for part in parts]
    intervals = tuple(interval for part in read for interval in part)
    for day in days:
        yield OpeningRule(place, day, intervals, hours.start_mark.line + 1)


def _entries(node: yaml.Node, what: str, file: str) -> list[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise _wrong(f"{what} are no block of 'name: value' entries.", _EXAMPLE, node, file)
    return list(node.value)


def _scalar(node: yaml.Node, what: str, file: str) -> str:
    """The value as written, where YAML would have made a number or a date of it; ``1.0`` is place 1."""
    if not isinstance(node, yaml.ScalarNode):
        raise _wrong(f"{what} is expected here, and a list or block was found.", _EXAMPLE, node, file)
    value = str(node.value).strip()
    if not value:
        raise _wrong(f"{what} is missing here.", 'Write hours such as "08:00-22:00", or closed.', node, file)
    return re.sub(r"^(-?\d+)\.0+$", r"\1", value)


def _parsed(parse: Callable[[str], T], node: yaml.Node, what: str, file: str) -> T:
    try:
        return parse(_scalar(node, what, file))
    except SettingsError:
        raise
    except InputError as error:
        raise _wrong(error.message, error.hint, node, file) from None


def _wrong(message: str, hint: str, node: yaml.Node, file: str) -> SettingsError:
    return SettingsError(message, file=file, line=node.start_mark.line + 1, hint=hint)
