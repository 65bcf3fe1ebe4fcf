"""A small YAML of numbers: every mistake is told with its line."""

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.number_yaml import read_number_yaml

NAMES = ("wage", "margin", "cost")


def test_numbers_and_tables_of_numbers_are_read(tmp_path):
    file = tmp_path / "terms.yaml"
    file.write_text("# comment\nwage: 12\ncost:\n  a: 1.5\n  b: 2\n")
    assert read_number_yaml(file, NAMES, tables=("cost",)) == {"wage": 12.0, "cost": {"a": 1.5, "b": 2.0}}
    file.write_text("# only a comment\n")
    assert read_number_yaml(file, NAMES) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wage: 3\nwagee: 4\n", "line 2: there is nothing called 'wagee'"),
        ("wage: 3\nwage: 4\n", "line 2: 'wage' comes twice"),
        ("wage: much\n", "line 1: wage: 'much' is no number"),
        ("wage: .inf\n", "line 1: wage"),
        ("cost:\n  a: dear\n", "line 2: cost.a: 'dear' is no number"),
        ("margin:\n  a: 1\n", "line 2: margin: 'this' is no number"),
        ("- 1\n", "no list of names"),
        ("wage: [1\n", "no YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path, text, said):
    file = tmp_path / "terms.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said):
        read_number_yaml(file, NAMES, tables=("cost",))


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        read_number_yaml(tmp_path / "none.yaml", NAMES)
