from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from busyness.domain.errors import ColumnMissingError
from busyness.reports.gantt import coverage_charts, gantt_charts

ACTIONS = pl.DataFrame(
    {
        "name": ["Ana <A>", "Beto", "Ana <A>"],
        "start": [datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 20), datetime(2026, 3, 3, 9)],
        "end": [datetime(2026, 3, 2, 18), datetime(2026, 3, 3, 4), datetime(2026, 3, 3, 13)],
        "break": ["13:00–14:00", "00:30–01:00", ""],
        "role": ["sales", "checkout", "sales"],
    }
)
NEED = pl.DataFrame(
    {
        "start": [datetime(2026, 3, 2, hour) for hour in (9, 10, 11)] * 2,
        "role": ["sales"] * 3 + ["checkout"] * 3,
        "need": [2, 3, 2, 1, 1, 1],
        "planned": [2, 1, 2, 1, 1, 2],
    }
)


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_shift_is_a_bar_of_its_day(language: str) -> None:
    first, second = gantt_charts(ACTIONS, language=language)
    assert ("Monday" if language == "en" else "lunes") in first.title
    root = ET.fromstring(first.svg)  # well-formed, names escaped
    assert root.get("aria-label") == first.title
    bars = [each for each in root.iter() if each.tag.endswith("rect")]
    assert len(bars) == 4  # two shifts, two breaks
    assert float(bars[0].get("width")) == 9 * 38
    assert "Ana &lt;A&gt;" in first.svg
    assert len(re.findall("<rect", second.svg)) == 1


def test_a_night_reaches_past_midnight() -> None:
    night = gantt_charts(ACTIONS.filter(pl.col("name") == "Beto"))[0]
    bars = [each for each in ET.fromstring(night.svg).iter() if each.tag.endswith("rect")]
    shift, rest = ((float(b.get("x")), float(b.get("x")) + float(b.get("width"))) for b in bars)
    assert shift[0] < rest[0] < rest[1] < shift[1]


@pytest.mark.parametrize("language", ["en", "es"])
def test_gaps_stand_out(language: str) -> None:
    sales, checkout = coverage_charts(NEED, language=language)
    assert sales.svg.count('class="gap"') == 1
    assert 'class="gap"' not in checkout.svg
    assert ("3 needed" if language == "en" else "3 necesarias") in sales.svg
    ET.fromstring(sales.svg)


def test_another_table_is_refused() -> None:
    with pytest.raises(ColumnMissingError, match="'name'"):
        gantt_charts(NEED)
    with pytest.raises(ColumnMissingError, match="'need'"):
        coverage_charts(ACTIONS)
