"""What the morning report says: peaks, alerts, and the plans of the reader's role; markup is never taken from data."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from busyness.workflows.service.morning_letter import Reader, morning_letter
from busyness.workflows.service.snapshot import Snapshot

from .conftest import ORIGIN

NOW = ORIGIN + timedelta(hours=7)


def test_it_says_todays_peaks_and_that_all_is_well(snapshot: Snapshot) -> None:
    letter = morning_letter(snapshot, Reader(), title="Shops", now=NOW, alerts=())
    assert letter.subject == "Shops: 2024-03-11, what to expect"
    assert "Today's peaks" in letter.text
    assert "likely" in letter.text
    assert "Nothing needs your attention." in letter.text
    assert snapshot.model_version in letter.text


def test_a_role_hears_of_its_own_plans(planned: Snapshot) -> None:
    inventory = morning_letter(planned, Reader("inventory"), title="Shops", now=NOW, alerts=()).text
    marketing = morning_letter(planned, Reader("marketing"), title="Shops", now=NOW, alerts=()).text
    assert "\nOrders\n" in inventory
    assert "\nOrders\n" not in marketing


def test_names_are_never_markup(snapshot: Snapshot) -> None:
    letter = morning_letter(snapshot, Reader(), title="<b>Shops</b>", now=NOW, alerts=())
    assert "<b>" not in letter.html
    assert "&lt;b&gt;Shops" in letter.html


def test_simulated_data_say_so(snapshot: Snapshot) -> None:
    made_up = replace(snapshot, health={**snapshot.health, "simulated": "yes"})
    assert "These data are simulated." in morning_letter(made_up, Reader(), title="Shops", now=NOW, alerts=()).text
