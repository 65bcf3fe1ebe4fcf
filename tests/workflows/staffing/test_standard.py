from __future__ import annotations

import math
from pathlib import Path

import pytest

from busyness.domain.errors import InputError, SettingsError
from busyness.workflows.staffing.standard import minutes_by_role, queue_of, read_standard

YAML = """\
roles:
  checkout: 1.5            # minutes of work a visitor makes
  sales: {minutes_per_visitor: 1, least: 1, occupancy: 0.7}
queues:
  desk: 3
presence: 2
keys: false
prices: {under: 40}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "work.yaml"
    path.write_text(YAML)
    return path


def test_a_standard_reads_as_it_is_written(file: Path) -> None:
    standard = read_standard(file)
    assert standard.roles["checkout"].minutes_per_visitor == 1.5
    assert standard.roles["checkout"].occupancy is None
    assert standard.roles["sales"].least == 1
    assert standard.queues["desk"].service_minutes == 3
    assert math.isinf(standard.queues["desk"].patience_minutes)
    assert (standard.presence, standard.keys, standard.occupancy) == (2, False, 0.85)
    assert standard.prices == {"under": 40}


def test_options_are_put_over_it(file: Path) -> None:
    standard = read_standard(
        file, over={**minutes_by_role("sales=2"), "presence": 3, "queues": dict([queue_of("desk=4:9")])}
    )
    assert standard.roles["sales"].minutes_per_visitor == 2
    assert standard.roles["checkout"].minutes_per_visitor == 1.5
    assert standard.presence == 3
    assert standard.queues["desk"].patience_minutes == 9


def test_nothing_said_is_what_is_usual() -> None:
    standard = read_standard(None)
    assert not standard.model_fields_set
    assert standard.minutes_per_visitor == 2


def test_an_option_that_cannot_be_names_no_file(file: Path) -> None:
    with pytest.raises(SettingsError, match=r"^occupancy: 2\.0 is too large") as caught:
        read_standard(file, over={"occupancy": 2.0})
    assert not caught.value.file


@pytest.mark.parametrize("text", ["", "checkout", "checkout=x", "=3", "checkout=1:y"])
def test_what_is_no_queue_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        queue_of(text)
