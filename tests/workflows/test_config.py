from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from busyness.domain.errors import SettingsError
from busyness.workflows.config import read_config, write_template

GOOD = """\
counts:
  file: ${VISITS:-visits.csv}
  time: [Date, Hour]
  every: 1h
calendar:
  country: PE
model:
  horizon: 24
  levels: [0.01, 0.5]
backtest:
  origins: [2025-01-04, 2025-01-11]
  refit: never
output:
  out: ${OUT}
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "run.yaml"
    file.write_text(text, "utf-8")
    return file


def test_values_come_from_the_environment(tmp_path: Path) -> None:
    settings = read_config(written(tmp_path, GOOD), environment={"OUT": "here", "VISITS": "a.csv"})
    assert settings.counts.file == "a.csv"
    assert settings.counts.time == ("Date", "Hour")
    assert settings.output.out == Path("here")
    assert settings.backtest.origins == (date(2025, 1, 4), date(2025, 1, 11))
    assert read_config(written(tmp_path, GOOD), environment={"OUT": "x"}).counts.file == "visits.csv"


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        ("  every: 1h", "  every: 7min", 4, "7 minutes"),
        ("  country: PE", "  contry: PE", 6, "Did you mean 'country'?"),
        ("model:", "modell:", 7, "Did you mean 'model'?"),
        ("  horizon: 24", "  horizon: soon", 8, "soon"),
        ("  levels: [0.01, 0.5]", "  levels: [0.01, 5]", 9, "5"),
        ("[2025-01-04, 2025-01-11]", "[2025-01-04, maybe]", 11, "maybe"),
        ("  refit: never", "  refit: always", 12, "always"),
        ("${OUT}", "${NOWHERE}", 14, "NOWHERE"),
        ("  country: PE", "  country: [PE", 7, "YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, word: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_config(written(tmp_path, GOOD.replace(old, new)), environment={"OUT": "x"})
    assert f"line {line}" in str(caught.value)
    assert word in str(caught.value)
    assert "run.yaml" in str(caught.value)


@pytest.mark.parametrize("text", ["", "# nothing\n", "just words\n", "- a\n- b\n"])
def test_an_empty_or_odd_file_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError):
        read_config(written(tmp_path, text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="busyness init"):
        read_config(tmp_path / "nowhere.yaml")


def test_the_template_is_a_valid_configuration(tmp_path: Path) -> None:
    file = tmp_path / "new.yaml"
    write_template(file, "visits.csv")
    settings = read_config(file)
    assert settings.counts.file == "visits.csv"
    assert settings.model.horizon == 168
    with pytest.raises(SettingsError, match="already there"):
        write_template(file, "other.csv")
    write_template(file, "other.csv", force=True)
    assert read_config(file).counts.file == "other.csv"
