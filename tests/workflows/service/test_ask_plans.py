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


def test_who_sees_some_places_is_told_the_cost_of_those_alone(planned):
    places = [
        {"place": "P1", "cost": 60.0, "bound": 45.0, "people": 3},
        {"place": "P2", "cost": 40.0, "bound": 40.0, "people": 2},
        {"place": "P3", "cost": 900.0, "bound": 800.0, "people": 9},
    ]
    told = {"kind": "stock", "currency": "PEN", "cost": 1000.0, "bound": 885.0, "gap": 0.115, "actions": 3}
    stock = planned.plans["stock"]
    stock.facts.update(told | {"places": places, "notes": ["P3 is short of people."], "refused": {"P3": "no staff"}})
    assert ask_plan(planned, "stock").facts["cost"] == 1000.0
    mine = ask_plan(planned, "stock", places=["P1", "P2"]).facts
    assert (mine["cost"], mine["bound"], mine["gap"], mine["actions"]) == (100.0, 85.0, 0.15, 3)
    assert [row["place"] for row in mine["places"]] == ["P1", "P2"]
    one = ask_plan(planned, "stock", places=["P2"]).facts
    assert (one["cost"], one["actions"], one["currency"]) == (40.0, 1, "PEN")
    assert "P3" not in repr(mine) + repr(one)
    assert "notes" not in mine
    del stock.facts["places"]
    assert not {"cost", "bound", "gap", "notes"} & set(ask_plan(planned, "stock", places=["P1"]).facts)


def test_sentences_are_told_in_the_language_asked_for(planned):
    stock = planned.plans["stock"]
    stock.facts["notes"] = ["Wages come to 1,000.00 PEN.", "a note"]
    assert ask_plan(planned, "stock", language="es").facts["notes"] == ["Los sueldos suman 1.000,00 PEN.", "a note"]
    assert ask_plan(planned, "stock").facts["notes"][0] == "Wages come to 1,000.00 PEN."


def test_a_move_is_shown_at_both_ends(planned):
    moves = pl.DataFrame({"from": ["P1", "P2", "P3"], "to": ["P2", "P3", "P1"], "quantity": [1, 2, 3]})
    file = planned.folder / "plans" / "stock" / "moves.csv"
    moves.write_csv(file)
    planned.plans["stock"].tables["moves"] = file
    assert ask_plan_table(planned, "stock", table="moves", places=["P2"])["quantity"].to_list() == [1, 2]
