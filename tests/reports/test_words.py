from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest

from busyness.reports import words as module
from busyness.reports.plan_page import plan_words
from busyness.tables.events import Reason

ROOM = Path(module.__file__).parent
SPANISH, ENGLISH = plan_words("es"), plan_words("en")  # those of the report, and those of plans


def test_both_languages_say_the_same_things() -> None:
    assert set(SPANISH.phrases) == set(ENGLISH.phrases)
    assert {key: len(names) for key, names in SPANISH.lists.items()} == {
        key: len(names) for key, names in ENGLISH.lists.items()
    }


@pytest.mark.parametrize("key", sorted(ENGLISH.phrases))
def test_a_phrase_names_the_same_things_in_both_languages(key: str) -> None:
    names = [set(re.findall(r"\{(\w+)\}", words.phrases[key])) for words in (SPANISH, ENGLISH)]
    if not key.startswith("date."):
        assert names[0] == names[1]
    assert all(words.phrases[key].strip() for words in (SPANISH, ENGLISH))


def test_every_phrase_that_is_asked_for_is_there() -> None:
    texts = [path.read_text("utf-8") for path in (*ROOM.glob("*.py"), *ROOM.glob("templates/*.j2"))]
    asked = {key for text in texts for key in re.findall(r'\bsay\(\s*"([\w.]+)"(?! [+~])', text)}
    assert len(asked) > 60
    assert asked - set(ENGLISH.phrases) == set()


def test_every_reason_to_reject_a_row_has_words() -> None:
    assert all(f"reason.{reason}" in SPANISH.phrases for reason in Reason)


@pytest.mark.parametrize(
    ("value", "spanish", "english"),
    [
        (1234.5, "1.234", "1,234"),
        (1_234_567, "1.234.567", "1,234,567"),
        (12.34, "12,3", "12.3"),
        (0.256, "0,26", "0.26"),
        (-3.25, "−3,2", "−3.2"),
        (0.0, "0", "0"),
        (float("nan"), "–", "–"),
        (None, "–", "–"),
    ],
)
def test_numbers(value: float | None, spanish: str, english: str) -> None:
    assert SPANISH.number(value) == spanish
    assert ENGLISH.number(value) == english


def test_a_number_rounded_to_nothing_has_no_sign() -> None:
    assert ENGLISH.number(-0.001) == "0.00"


def test_dates_hours_and_units() -> None:
    assert SPANISH.day(date(2026, 11, 28)) == "sábado 28 de noviembre"
    assert ENGLISH.day(date(2026, 11, 28), year=True) == "Saturday 28 November 2026"
    assert SPANISH.moment(datetime(2026, 1, 5, 7, 3)) == "lun 5 ene 2026 07:03"
    assert [ENGLISH.clock(minute) for minute in (0, 75, 1440, 1500)] == ["00:00", "01:15", "24:00", "01:00"]
    assert ENGLISH.per_slot("orders", 120) == "orders per 2 h"
    assert SPANISH.per_slot("", 1440) == "visitantes por día"


def test_nothing_drawn_from_paths_is_called_certain() -> None:
    assert ENGLISH.likely(1.0).replace("\u00a0", " ") == "> 99 %"
    assert SPANISH.likely(0.0).replace("\u00a0", " ") == "< 1 %"
    assert ENGLISH.likely(0.5).replace("\u00a0", " ") == "50 %"


def test_in_spanish_a_place_is_always_lugar() -> None:
    texts = [*SPANISH.phrases.values()]
    assert not any(re.search(r"\b(locales|local|tiendas?)\b", text) for text in texts)
