"""Another champion by a person's word."""

import shutil
from datetime import timedelta

import pytest

from busyness.domain.errors import InputError
from busyness.registry.releases import Releases
from busyness.testing.clock import FakeClock
from busyness.workflows.service.champions import promote, roll_back
from busyness.workflows.service.gate import GateError
from busyness.workflows.service.holder import Holder
from busyness.workflows.service.settings import WorldSettings

from .conftest import ORIGIN

NOW = ORIGIN + timedelta(hours=6)


@pytest.fixture
def holder(folder, tmp_path):
    world = Releases(tmp_path / "world")
    world.promote(world.add(folder, now=NOW), by="a test", why="the first", now=NOW)
    holder = Holder([WorldSettings(name="shop", folder=world.world)], clock=FakeClock(NOW))
    holder.refresh()
    return holder


def second(holder, folder, tmp_path):
    other = shutil.copytree(folder, tmp_path / "other")
    (other / "rejected.parquet").unlink()
    return holder.releases("shop").add(other, now=NOW + timedelta(hours=1))


def test_it_answers_when_it_returns(holder, folder, tmp_path):
    first, release = holder.world("shop").release, second(holder, folder, tmp_path)
    champion = promote(holder, "shop", release, by="ana", why="better")
    assert (champion.release, champion.by, holder.world("shop").release) == (release, "ana", release)
    assert roll_back(holder, "shop", by="ana", why="not so").release == first
    assert holder.world("shop").release == first


def test_what_the_gate_refuses_is_not_pointed_at(holder, folder, tmp_path):
    release = second(holder, folder, tmp_path)
    (holder.releases("shop").folder(release) / "peaks.csv").write_text("")
    before = holder.releases("shop").champion()
    with pytest.raises(GateError, match=r"peaks\.csv"):
        promote(holder, "shop", release, by="ana", why="better")
    assert holder.releases("shop").champion() == before
    assert holder.world("shop").release == before.release


def test_a_plain_folder_has_no_champions(folder):
    holder = Holder([WorldSettings(name="shop", folder=folder)], clock=FakeClock(NOW))
    for ask in (lambda: promote(holder, "shop", "x", by="a", why="b"), lambda: holder.examined("shop", "x")):
        with pytest.raises(InputError, match="without releases"):
            ask()
