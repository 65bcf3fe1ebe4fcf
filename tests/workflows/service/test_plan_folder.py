"""Plans are read by name, when somebody asks."""

import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.workflows.service.plan_folder import plans_of


def test_facts_at_once_and_tables_by_name(planned):
    stock = planned.plans["stock"]
    assert list(planned.plans) == ["staffing", "stock"]
    assert stock.facts["cost"] == 3.5
    assert list(stock.tables) == ["lines", "plan", "totals"]
    assert stock.tables["plan"].suffix == ".parquet"
    assert stock.table("totals").to_dicts() == [{"policy": "plan", "cost": 3.5}]


def test_a_name_that_looks_like_a_number_stays_one(planned):
    lines = planned.plans["stock"].table("lines")
    assert lines["product"].to_list() == ["001", "002", "001"]
    assert lines["on_hand"].to_list() == [1, 9, 9]


@pytest.mark.parametrize("name", ["line", "../plan", "/etc/passwd", "plan.json", ""])
def test_only_its_own_tables(planned, name):
    with pytest.raises(InputError, match="no table"):
        planned.plans["stock"].table(name)


def test_damage_is_said_when_it_is_met(planned):
    (planned.folder / "plans" / "stock" / "plan.parquet").write_bytes(b"PAR1")
    with pytest.raises(ArtifactError, match=r"plan\.parquet of the stock plan is damaged"):
        planned.plans["stock"].table()
    (planned.folder / "plans" / "stock" / "totals.csv").write_text("")
    assert planned.plans["stock"].table("totals").is_empty()


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_damaged_facts_are_said(planned, content):
    (planned.folder / "plans" / "stock" / "plan.json").write_text(content)
    with pytest.raises(ArtifactError, match="damaged"):
        plans_of(planned.folder)
