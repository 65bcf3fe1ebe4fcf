"""Everything that can be chosen is named once, asked for only where it counts, and becomes settings that mean the same."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from busyness.domain.errors import InputError
from busyness.models.open_parameters import OPEN
from busyness.workflows.search_space import SearchSpace
from busyness.workflows.settings import RunSettings


@dataclass
class Trial:
    """Answers with the first choice or the lowest number, unless told otherwise, and remembers what it was asked."""

    told: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def suggest_categorical(self, name, options):
        return self._answer(name, options[0])

    def suggest_int(self, name, low, high, *, log):
        assert low < high
        assert log in {True, False}
        return self._answer(name, low)

    suggest_float = suggest_int

    def _answer(self, name, usual):
        self.asked.append(name)
        return self.told.get(name, usual)


def space(model="blend", members=None, days=1000, preparation=None, **more):
    arguments = {"members": members} if members else {}
    settings = {"model": {"model": model, "arguments": arguments, **more}, "preparation": preparation or {}}
    return SearchSpace.of(RunSettings.model_validate(settings), days=days)


@pytest.mark.parametrize("model", [name for name, opened in OPEN.items() if opened and name not in {"xgboost", "prophet"}])
def test_every_model_with_open_parameters_can_be_searched(model):
    found = space(model)
    trial = Trial()
    values = found.suggested(trial)
    assert list(values) == trial.asked == list(found.names)
    assert values.keys() == found.given().keys()
    chosen = found.with_values(values).model
    assert chosen.arguments == {name: bounds.low for name, bounds in OPEN[model].items()}
    assert chosen.model == model


def test_a_candidate_that_does_not_take_part_is_asked_nothing():
    found = space(members=["boosted", "ridge", "seasonal"])
    values = found.suggested(Trial({"members.boosted": False}))
    assert not [name for name in values if name.startswith("boosted.")]
    assert found.with_values(values).model.arguments == {
        "members": [{"model": "ridge", "arguments": {"alpha": 1e-5}}, "seasonal"]
    }
    nobody = Trial({"members.boosted": False, "members.ridge": False})
    assert found.with_values(found.suggested(nobody)).model.arguments == {"members": ["seasonal"]}
    assert "members.seasonal" not in nobody.asked  # somebody has to


def test_trials_are_of_a_kind_unless_preparation_or_members_differ():
    found = space(members=["boosted", "ridge"])
    given = found.given()
    assert found.kind(given) == found.kind(given | {"boosted.trees": 99})
    assert found.kind(given) != found.kind(given | {"members.ridge": False})
    assert found.kind(given) != found.kind(given | {"impute": "linear"})


def test_members_keep_a_history_and_arguments_of_their_own():
    mine = [
        {"model": "boosted", "days": 100},
        "boosted",
        {"model": "sklearn.linear_model.Ridge", "arguments": {"alpha": 3.0}},
    ]
    found = space(members=mine)
    assert {"members.boosted1", "members.boosted2", "boosted1.trees", "boosted2.trees"} <= set(found.names)
    values = found.given() | {"boosted1.trees": 77, "boosted2.learning_rate": 0.123456}
    first, second, other = found.with_values(values).model.arguments["members"]
    assert (first["days"], first["arguments"]["trees"]) == (100, 77)
    assert second["arguments"]["learning_rate"] == 0.1235
    assert other == mine[2]


def test_the_usual_members_are_candidates_unless_others_are_named():
    assert {"boosted.trees", "tweedie.trees", "members.boosted"} <= set(space().names)


def test_the_given_settings_can_be_chosen_whatever_they_are():
    found = space("ridge", days=100, preparation={"outliers": "iqr", "last_days": 60})
    given = found.given()
    assert all(given[name] in options for name, options in found.preparation.items())
    assert found.preparation["last_days"] == ("all", "90", "60")  # no window is longer than the history
    assert found.with_values(given).preparation == found.settings.preparation


def test_only_what_can_be_compared_has_the_same_mark():
    assert space().mark == space().mark
    tuned = {"model": {"model": "ridge", "arguments": {"alpha": 0.5}, "threads": 1}}  # searched, or without effect
    assert space("ridge").mark == SearchSpace.of(RunSettings.model_validate(tuned), days=1000).mark
    assert len({space().mark, space(members=["boosted", "ridge"]).mark, space(fast=True).mark, space(days=100).mark}) == 4
    one, other = ([{"model": "sklearn.linear_model.Ridge", "arguments": {"alpha": each}}, "ridge"] for each in (1.0, 2.0))
    assert space(members=one).mark != space(members=other).mark


@pytest.mark.parametrize(
    ("model", "members", "said"),
    [
        ("auto", None, "--model blend"),
        ("average", None, "members=boosted"),
        ("seasonal", None, "Search one of blend, boosted"),
        ("sklearn.linear_model.Ridge", None, "nothing to search"),
        ("blend", ["boosted", "auto"], "cannot hold 'auto'"),
        ("blend", [{"model": "ridge", "arguments": {"alfa": 1}}], "Did you mean 'alpha'"),
    ],
)
def test_what_cannot_be_searched_says_what_can(model, members, said):
    with pytest.raises(InputError, match=said):
        space(model, members)
