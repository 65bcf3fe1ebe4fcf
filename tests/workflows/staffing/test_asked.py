from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from busyness.decisions.staffing.labour_standard import LabourStandard, RoleStandard, need_of_paths
from busyness.decisions.staffing.need import KEYS
from busyness.domain.errors import InputError
from busyness.testing.staffed_shop import staffed_shop
from busyness.workflows.staffing.asked import StaffingRequest, asked_of
from busyness.workflows.staffing.needs import Expected, need_of
from busyness.workflows.staffing.standard import QueueWork, RoleWork, StandardSettings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return staffed_shop(tmp_path_factory.mktemp("shop") / "said", days=9)


def asked(folder: Path, **options: object) -> object:
    return asked_of(StaffingRequest(folder, folder / "staff.csv", "pe", **options))


def test_every_place_with_staff_becomes_a_problem(folder: Path) -> None:
    found = asked(folder)
    assert list(found.problems) == ["S1", "S2"]
    assert found.problems["S1"].week.first == date(2026, 3, 2)
    assert [person.id for person in found.problems["S2"].people] == ["elmer", "fe", "gil"]
    assert any("S3" in sentence for sentence in found.assumed["en"])
    assert len(found.assumed["en"]) == len(found.assumed["es"])
    assert found.versions["model"] == "boosted-1"


def test_another_week_begins_where_it_is_asked_to(folder: Path) -> None:
    problem = asked(folder, week=date(2026, 3, 4)).problems["S1"]
    assert (problem.week.first, problem.week.days) == (date(2026, 3, 4), 7)
    late = asked(folder, week=date(2026, 3, 9))
    assert late.problems["S1"].week.days == 2
    assert any("2 whole days" in sentence for sentence in late.assumed["en"])
    with pytest.raises(InputError, match="2026-03-11 is not in it"):
        asked(folder, week=date(2026, 3, 11))


def test_the_rosters_of_the_weeks_before_count(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "before.csv").write_text(
        "person,start,end,role\n"
        "ana,2026-02-28 09:00,2026-02-28 17:00,sales\n"
        "ana,2026-03-01 11:00,2026-03-01 19:00,sales\n"
        "beto,2026-03-01 09:00,2026-03-01 17:00,sales\n"
        "beto,2026-03-03 09:00,2026-03-03 17:00,sales\n"
        "gone,2026-02-28 09:00,2026-02-28 17:00,sales\n"
    )
    people = {person.id: person for person in asked(folder, past=(tmp_path / "before.csv",)).problems["S1"].people}
    assert people["ana"].past.weekends == 2
    assert people["ana"].past.closings == 2, "alone on Saturday, and the last on Sunday"
    assert people["ana"].past.days_in_a_row == 2
    assert people["ana"].past.weekends_in_a_row == 1
    assert f"{people['ana'].past.last_end:%d %H}" == "01 19"
    assert people["beto"].past.closings == 0
    assert people["cata"].past.weekends == 0
    assert people["cata"].past.last_end is None
    (tmp_path / "later.csv").write_text("person,start,end,role\nana,2026-03-04 09:00,2026-03-04 17:00,sales\n")
    with pytest.raises(InputError, match=r"later\.csv has no shift"):
        asked(folder, past=(tmp_path / "later.csv",))


def test_the_currency_is_a_setting(folder: Path) -> None:
    assert asked(folder).problems["S1"].rules.currency == "PEN"
    assert asked(folder, currency="USD").problems["S1"].rules.currency == "USD"


def expected(folder: Path) -> tuple[Expected, object]:
    problem = asked(folder).problems["S1"]
    visitors = np.random.default_rng(0).poisson(30, (50, problem.week.count)).astype(np.float32) * problem.need.open
    return Expected("S1", "America/Lima", problem.week, visitors, problem.need.open), problem


def test_roles_need_what_the_labour_standard_says(folder: Path) -> None:
    said, problem = expected(folder)
    standard = StandardSettings(roles={"sales": RoleWork(minutes_per_visitor=2, least=1)}, presence=1, keys=True)
    mine = need_of(said, problem.people, standard, prices=problem.prices)
    labour = LabourStandard((RoleStandard("sales", 2.0, least=1),), least=1, key_holder=True)
    theirs = need_of_paths(
        said.visitors, said.open, standard=labour, prices=problem.prices, week=said.week, place="S1", timezone="America/Lima"
    )
    assert mine.names == theirs.names
    assert (mine.heads == theirs.heads).all()
    assert np.allclose(mine.cost, theirs.cost)


def test_a_queue_may_be_served_in_time_or_be_worth_its_customers(folder: Path) -> None:
    said, problem = expected(folder)
    for lost in (None, 6.0):
        standard = StandardSettings(
            queues={"checkout": QueueWork(service_minutes=2, patience_minutes=5, lost=lost)}, keys=False
        )
        need = need_of(said, problem.people, standard, prices=problem.prices)
        assert KEYS not in need.names
        row = need.names.index("checkout")
        assert (need.heads[row][said.open] >= 1).all()
        assert (need.heads[row][~said.open] == 0).all()
        assert (need.over[row] == 0).all() == (lost is not None)
