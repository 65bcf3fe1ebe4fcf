from __future__ import annotations

from pathlib import Path

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.labour_rules import preset_names, read_labour_rules

GOOD = 'country: PE\nadults:\n  daily_hours: {value: 8, source: "art. 25"}\n  latest: {value: "22:30", source: house}\n'


def test_values_come_with_their_sources(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(GOOD, encoding="utf-8")
    rules = read_labour_rules(path)
    assert rules.values == {"country": "PE", "adults.daily_hours": 8, "adults.latest": 1350}
    assert rules.sources == {"adults.daily_hours": "art. 25", "adults.latest": "house"}


@pytest.mark.parametrize("name", [*preset_names(), "PE"])
def test_presets_say_where_every_rule_is_written(name: str) -> None:
    rules = read_labour_rules(name)
    assert {"adults.daily_hours", "minors.weekly_hours", "shifts.hours"} <= set(rules.sources)
    assert all(len(source) > 5 for source in rules.sources.values())


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("adults:\n  daily_hours: 8\n", 2, "does not say where it is written"),
        ("adults:\n  daily_hours: {value: 8}\n", 2, "has no source"),
        ("adults:\n  daily_hours: {source: law}\n", 2, "has no value"),
        ("- 1\n- 2\n", 1, "no block of rules"),
        ("adults: {a: {value: 1, source: house}, a: {value: 2, source: house}}\n", None, "comes twice"),
        ("adults: [\n", 2, "no YAML"),
        ("", None, "empty"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as refused:
        read_labour_rules(path)
    assert refused.value.line == line


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(SettingsError, match="no rules 'fr'"):
        read_labour_rules("fr")
