from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import SettingsError
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength, Slots
from busyness.preparation.align import align_known
from busyness.sources.covariates import KnownTable
from busyness.sources.promotions import read_promotions
from busyness.tables.panel import Panel


def read(folder: Path, text: str) -> KnownTable:
    path = folder / "promotions.csv"
    path.write_text(text, encoding="utf-8")
    return read_promotions(path)


def of(table: KnownTable, name: str) -> list[tuple]:
    return table.frame.filter(pl.col("name") == name).select("place", "start", "end", "value").rows()


TEXT = (
    "store,start,end,type,discount\nS1,2025-11-28,2025-11-30,Bank card,20\nS1,2025-11-30,2025-12-01,2x1,\n"
    ",2025-12-24,2025-12-24,,10\nS1,2025-11-28,2025-11-30,bank  CARD,25\n"
)


def test_types_become_flags_beside_one_for_any(tmp_path: Path) -> None:
    table = read(tmp_path, TEXT)
    assert table.names == ("promotion", "promotion_bank_card", "promotion_2x1", "promotion_discount")
    assert table.flags == ("promotion", "promotion_bank_card", "promotion_2x1")
    card = ("S1", datetime(2025, 11, 28), datetime(2025, 12, 1), 1.0)
    assert of(table, "promotion_bank_card") == [card]  # twice at once is once
    assert of(table, "promotion_2x1") == [("S1", datetime(2025, 11, 30), datetime(2025, 12, 2), 1.0)]
    assert of(table, "promotion")[0] == card
    assert of(table, "promotion")[2] == (None, datetime(2025, 12, 24), datetime(2025, 12, 25), 1.0)
    assert of(table, "promotion_discount") == [
        (*card[:3], 25.0),
        (None, datetime(2025, 12, 24), datetime(2025, 12, 25), 10.0),
    ]
    assert any("planned long before" in note for note in table.notes)


def test_they_hold_on_a_panel_at_their_places_only(tmp_path: Path) -> None:
    table = read(tmp_path, TEXT)
    shape = (2, 30)
    places = (Place("S1"), Place("S2"))
    slots = Slots(np.datetime64("2025-11-27"), SlotLength(1440), 30)
    panel = Panel(places, slots, 30, np.zeros(shape, np.float32), np.ones(shape, bool), np.zeros(shape, bool))
    known = align_known(panel, table.frame, table.names, local=table.local).panel.known
    assert np.flatnonzero(known["promotion"][0]).tolist() == [1, 2, 3, 4, 27]
    assert np.flatnonzero(known["promotion"][1]).tolist() == [27]
    assert np.flatnonzero(known["promotion_2x1"][0]).tolist() == [3, 4]
    assert known["promotion_discount"][0, 2] == 25


def test_a_promotion_that_was_decided_late_says_when(tmp_path: Path) -> None:
    table = read(tmp_path, "place,from,to,known_at\nS1,2025-11-28 10:00,2025-11-28 14:00,2025-11-27\n")
    assert table.names == ("promotion",)
    assert table.frame["known_at"].to_list() == [datetime(2025, 11, 28)]
    assert not any("planned long before" in note for note in table.notes)


def test_too_many_types_and_bad_numbers_are_named(tmp_path: Path) -> None:
    rows = "".join(f"S1,2025-11-28,2025-11-29,T{k}\n" for k in range(21))
    with pytest.raises(SettingsError, match="21 types of promotion"):
        read(tmp_path, "place,start,end,type\n" + rows)
    with pytest.raises(SettingsError, match="line 2: discount: 'half' is no number"):
        read(tmp_path, "place,start,end,discount\nS1,2025-11-28,2025-11-29,half\n")
    with pytest.raises(SettingsError, match="does not lie after the start"):
        read(tmp_path, "place,start,end\nS1,2025-11-28,2025-11-20\n")
