from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge

from busyness.domain.errors import InputError
from busyness.models.fitted_attributes import set_attributes, stored_attributes


def fitted(**attributes: object) -> Ridge:
    made = Ridge(alpha=3)
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def test_numbers_text_and_lists_of_them_come_back_as_they_were() -> None:
    learned = {
        "coef_": np.arange(6.0).reshape(2, 3).T,
        "half_": np.float32(0.5),
        "lost_": float("nan"),
        "count_": 7,
        "name_": "relu",
        "nothing_": None,
        "table_": {"p": 2, "q": np.ones(3)},
        "layers_": [np.ones(2), (np.zeros(1, bool), "end")],
    }
    facts, arrays = stored_attributes(fitted(**learned))
    again = Ridge()
    set_attributes(again, json.loads(json.dumps(facts)), arrays)
    assert "alpha" not in facts, "arguments are stored beside"
    assert (again.coef_ == learned["coef_"]).all()
    assert again.half_.dtype == np.float32
    assert np.isnan(again.lost_)
    assert (again.count_, again.name_, again.nothing_) == (7, "relu", None)
    assert again.table_["p"] == 2
    assert again.table_["q"].tolist() == [1, 1, 1]
    assert isinstance(again.layers_[1], tuple)
    assert again.layers_[1][1] == "end"


@pytest.mark.parametrize("value", [Ridge(), {1, 2}, np.array([object()]), lambda: 0])
def test_an_object_that_was_learned_is_named(value: object) -> None:
    with pytest.raises(InputError, match="its 'inner_' is a"):
        stored_attributes(fitted(inner_=value))


def test_a_private_object_is_left_out() -> None:
    facts, arrays = stored_attributes(fitted(_tree=BaseEstimator(), _state=np.ones(2)))
    assert set(facts) == {"_state"}
    assert set(arrays) == {"_state"}
