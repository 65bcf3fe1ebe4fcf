import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.tables.plan import ACTIONS_SCHEMA, Plan


def plan(cost: float, bound: float) -> Plan:
    return Plan("stock", pl.DataFrame(schema=dict(ACTIONS_SCHEMA)), cost, bound)


def test_the_gap_is_a_share_of_the_cost_and_never_negative():
    assert plan(200, 190).gap == pytest.approx(0.05)
    assert plan(100, 100.0001).gap == 0
    assert plan(0, 0).gap == 0
    assert "gap 5.00%" in repr(plan(200, 190))


def test_a_plan_without_its_columns_is_refused():
    with pytest.raises(InputError, match="missing: reason"):
        Plan("stock", pl.DataFrame(schema={k: v for k, v in ACTIONS_SCHEMA.items() if k != "reason"}), 0, 0)
