"""A day under way, from a forecast folder: proposals, who is in charge and why, and what cannot be asked."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError, SettingsError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.plan_intraday import LEARNED_FILE, Asked, IntradayTables, plan_intraday

pytest.importorskip("numba")

FLEX = "service_minutes: 3\ncallable: 1\nsendable: 0\nwage: 9\ncurrency: PEN\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two stores near each other, open from 9 to 13, forty visitors an hour."""
    home = tmp_path_factory.mktemp("said")
    places = tuple(
        Place(id_, name=f"Store {id_}", latitude=-12.1 + k / 100, longitude=-77.0, timezone="America/Lima")
        for k, id_ in enumerate(("A", "B"))
    )
    hour = np.arange(48) % 24
    is_open = (hour >= 9) & (hour < 13)
    mean = np.tile(np.where(is_open, 40.0, 0.0), (2, 1)).astype(np.float32)
    said = Forecast(
        places=places,
        slots=Slots(np.datetime64("2026-03-02T05:00:00", "s"), SlotLength(60), 48),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * np.linspace(0.5, 1.6, len(DENSE_LEVELS), dtype=np.float32),
        mean=mean,
        open=np.tile(is_open, (2, 1)),
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, 2, 48)),
        model="boosted-1",
    )
    write_paths(said, home / PATHS)
    (home / "flex.yaml").write_text(FLEX)
    return home


def test_a_busy_morning_is_answered_in_words_and_money(folder, tmp_path):
    rows = [f"A,2026-03-02 09:{15 * k:02d},{count}" for k, count in enumerate((25, 30, 28))]
    (tmp_path / "so_far.csv").write_text("place,time,observed\n" + "\n".join(rows) + "\n")
    (tmp_path / "now.csv").write_text("place,waiting\nA,12\nB,0\n")
    tables = IntradayTables(folder, flex=folder / "flex.yaml", so_far=tmp_path / "so_far.csv", now=tmp_path / "now.csv")
    plan, _ = plan_intraday(tables, tmp_path / "plan", asked=Asked(days=20, language="es"))
    assert plan.currency == "PEN"
    assert plan.versions["model"] == "boosted-1"
    assert plan.actions.height == 1
    action = plan.actions.row(0, named=True)
    assert action["to"] == "A"
    assert action["saves"] > 0
    assert action["time"].astimezone().utctimetuple()[3:5] == (14, 45)
    compared = plan.tables["comparison"]
    assert compared["policy"].to_list() == ["static", "threshold", "lookahead"]
    assert plan.tables["standing"]["in_charge"].to_list() == ["lookahead"]
    assert plan.bound <= plan.cost
    page = (tmp_path / "plan" / "plan.html").read_text()
    assert "Store A" in page
    assert "Decide: mirada hacia adelante." in page
    assert pl.read_csv(tmp_path / "plan" / "comparison.csv").height == 3


def test_a_learned_policy_takes_over_only_where_it_is_surely_better(folder, tmp_path):
    pytest.importorskip("torch")
    tables = IntradayTables(folder, flex=folder / "flex.yaml")
    plan, _ = plan_intraday(tables, tmp_path / "first", asked=Asked(days=40, rounds=1))
    standing = plan.tables["standing"].row(0, named=True)
    assert "learned" in plan.tables["comparison"]["policy"].to_list()
    assert (standing["in_charge"] == "learned") == (standing["low"] > 0)
    again = IntradayTables(folder, flex=folder / "flex.yaml", learned=tmp_path / "first" / LEARNED_FILE)
    kept, _ = plan_intraday(again, tmp_path / "again", asked=Asked(days=40))
    rows = [each.tables["comparison"].filter(pl.col("policy") == "learned")["cost"][0] for each in (plan, kept)]
    assert rows[0] == pytest.approx(rows[1])


BAD = {
    "one day": (lambda home: (IntradayTables(home), Asked(days=1)), InputError, "fewer than two days"),
    "language": (lambda home: (IntradayTables(home), Asked(language="fr")), InputError, "es or en"),
    "closed day": (lambda home: (IntradayTables(home), Asked(day=date(2027, 1, 1))), InputError, "Choose --day"),
    "no folder": (lambda home: (IntradayTables(home / "nowhere"), Asked()), InputError, "holds no forecast"),
}


@pytest.mark.parametrize(("given", "kind", "said"), BAD.values(), ids=BAD)
def test_what_cannot_be_asked_is_told(folder, tmp_path, given, kind, said):
    tables, asked = given(folder)
    with pytest.raises(kind, match=said):
        plan_intraday(tables, tmp_path / "plan", asked=asked)
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("plases: [A]\n", SettingsError, "plases"),
        ("service_minutes: 0\n", SettingsError, "service_minutes"),
        ("places: [A, C]\n", UnknownPlaceError, "C"),
        ("at_start: {C: 1}\n", UnknownPlaceError, "C"),
        ("callable: 1\nnotices: []\n", InputError, "notice"),
    ],
)
def test_a_wrong_flex_file_is_told(folder, tmp_path, text, kind, said):
    (tmp_path / "flex.yaml").write_text(text)
    with pytest.raises(kind, match=said):
        plan_intraday(IntradayTables(folder, flex=tmp_path / "flex.yaml"), tmp_path / "plan", asked=Asked(days=5))
