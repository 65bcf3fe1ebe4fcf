"""A small YAML of names and numbers that a person edits: assumptions, terms; every mistake named with its line."""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path

import yaml

from busyness.domain.errors import SettingsError, did_you_mean

Numbers = dict[str, float]


def read_number_yaml(
    path: str | Path, names: Collection[str], *, tables: Collection[str] = ()
) -> dict[str, float | Numbers]:
    """This will read ``name: number`` lines; the names in ``tables`` may also hold numbers by name, one level down.

    Raises:
        SettingsError: with file and line, where there is no such file, no YAML, an unknown or repeated name, or no number.

    """
    file = str(path)
    try:
        text = Path(path).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{file} cannot be read.", hint="Check the path.") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = None if mark is None else mark.line + 1
        raise SettingsError("this is no YAML.", file=file, line=line, hint="Write lines such as wage: 12.") from None
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise SettingsError("this is no list of names and numbers.", file=file, hint="Write lines such as wage: 12.")
    found: dict[str, float | Numbers] = {}
    for key, value in root.value:
        name, line = str(key.value), key.start_mark.line + 1
        if name not in names:
            hint = did_you_mean(name, names) or f"Known here are {', '.join(sorted(names))}."
            raise SettingsError(f"there is nothing called '{name}' here.", file=file, line=line, hint=hint)
        if name in found:
            raise SettingsError(f"'{name}' comes twice.", file=file, line=line, hint="Keep one of the two.")
        if isinstance(value, yaml.MappingNode) and name in tables:
            found[name] = {str(inner.value): _number(node, file, f"{name}.{inner.value}") for inner, node in value.value}
        else:
            found[name] = _number(value, file, name)
    return found


def _number(node: yaml.Node, file: str, name: str) -> float:
    line = node.start_mark.line + 1
    try:
        value = float(node.value) if isinstance(node, yaml.ScalarNode) else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        written = node.value if isinstance(node, yaml.ScalarNode) else "this"
        hint = "Write a number such as 12.5, with a point."
        raise SettingsError(f"{name}: '{written}' is no number.", file=file, line=line, hint=hint)
    return value
