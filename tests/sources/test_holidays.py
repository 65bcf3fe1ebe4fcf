from __future__ import annotations

from datetime import date

import pytest

from busyness.domain.errors import InputError
from busyness.sources import holidays
from busyness.sources.holidays import public_holidays


def test_no_country_has_no_holidays() -> None:
    assert public_holidays("", years=[2024]) == {}


def test_names_by_local_date_in_order() -> None:
    found = public_holidays("PE", years=[2025, 2024, 2024])
    assert {date(2024, 7, 28), date(2025, 12, 25)} <= found.keys()
    assert list(found) == sorted(found)
    assert {day.year for day in found} == {2024, 2025}
    assert all(found.values())


def test_the_same_holiday_has_the_same_name_every_year() -> None:
    found = public_holidays("PE", years=range(2020, 2025))
    assert len({found[date(year, 12, 25)] for year in range(2020, 2025)}) == 1


def test_a_region_has_holidays_of_its_own() -> None:
    cup = date(2014, 11, 4)
    assert "Cup" in public_holidays("AU", "VIC", years=[2014])[cup]
    assert cup not in public_holidays("AU", "NSW", years=[2014])
    assert cup not in public_holidays("AU", years=[2014])


def test_case_and_spaces_of_the_country_do_not_matter() -> None:
    assert public_holidays(" pe ", years=[2024]) == public_holidays("PE", years=[2024])


def test_no_years_have_no_holidays() -> None:
    assert public_holidays("PE", years=[]) == {}


def test_two_holidays_on_one_date_keep_the_first_name(monkeypatch: pytest.MonkeyPatch) -> None:
    both = {date(2024, 5, 2): "Second", date(2024, 5, 1): "Labour Day; Ascension"}
    monkeypatch.setattr(holidays.library, "country_holidays", lambda *_, **__: both)
    assert public_holidays("PE", years=[2024]) == {date(2024, 5, 1): "Labour Day", date(2024, 5, 2): "Second"}


@pytest.mark.parametrize("country", ["Peru", "P", "XX", "151"])
def test_a_country_that_is_not_known_is_refused(country: str) -> None:
    with pytest.raises(InputError, match="No holidays are known") as fault:
        public_holidays(country, years=[2024])
    assert fault.value.hint


@pytest.mark.parametrize(("country", "region"), [("AU", "VICTORIA"), ("PE", "XX")])
def test_a_region_that_is_not_known_is_refused(country: str, region: str) -> None:
    with pytest.raises(InputError, match="no region of"):
        public_holidays(country, region, years=[2024])
