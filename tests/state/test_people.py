"""Principals: what is said of them comes back, and what cannot be is refused."""

from dataclasses import replace

import pytest

from busyness.domain.errors import ConflictError, InputError, UnknownRecordError
from busyness.state.people import Principal, Profile
from busyness.state.store import State
from busyness.testing.clock import NOON


def test_what_was_said_comes_back(state: State, ben: Principal) -> None:
    assert state.people.get(ben.id) == ben
    assert (ben.name, ben.places, ben.worlds, ben.person, ben.disabled) == ("Ben Ortiz", ("S1",), None, "E7", False)
    assert ben.created_at == NOON
    assert "ben" not in ben.id.lower()
    assert state.people.by_person("E7") == (ben,)
    assert state.people.count() == 1


def test_a_change_replaces_what_was_said(state: State, ben: Principal) -> None:
    changed = state.people.update(ben.id, replace(ben, role="operations", places=None, email=None))
    assert (changed.role, changed.places, changed.email, changed.created_at) == ("operations", None, None, ben.created_at)
    assert state.people.get(ben.id) == changed
    assert state.people.disable(ben.id).disabled
    assert not state.people.disable(ben.id, disabled=False).disabled


def test_a_list_is_handed_over_piece_by_piece(state: State) -> None:
    made = {state.people.create(Profile(name=f"P{k}", role="staff" if k % 2 else "finance"), now=NOON).id for k in range(7)}
    seen, cursor = [], None
    while True:
        piece = state.people.list(limit=3, cursor=cursor)
        assert len(piece.items) <= 3
        seen += [one.id for one in piece.items]
        cursor = piece.next
        if cursor is None:
            break
    assert seen == sorted(made)
    assert len(state.people.list(role="staff").items) == 3


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (Profile(name="A", role="admn"), "Did you mean 'admin'"),
        (Profile(name=" ", role="admin"), "needs a name"),
        (Profile(name="A", role="admin", language="fr"), "no language 'fr'"),
        (Profile(name="A\0", role="admin"), "NUL"),
        (Profile(name="A\ud800", role="admin"), "surrogate"),
        (Profile(name="A", role="admin", places=("\ud800",)), "surrogate"),
    ],
)
def test_what_cannot_be_is_refused_in_words(state: State, profile: Profile, words: str) -> None:
    with pytest.raises(InputError, match=words):
        state.people.create(profile, now=NOON)
    assert state.people.count() == 0


def test_one_sign_in_elsewhere_is_one_user(state: State, ann: Principal, ben: Principal) -> None:
    state.people.update(ann.id, replace(ann, subject="https://id.example|7"))
    assert state.people.by_subject("https://id.example|7") == state.people.get(ann.id)
    with pytest.raises(ConflictError, match="Another user"):
        state.people.update(ben.id, replace(ben, subject="https://id.example|7"))


def test_nobody_is_not_found(state: State, ben: Principal) -> None:
    for ask in (state.people.get, state.people.disable, lambda name: state.people.update(name, ben)):
        with pytest.raises(UnknownRecordError, match="no user 'u_nobody'"):
            ask("u_nobody")
