"""How the members of a blend are named, and what each sees."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pytest

from busyness.domain.errors import SettingsError
from busyness.domain.stopwatch import Stopwatch
from busyness.models.blend import BlendForecaster
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.api import forecast
from busyness.workflows.blend_members import OwnPreparation, named_members
from busyness.workflows.explain import Explainer
from busyness.workflows.settings import ModelSettings
from busyness.workflows.wiring.members import MEMBERS
from busyness.workflows.wiring.restored import restored_member


def made(**arguments):
    settings = ModelSettings(model="blend", arguments=arguments, fast=True)
    return MEMBERS["blend"](settings, 1, Stopwatch())


def test_members_are_named_as_a_list_or_on_a_command_line():
    assert [member.model for member in named_members({}, ("boosted", "ridge"))] == ["boosted", "ridge"]
    assert [member.model for member in named_members({"members": "seasonal + ridge"}, ())] == ["seasonal", "ridge"]
    assert made(members=["seasonal", {"model": "ridge", "outliers": "hampel", "days": 90}]).names == (
        "seasonal",
        "ridge outliers=hampel days=90",
    )
    assert ModelSettings(model="blend", arguments="members=seasonal + ridge").arguments == {"members": "seasonal + ridge"}


@pytest.mark.parametrize(
    "arguments",
    [
        {"member": ["ridge"]},
        {"members": []},
        {"members": [1]},
        {"members": ["blend"]},
        {"members": ["nothing"]},
        {"members": [{"model": "ridge", "days": 3}]},
        {"members": [{"model": "ridge", "mask": "all"}]},
    ],
)
def test_what_is_no_member_is_refused(arguments):
    with pytest.raises(SettingsError):
        made(**arguments)


def test_a_preparation_works_inside_the_seal():
    panel = tiny_city(2, 20).sealed()
    seen = OwnPreparation(days=28, outliers="hampel", impute="seasonal").prepare()(panel)
    assert seen.origin == panel.origin
    begin = panel.origin - 28 * 24
    assert np.isnan(seen.demand[:, :begin]).all()
    assert np.isfinite(seen.demand[:, begin:]).any()
    assert np.isfinite(panel.demand[:, :begin]).any()


def test_a_slot_of_a_blend_is_explained_and_the_rest_is_named(tmp_path):
    named = {"members": ["boosted", "ridge", {"model": "seasonal", "days": 60}]}
    run = forecast(tiny_city(2, 10), horizon=24, model="blend", arguments=named, windows=0, fast=True)
    run.write(tmp_path / "out")
    explainer = Explainer.of(tmp_path / "out")
    place = explainer.places[0]
    when = run.forecast.slots.times()[12].astype("datetime64[s]").item().replace(tzinfo=UTC)
    found = explainer.explain(place.id, when)
    assert sum(share.amount for share in found.families) == pytest.approx(found.forecast, abs=0.02 * found.forecast + 0.1)
    names = {share.name for share in found.families}
    assert {"usual", "calendar"} <= names
    assert found.features[0].amount != 0


def test_a_misspelt_key_of_a_member_is_named():
    with pytest.raises(SettingsError, match=r"'boosted' of the blend cannot have 'dys'\. Did you mean 'days'\?"):
        named_members({"members": [{"model": "boosted", "dys": 120}]}, ())
    with pytest.raises(SettingsError, match="'boosted' of the blend: days: 3 is too small; the least is 28"):
        named_members({"members": [{"model": "boosted", "days": 3}]}, ())


def test_a_blend_forecasts_and_its_members_come_back():
    city = tiny_city(2, 10)
    named = {"members": ["seasonal", {"model": "ridge", "days": 60, "impute": "seasonal"}]}
    run = forecast(city, horizon=24, model="blend", arguments=named, windows=0)
    learned = run.card.parameters["learned"]["record"]
    assert set(learned["weights"]) == {"seasonal", "ridge impute=seasonal days=60"}
    assert set(learned["mae"]) == {"blend", "plain mean", *learned["weights"]}
    member = run.model.member
    assert isinstance(member, BlendForecaster)
    again = restored_member(member.to_parts(), 1)
    sealed = city.sealed()
    np.testing.assert_array_equal(again.medians(sealed, [sealed.origin], 24), member.medians(sealed, [sealed.origin], 24))
