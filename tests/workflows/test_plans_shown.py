"""Plans are called what the run's language calls them."""

from busyness.workflows.plans_shown import kind_in


def test_kinds_are_named_in_the_language():
    assert kind_in("staffing", "es") == "plan de personal"
    assert kind_in("staffing", "en") == "staffing"
