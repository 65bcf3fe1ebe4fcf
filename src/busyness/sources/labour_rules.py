"""The rules of work from a readable YAML: every rule with its value and where it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from busyness.domain.errors import SettingsError, did_you_mean

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_HINT = 'Write for example daily_hours: {value: 8, source: "Constitución, art. 25"}.'


@dataclass(frozen=True)
class LabourRules:
    """``values`` by dotted name (``adults.daily_hours``; times of day as minutes after midnight), ``sources`` of each, and
    the ``file`` they come from."""

    values: Mapping[str, Any]
    sources: Mapping[str, str]
    file: str


def preset_names() -> tuple[str, ...]:
    """This will list the countries whose rules come with the package.

    >>> preset_names()
    ('es', 'pe')
    """
    folder = files("busyness.sources").joinpath("presets")
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def read_labour_rules(rules: str | Path) -> LabourRules:
    """This will read the rules of a file, or of a preset by its country (``pe``).

    Raises:
        SettingsError: with file and line, for a rule without a value or without a source, and for what is no such YAML.

    """
    name = str(rules)
    if name.lower() in preset_names():
        file = f"{name.lower()}.yaml"
        return _read(files("busyness.sources").joinpath("presets", file).read_text("utf-8"), file)
    path = Path(rules)
    if not path.is_file():
        hint = did_you_mean(name, preset_names()) or f"Name a file, or one of {', '.join(preset_names())}."
        raise SettingsError(f"There are no rules '{name}'.", hint=hint)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise SettingsError("this is no text in UTF-8.", file=name, hint="Save it as UTF-8.") from None
    return _read(text, name)


def _read(text: str, file: str) -> LabourRules:
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SettingsError(f"this is no YAML: {error.problem}.", file=file, line=line, hint=_HINT) from None
    except yaml.YAMLError:
        raise SettingsError("this is no YAML text.", file=file, hint="Save it as plain text in UTF-8.") from None
    if root is None:
        raise SettingsError("the file is empty.", file=file, hint=_HINT)
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for name, value, source in _rules(root, "", file):
        if name in values:
            raise SettingsError(f"the rule '{name}' comes twice.", file=file, hint="Keep one of the two.")
        values[name] = value
        if source:
            sources[name] = source
    return LabourRules(values, sources, file)


def _rules(node: yaml.Node, above: str, file: str) -> Iterator[tuple[str, Any, str]]:
    """Every rule below a block: name, value, source. A plain value (country, currency) has no source."""
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(f"'{above or 'the file'}' is no block of rules.", node, file)
    for key, inner in node.value:
        name = f"{above}{key.value}"
        if isinstance(inner, yaml.ScalarNode):
            if above:
                raise _wrong(f"the rule '{name}' does not say where it is written.", inner, file)
            yield name, inner.value, ""
            continue
        given = {each.value: part for each, part in inner.value} if isinstance(inner, yaml.MappingNode) else {}
        if "value" not in given and "source" not in given:
            yield from _rules(inner, f"{name}.", file)
            continue
        source = given["source"].value if "source" in given else ""
        if "value" not in given or not isinstance(source, str) or not source.strip():
            missing = "value" if "value" not in given else "source"
            raise _wrong(f"the rule '{name}' has no {missing}.", inner, file)
        yield name, _value(given["value"]), source.strip()


def _value(node: yaml.Node) -> object:
    """The value; a time of day becomes minutes after midnight."""
    plain: Any = yaml.SafeLoader("").construct_object(node, deep=True)
    found = _CLOCK.fullmatch(plain) if isinstance(plain, str) else None
    return int(found[1]) * 60 + int(found[2]) if found else plain


def _wrong(message: str, node: yaml.Node, file: str) -> SettingsError:
    return SettingsError(message, file=file, line=node.start_mark.line + 1, hint=_HINT)
