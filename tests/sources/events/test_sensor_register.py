"""The register: calibration, moves, clocks, and errors that name the file and the line."""

from datetime import UTC, datetime

import pytest

from busyness.domain.errors import InputError, SettingsError
from busyness.sources.events.calibration import calibrate
from busyness.sources.events.sensor_register import read_register

CSV = """sensor_id,store,door,manual_count,sensor_count,valid_from,valid_to,swapped,timezone
D1,S1,main,210,200,,2025-03-01,no,America/Lima
D1,S2,main,210,200,2025-03-02,,,America/Lima
D2,S1,side,40,50,,,yes,
D3,S3,,,,,,,
"""
YAML = """
D1:
  - {place: S1, door: main, manual_count: 210, sensor_count: 200, valid_to: 2025-03-01, timezone: America/Lima}
  - {place: S2, door: main, manual_count: 210, sensor_count: 200, valid_from: 2025-03-02, timezone: America/Lima}
D2: {place: S1, door: side, manual_count: 40, sensor_count: 50, swapped: yes}
D3: {place: S3}
"""


def write(tmp_path, text, name="register.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "name"), [(CSV, "register.csv"), (YAML, "register.yaml")])
def test_a_register_is_read_from_a_table_or_yaml(tmp_path, text, name):
    register = read_register(write(tmp_path, text, name), timezone="UTC")
    frame = register.frame
    assert frame["sensor"].to_list() == ["D1", "D1", "D2", "D3"]
    assert frame["factor"].to_list() == [1.05, 1.05, 0.8, 1.0]
    assert frame["valid_to"][0] == frame["valid_from"][1] == datetime(2025, 3, 2, 5, tzinfo=UTC)
    assert frame["swapped"].to_list() == [False, False, True, False]
    assert frame["zone"].to_list() == ["S1", "S2", "S1", "S3"]
    assert frame["timezone"].to_list() == ["America/Lima", "America/Lima", "UTC", "UTC"]
    assert len(register.notes) == 1
    assert "fewer than 100" in register.notes[0]
    assert "'D2' on 40 (0.67 to 0.89)" in register.notes[0]
    assert "D1" not in register.notes[0]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("sensor,place\nD1,S1\nD1,S2\n", 3, "two places at the same time"),
        ("sensor,place\nD1,\n", 2, "the place is missing"),
        ("sensor,place,factor\nD1,S1,0\n", 2, "not above 0"),
        ("sensor,place,factor\nD1,S1,lots\n", 2, "no number"),
        ("sensor,place,manual_count\nD1,S1,100\n", 2, "sensor_count"),
        ("sensor,place,manual_count,sensor_count,factor\nD1,S1,100,99,1\n", 2, "Keep one"),
        ("sensor,place,timezone\nD1,S1,Lima/Peru\n", 2, "time zone"),
        ("sensor,place,swapped\nD1,S1,perhaps\n", 2, "swapped"),
        ("sensor,place,valid_from,valid_to\nD1,S1,2025-03-02,2025-03-01\n", 2, "removed before"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path, text, line, words):
    with pytest.raises(SettingsError) as caught:
        read_register(write(tmp_path, text))
    assert caught.value.line == line
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("D1: S1\n", "block"),
        ("D1: {plaza: S1}\n", "plaza"),
        ("D1: {place: [S1]}\n", "one plain value"),
        ("- D1\n", "sensor"),
    ],
)
def test_a_slip_in_yaml_is_named_too(tmp_path, text, words):
    with pytest.raises(SettingsError, match=words) as caught:
        read_register(write(tmp_path, text, "register.yml"))
    assert caught.value.line == 1


def test_calibration_is_manual_over_sensor_and_more_people_narrow_it():
    assert calibrate(210, 200).factor == 1.05
    few, many = calibrate(42, 40), calibrate(4200, 4000)
    assert few.few
    assert not many.few
    for known in (few, many, calibrate(90, 100), calibrate(100, 100)):
        assert known.low <= known.factor <= known.high
    assert many.high - many.low < few.high - few.low
    with pytest.raises(InputError, match="at least 100"):
        calibrate(10, 0)
