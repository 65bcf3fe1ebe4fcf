"""Every table names parameters that its model has, and what is set by name is what the model uses."""

import pytest

from busyness.domain.errors import InputError
from busyness.domain.stopwatch import Stopwatch
from busyness.models.open_parameters import OPEN, own_parameters, with_parameters
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import maker


def made(kind, **arguments):
    return maker(kind)(ModelSettings(model=kind, arguments=arguments), 1, Stopwatch())


@pytest.mark.parametrize("kind", list(OPEN))
def test_every_open_parameter_can_be_read_and_set(kind):
    if kind in {"xgboost", "prophet"}:
        pytest.importorskip(kind)
    own = own_parameters(made(kind), kind)
    assert own.keys() == OPEN[kind].keys()
    for name, bounds in OPEN[kind].items():
        assert bounds.low < bounds.high
        assert bounds.low <= own[name] <= bounds.high
        changed = own_parameters(made(kind, **{name: bounds.high}), kind)
        assert changed == own | {name: bounds.high}


def test_what_is_set_is_what_grows():
    panel = tiny_city(1, weeks=8).sealed()
    few = made("boosted", trees=60, num_leaves=15, learning_rate=0.1).fit(panel, 24)
    assert sum(booster.num_trees() for booster in few.boosters.values()) <= 90  # of few rows half as many again
    facts = few.to_parts().facts["settings"]
    assert facts["num_leaves"] == 15


def test_a_network_is_as_wide_and_deep_as_it_was_told():
    assert made("embedding").settings.hidden == (128, 64)  # as measured: width 128, two layers
    told = made("embedding", width=50, layers=3, learning_rate=0.005, epochs=2).settings
    assert (told.hidden, told.descent.rate, told.descent.epochs) == ((50, 25, 12), 0.005, 2)
    assert told.descent.batch == made("embedding").settings.descent.batch
    assert made("tide", width=40, encoder=32).settings.sizes.hidden == (40, 20)


def test_the_member_itself_is_not_changed():
    member = made("ridge")
    with_parameters(member, "ridge", {"alpha": 0.5})
    assert own_parameters(member, "ridge") == own_parameters(made("ridge"), "ridge")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"tree": 3}, "Did you mean 'trees'"),
        ({"trees": "many"}, "above zero"),
        ({"trees": True}, "above zero"),
        ({"trees": 0.3}, "above zero"),
    ],
)
def test_what_is_no_parameter_is_said(arguments, said):
    with pytest.raises(InputError, match=said):
        made("boosted", **arguments)


def test_a_model_without_parameters_says_so():
    with pytest.raises(InputError, match="it has none"):
        made("seasonal", trees=3)
