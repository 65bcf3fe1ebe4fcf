"""Plans for whoever asks: all of it, or the rows of their places."""

import polars as pl
import pytest

from busyness.domain.errors import InputError, UnknownRecordError
from busyness.workflows.service.ask_plans import ask_plan, ask_plan_table


def test_facts_and_tables(planned):
    facts = ask_plan(planned, "stock")
    assert (facts.kind, facts.facts["notes"], facts.tables) == ("stock", ["a note"], ("lines", "plan", "totals"))
    with pytest.raises(UnknownRecordError, match="no plan 'money'"):
        ask_plan(planned, "money")


def test_rows_of_their_places_only(planned):
    assert ask_plan_table(planned, "stock").height == 3
    assert ask_plan_table(planned, "stock", places=["P2"])["place"].to_list() == ["P2"]
    assert ask_plan_table(planned, "stock", table="totals", places=["P2"]).is_empty()
    assert ask_plan_table(planned, "stock", table="totals").height == 1
    with pytest.raises(InputError, match="no table"):
        ask_plan_table(planned, "stock", table="moves")


def test_a_move_is_shown_at_both_ends(planned):
    moves = pl.DataFrame({"from": ["P1", "P2", "P3"], "to": ["P2", "P3", "P1"], "quantity": [1, 2, 3]})
    file = planned.folder / "plans" / "stock" / "moves.csv"
    moves.write_csv(file)
    planned.plans["stock"].tables["moves"] = file
    assert ask_plan_table(planned, "stock", table="moves", places=["P2"])["quantity"].to_list() == [1, 2]
