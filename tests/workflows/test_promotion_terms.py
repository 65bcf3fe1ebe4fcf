"""Terms come from a YAML and from options, and cannot be negative."""

import pytest

from busyness.domain.errors import SettingsError
from busyness.workflows.promotion_terms import Terms


def test_options_go_over_the_file(tmp_path):
    (tmp_path / "terms.yaml").write_text("margin: 4\nbudget: 100\ncost: {a: 5, b: 7}\n")
    terms = Terms.of(tmp_path / "terms.yaml", {"budget": 50.0, "wage": None})
    assert (terms.margin, terms.budget, terms.wage) == (4.0, 50.0, 0.0)
    assert terms.costs(["b"]) == {"b": 7.0}
    assert terms.solver().cool_down == 7
    with pytest.raises(SettingsError, match="what a window of 'c' costs"):
        terms.costs(["c"])
    assert dict(terms.table().iter_rows())["cost a"] == 5.0


@pytest.mark.parametrize(
    ("given", "said"), [({"wage": -1.0}, "wage is negative"), ({"cool_down": 1.5}, "whole days"), ({"cost": -3.0}, "cost")]
)
def test_what_cannot_be_is_told(given, said):
    with pytest.raises(SettingsError, match=said):
        Terms.of(None, given)


def test_no_limit_is_listed_as_blank():
    listed = dict(Terms().table().iter_rows())
    assert listed["budget"] is None
    assert listed["margin"] is None
