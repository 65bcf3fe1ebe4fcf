from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from busyness.decisions.staffing.people import people_of
from busyness.decisions.staffing.prices import Prices
from busyness.domain.errors import InputError
from busyness.sources.staff import read_staff

TEXT = """person,name,place,roles,wage,min_hours,max_hours,keys,availability,days_off,prefers,weekends,last_end
p1,Ana,S1,sales;checkout,12.5,20,40,yes,mon-fri 08:00-16:00; sat 10:00-14:00,2026-03-04,morning,2,2026-03-01 22:00
p2,,S1,checkout,10,,,,,,,,
"""


def test_a_table_becomes_people(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(TEXT, encoding="utf-8")
    ana, other = people_of(read_staff(path))
    assert (ana.label, ana.roles, ana.keys, ana.prefers) == ("Ana", ("sales", "checkout"), True, "morning")
    assert ana.availability == {**dict.fromkeys(range(5), ((480, 960),)), 5: ((600, 840),)}
    assert ana.days_off == frozenset([date(2026, 3, 4)])
    assert (ana.past.weekends, ana.past.last_end) == (2, datetime(2026, 3, 1, 22))
    assert (other.label, other.min_hours, other.max_hours, other.availability, other.keys) == ("p2", 0, 48, None, False)


def test_a_person_who_comes_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(TEXT, encoding="utf-8")
    staff = read_staff(path)
    with pytest.raises(InputError, match="'p1' comes twice"):
        people_of(staff.vstack(staff[:1]))


def test_usual_prices_follow_the_wages(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(TEXT, encoding="utf-8")
    assert Prices.usual(people_of(read_staff(path))).hour == 11.25
