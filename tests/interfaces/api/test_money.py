"""What finance assumes: who may say so, and what is refused before any work begins."""

import pytest

from busyness.state.people import Profile


def test_only_finance_and_admins_may_assume(running) -> None:
    with running.client("inventory") as inventory, running.client("finance") as finance:
        assert inventory.put("/v1/money/assumptions", json={"assumptions": {"wage": 9}}).status_code == 403
        assert finance.put("/v1/money/assumptions", json={"assumptions": {"wage": 9}}).status_code in {202, 422}


@pytest.mark.parametrize(
    ("given", "said"),
    [({"wagge": 9}, "no assumption 'wagge'"), ({"wage": -1}, "cannot be -1"), ({}, "")],
)
def test_what_cannot_be_assumed_is_told(running, given, said) -> None:
    with running.client("finance") as finance:
        answer = finance.put("/v1/money/assumptions", json={"assumptions": given})
    assert answer.status_code == 422
    assert said in answer.text


def test_who_sees_some_places_assumes_nothing_for_all(started) -> None:
    running = started()
    state, now = running.service.state, running.service.now()
    user = state.people.create(Profile(name="F", role="finance", places=("S1",)), now=now)
    running.keys["some"] = state.keys.create(user.id, now=now)[1]
    with running.client("some") as client:
        answer = client.put("/v1/money/assumptions?world=retail", json={"assumptions": {"wage": 9}})
    assert answer.status_code == 403
    assert "whole world" in answer.json()["detail"]
