"""The YAML form of the register of sensors: ``sensor: {place: …}``, or a list of such blocks where it moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl
import yaml

from busyness.domain.errors import SettingsError, did_you_mean
from busyness.sources.opening_hours_yaml import composed
from busyness.sources.small_table import LINE, SmallTable

_EXAMPLE = "Write for example D1: {place: S001, door: main, factor: 1.05}."


def register_from_yaml(text: str, file: str, words: Mapping[str, str]) -> SmallTable:
    """This will return the register as a table of texts with the line of every row.

    ``words`` maps the names that may be used to those of the columns; the sensor itself is the column ``sensor``.

    Raises:
        SettingsError: with file and line, for a text that is no YAML, a block that is none, or an unknown name.

    """
    root = composed(text, file)
    if not isinstance(root, yaml.MappingNode) or not root.value:
        raise SettingsError("this is no block of 'sensor: {…}' entries.", file=file, line=1, hint=_EXAMPLE)
    rows: list[dict[str, str | int | None]] = []
    for sensor, blocks in root.value:
        for block in blocks.value if isinstance(blocks, yaml.SequenceNode) else [blocks]:
            facts = dict(_facts(block, file, words))
            rows.append({"sensor": str(sensor.value).strip(), **facts, LINE: block.start_mark.line + 1})
    names = list(dict.fromkeys(name for row in rows for name in row))
    schema = {name: pl.Int64 if name == LINE else pl.String for name in names}
    return SmallTable(file, pl.DataFrame(rows, schema=schema), decimal_comma=False, typed=False)


def _facts(block: yaml.Node, file: str, words: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    line = block.start_mark.line + 1
    if not isinstance(block, yaml.MappingNode):
        raise SettingsError("a block of 'name: value' entries is expected here.", file=file, line=line, hint=_EXAMPLE)
    for key, value in block.value:
        name = str(key.value).strip()
        line = key.start_mark.line + 1
        if name.lower() not in words:
            hint = did_you_mean(name, words) or _EXAMPLE
            raise SettingsError(f"'{name}' means nothing in a register of sensors.", file=file, line=line, hint=hint)
        if not isinstance(value, yaml.ScalarNode):
            raise SettingsError(f"'{name}' is one plain value.", file=file, line=line, hint=_EXAMPLE)
        text = value.value.strip()
        yield words[name.lower()], text if text and text.lower() not in {"null", "~"} else None
