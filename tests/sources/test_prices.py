from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from busyness.domain.errors import SettingsError
from busyness.sources.covariates import KnownTable
from busyness.sources.prices import read_prices


def read(folder: Path, text: str) -> KnownTable:
    path = folder / "prices.csv"
    path.write_text(text, encoding="utf-8")
    return read_prices(path)


def test_a_price_holds_until_the_next(tmp_path: Path) -> None:
    table = read(tmp_path, "place,from,price,menu\nA,2025-01-01,10,\nA,2025-03-01,12,5\n,2025-02-01,9,4\n")
    rows = table.frame.filter(name="price").select("place", "start", "end", "value").rows()
    assert rows == [
        ("A", datetime(2025, 1, 1), datetime(2025, 3, 1), 10.0),
        ("A", datetime(2025, 3, 1), datetime(2200, 1, 1), 12.0),
        (None, datetime(2025, 2, 1), datetime(2200, 1, 1), 9.0),
    ]
    assert table.names == ("price", "menu")
    assert table.frame.filter(name="menu").height == 2
    assert table.flags == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("place,from\nA,2025-01-01\n", "no price"),
        ("place,price\nA,3\n", "no column 'start'"),
        ("place,from,price\nA,2025-01-01,3\nA,2025-01-01,4\n", "comes a second time"),
        ("place,from,price\nA,,3\n", "line 2"),
        ("place,from,price\nA,2025-01-01,cheap\n", "'cheap' is no number"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read(tmp_path, text)
