"""Swaps: asked, accepted, approved, each once, and each by whom it concerns."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from busyness.domain.errors import ConflictError, InputError, UnknownRecordError
from busyness.state.store import State
from busyness.state.swaps import NewSwap
from busyness.testing.clock import NOON

HOUR = timedelta(hours=1)
GIVE = NewSwap(world="retail", place="S1", person="E7", start=NOON, end=NOON + HOUR, message="a wedding")


def test_from_asking_to_approval(state: State) -> None:
    asked = state.swaps.ask(GIVE, now=NOON)
    assert (asked.status, asked.person, asked.colleague, asked.message) == ("asked", "E7", None, "a wedding")
    with pytest.raises(ConflictError, match="asked; it cannot become approved"):
        state.swaps.decide(asked.id, approve=True, by="u_1", now=NOON)
    taken = state.swaps.accept(asked.id, colleague="E8", now=NOON + HOUR)
    assert (taken.status, taken.colleague, taken.answered_at) == ("accepted", "E8", NOON + HOUR)
    approved = state.swaps.decide(asked.id, approve=True, by="u_1", now=NOON + 2 * HOUR, reason="fine")
    assert (approved.status, approved.decided_by, approved.reason) == ("approved", "u_1", "fine")
    with pytest.raises(ConflictError) as refused:
        state.swaps.withdraw(asked.id, now=NOON)
    assert (refused.value.by, refused.value.at) == ("u_1", NOON + 2 * HOUR)
    assert state.swaps.of_person("E7").items == state.swaps.of_person("E8").items == (approved,)
    assert state.swaps.list("retail", status="approved", places=["S1"]).items == (approved,)
    assert state.swaps.list("retail", status="asked").items == state.swaps.list("couriers").items == ()


def test_only_who_is_asked_may_answer(state: State) -> None:
    named = state.swaps.ask(replace(GIVE, colleague="E8"), now=NOON)
    with pytest.raises(ConflictError, match="waits for another colleague"):
        state.swaps.accept(named.id, colleague="E9", now=NOON)
    anybody = state.swaps.ask(GIVE, now=NOON)
    with pytest.raises(ConflictError):
        state.swaps.accept(anybody.id, colleague="E7", now=NOON)
    assert state.swaps.refuse(named.id, colleague="E8", now=NOON).status == "refused"
    assert state.swaps.withdraw(anybody.id, now=NOON).status == "withdrawn"
    with pytest.raises(UnknownRecordError):
        state.swaps.accept(99, colleague="E8", now=NOON)


def test_of_many_colleagues_one_gets_the_shift(state: State) -> None:
    asked = state.swaps.ask(GIVE, now=NOON)

    def accept(number: int) -> bool:
        try:
            return state.swaps.accept(asked.id, colleague=f"C{number}", now=NOON).colleague == f"C{number}"
        except ConflictError:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(accept, range(12))) == 1


def test_what_is_no_swap_is_refused(state: State) -> None:
    for wrong in (
        replace(GIVE, end=NOON), replace(GIVE, colleague="E7"), replace(GIVE, person=""),
        replace(GIVE, in_return_start=NOON), replace(GIVE, in_return_start=NOON, in_return_end=NOON),
    ):  # fmt: skip
        with pytest.raises(InputError):
            state.swaps.ask(wrong, now=NOON)


def test_what_is_asked_of_whoever_takes_it_is_seen_by_those_who_work_there(state: State) -> None:
    asked = state.swaps.ask(GIVE, now=NOON)
    here, elsewhere = [("retail", "S1")], [("retail", "S2"), ("couriers", "S1")]
    assert state.swaps.of_person("E9").items == ()
    assert state.swaps.of_person("E9", works_at=elsewhere).items == ()
    assert state.swaps.of_person("E9", works_at=here).items == (asked,)
    state.swaps.accept(asked.id, colleague="E8", now=NOON)
    assert state.swaps.of_person("E9", works_at=here).items == ()
