from __future__ import annotations

from collections.abc import Callable

import pytest

from busyness.reports.material import ReportMaterial
from busyness.reports.summary import headline

Make = Callable[..., ReportMaterial]


def said(material: ReportMaterial, limit: int = 5) -> list[str]:
    return [sentence.replace("\u00a0", " ") for sentence in headline(material, limit=limit)]


def test_a_manager_reads_when_how_many_and_how_sure(chain_of: Make) -> None:
    found = said(chain_of(2, language="en"))
    assert found[0].startswith("In all, about ")
    assert found[0].endswith(" from Saturday 21 November to Friday 4 December at 2 places.")
    assert found[1] == (
        "Miraflores: Saturday 21 November, 18:00–20:00, about 579 visitors an hour, 80 % between 429 and 729, "
        "74 % likely to hold the peak of the day, 56 % likely to exceed its capacity of 560."
    )
    assert "capacity" not in found[2]
    assert found[3] == (
        "Checked on past weeks: off by 20.4 visitors an hour on average, "
        "17 % less than the mean of the last four weeks (24.7)."
    )


def test_the_same_in_spanish_with_its_commas(chain_of: Make) -> None:
    found = said(chain_of(1, unit="pedidos"))
    assert found[1].startswith(
        "Miraflores: sábado 21 de noviembre, 18:00–20:00, cerca de 579 pedidos por hora, 80 % entre 429 y 729"
    )
    assert "20,4 pedidos por hora" in found[2]


def test_a_long_chain_is_cut_and_counted(chain_of: Make) -> None:
    found = said(chain_of(9, days=2, language="en"), limit=3)
    assert len(found) == 6
    assert found[4] == "And 6 more places, in the report."


def test_a_model_worse_than_last_week_is_called_so(chain_of: Make) -> None:
    found = said(chain_of(1, days=2, language="en", scores={"mae": 40.0, "seasonal_naive": {"mae": 32.0}}))
    assert found[-1].endswith("25 % more than repeating last week (32.0).")


@pytest.mark.parametrize(
    ("mean", "told"),
    [(38.0, "20 % less than repeating last week (32.0)."), (26.0, "2 % less than the mean of the last four weeks (26.0).")],
)
def test_the_better_baseline_is_the_one_to_beat(chain_of: Make, mean: float, told: str) -> None:
    scores = {"mae": 25.6, "seasonal_naive": {"mae": 32.0}, "seasonal_mean": {"mae": mean}}
    assert said(chain_of(1, days=2, language="en", scores=scores))[-1].endswith(told)


def test_days_instead_of_hours(chain_of: Make) -> None:
    found = said(chain_of(1, slot_minutes=1440, days=14, language="en"))
    assert found[1].startswith("Miraflores: Saturday 21 November – Sunday 22 November, about 4,000 visitors a day")
    assert "peak of the week" in found[1]


def test_without_tables_nothing_is_said(chain_of: Make) -> None:
    bare = chain_of(1, history=None, forecast=None, peaks=None, last_week=None, scores=None, quality=None, totals=None)
    assert headline(bare) == []


def test_a_forecast_without_peaks_says_so(chain_of: Make) -> None:
    assert "No peaks were found in the forecast." in said(chain_of(1, days=2, language="en", peaks=None))


@pytest.mark.parametrize(("language", "found"), [("en", "There was too little history"), ("es", "demasiado poca historia")])
def test_a_forecast_that_was_never_checked_says_so(chain_of: Make, language: str, found: str) -> None:
    assert found in said(chain_of(1, days=2, language=language, scores=None))[-1]


def test_one_day_and_one_more_place_are_said_as_one(chain_of: Make) -> None:
    found = said(chain_of(2, days=1, language="en"), limit=1)
    assert found[0].endswith(" on Saturday 21 November at 2 places.")
    assert found[2] == "And 1 more place, in the report."
    assert said(chain_of(1, days=1))[0].endswith(" el sábado 21 de noviembre en 1 lugar.")
