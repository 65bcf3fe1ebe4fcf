"""A day under way, from a forecast folder: proposals, who is in charge and why, and what cannot be asked."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday.decided import DECIDED_SCHEMA
from busyness.domain.errors import InputError, SettingsError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.reports.sentences import sentence_in
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.intraday.flex import FlexSettings
from busyness.workflows.intraday.logged import Logged, other_roster
from busyness.workflows.plan_intraday import LEARNED_FILE, OFFERS_FILE, Asked, IntradayTables, lay_out, plan_intraday

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
    assert "más visitantes que lo pronosticado desde las 09:00, y esperan 12 visitantes." in action["reason"]
    assert "Decide la política mirada hacia adelante" in plan.notes[0]
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


def test_a_roster_of_more_places_than_the_cluster_is_read_for_its_places(folder, tmp_path):
    staffing = tmp_path / "staffing"
    staffing.mkdir()
    rows = [
        (place, datetime(2026, 3, 2, 14, tzinfo=UTC), "shift", 4.0, 4.0 * wage, "", f"{place}{k}", *hours)
        for place, count, wage in (("A", 2, 10.0), ("B", 3, 20.0), ("C", 5, 90.0))
        for k, hours in enumerate([(datetime(2026, 3, 2, 9), datetime(2026, 3, 2, 13))] * count)
    ]
    names = ["place", "time", "action", "quantity", "cost", "reason", "person", "start", "end"]
    plan = pl.DataFrame(rows, schema=names, orient="row").cast({"time": pl.Datetime("us", "UTC")})
    plan.write_parquet(staffing / "plan.parquet")
    (staffing / "plan.json").write_text('{"kind": "staffing", "cost": 1, "bound": 1, "currency": "PEN"}')
    (tmp_path / "flex.yaml").write_text("places: [A, B]\nservice_minutes: 3\n")
    ground = lay_out(IntradayTables(folder, staffing, tmp_path / "flex.yaml"), asked=Asked())
    assert ground.cluster.problem.places == ("A", "B")
    assert ground.cluster.problem.heads.tolist() == [[2] * 16, [3] * 16]
    assert ground.cluster.problem.money.wage == pytest.approx((2 * 10 + 3 * 20) / 5)
    assert ground.cluster.problem.money.currency == "PEN"


def test_what_is_offered_is_kept_for_the_log_and_for_the_service(folder, tmp_path):
    (tmp_path / "so_far.csv").write_text("place,time,observed\nA,2026-03-02 09:00,30\nA,2026-03-02 09:15,35\n")
    (tmp_path / "now.csv").write_text("place,waiting\nA,12\nB,0\n")
    out = tmp_path / "plan"
    tables = IntradayTables(folder, flex=folder / "flex.yaml")
    plan_intraday(tables, out, asked=Asked(days=10))
    later = replace(tables, so_far=tmp_path / "so_far.csv", now=tmp_path / "now.csv")
    plan, _ = plan_intraday(later, out, asked=Asked(days=10))
    kept = pl.read_parquet(out / "decisions-2026-03-02.parquet")
    assert kept.columns == list(DECIDED_SCHEMA)
    assert kept["step"].to_list() == [0, 0, 2, 2]
    assert kept["propensity"].to_list() == [1.0] * 4
    offers = json.loads((out / OFFERS_FILE).read_text())["items"]
    words = {"move": "move", "call in": "call"}
    assert [(one["kind"], one["place"], one["turn"]) for one in offers] == [(words[plan.actions["action"][0]], "A", 0)]
    api = pytest.importorskip("busyness.interfaces.api.routes.intraday")
    assert api.Offers.model_validate_json((out / OFFERS_FILE).read_text()).items[0].kind == offers[0]["kind"]
    assert offers[0]["reason"] == plan.actions["reason"][0]
    assert offers[0]["time"] == "2026-03-02T14:30:00+00:00"
    plan_intraday(later, out, asked=Asked(days=10))
    assert pl.read_parquet(out / "decisions-2026-03-02.parquet").equals(kept)
    assert json.loads((out / "plan.json").read_text())["in_charge"] == "lookahead"


def test_who_was_called_in_today_is_not_called_in_again(folder, tmp_path):
    (tmp_path / "so_far.csv").write_text("".join(["place,time,observed\n", *(f"{p},2026-03-02 09:00,60\n" for p in "AB")]))
    (tmp_path / "now.csv").write_text("place,waiting\nA,30\nB,30\n")
    (tmp_path / "flex.yaml").write_text(FLEX.replace("wage: 9", "wage: 9\nat_start: 0\nlost_visitor: 30"))
    out, flex = tmp_path / "plan", tmp_path / "flex.yaml"
    tables = IntradayTables(folder, flex=flex, so_far=tmp_path / "so_far.csv", now=tmp_path / "now.csv")
    first, _ = plan_intraday(tables, out, asked=Asked(days=10))
    assert first.actions["action"].to_list() == ["call in"]
    rows = "".join(f"{p},2026-03-02 {time},60\n" for p in "AB" for time in ("09:00", "09:15"))
    (tmp_path / "so_far.csv").write_text("place,time,observed\n" + rows)
    for answer, told in (("no", ["call in"]), ("yes", [])):
        (tmp_path / "answers.csv").write_text(f"time,accepted,by\n2026-03-02 09:15,{answer},Ana\n")
        again, _ = plan_intraday(replace(tables, answers=tmp_path / "answers.csv"), out, asked=Asked(days=10))
        assert again.actions["action"].to_list() == told


def test_rows_that_cannot_be_read_are_left_out_and_told(folder, tmp_path):
    (tmp_path / "came.csv").write_text("place,time,arrivals\nA,2026-03-02 09:00,30\nA,not a time,5\n")
    tables = IntradayTables(folder, flex=folder / "flex.yaml", so_far=tmp_path / "came.csv")
    plan, _ = plan_intraday(tables, tmp_path / "plan", asked=Asked(days=10))
    assert plan.notes[0] == f"Left out: {tmp_path / 'came.csv'}, line 3: 'not a time' is no time."
    assert plan.tables["departures"]["so_far"].to_list()[0] == 30


def test_every_key_of_flex_yaml_is_in_the_guide():
    guide = (Path(__file__).parents[2] / "docs" / "intraday.md").read_text("utf-8")
    assert [key for key in FlexSettings.model_fields if f"`{key}`" not in guide] == []


def test_a_log_with_another_roster_is_told(folder):
    cluster = lay_out(IntradayTables(folder, flex=folder / "flex.yaml"), asked=Asked()).cluster
    rows = [("A", date(2026, 3, 2), step, int(heads)) for step, heads in enumerate(cluster.problem.heads[0])]
    same = pl.DataFrame(rows, schema=["place", "date", "step", "heads"], orient="row")
    more = same.with_columns(pl.col("heads") + 1)
    assert other_roster(Logged(same, "A+B", ()), cluster) == ()
    assert other_roster(Logged(more.with_columns(date=date(2026, 3, 1)), "A+B", ()), cluster) == ()
    (told,) = other_roster(Logged(more, "A+B", ()), cluster)
    assert told.startswith("The roster of 2026-03-02 in the log has other people at work")
    assert sentence_in("es")(told).startswith("El horario del 2026-03-02 en el registro")


BAD = {
    "not learned": (lambda home: (IntradayTables(home, learned=home / "no.npz"), Asked()), InputError, "There is no file"),
    "one day": (lambda home: (IntradayTables(home), Asked(days=1)), InputError, "fewer than two days"),
    "language": (lambda home: (IntradayTables(home), Asked(language="fr")), InputError, "es or en"),
    "closed day": (lambda home: (IntradayTables(home), Asked(day=date(2027, 1, 1))), InputError, "Choose --day"),
    "trying": (lambda home: (IntradayTables(home), Asked(trying=1.0)), InputError, "Use --try"),
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
