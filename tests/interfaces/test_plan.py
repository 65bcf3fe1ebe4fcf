"""Plans from the command line: what they write, and what they say when something is missing."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.interfaces.cli.forecast import told_plans
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths

INSTANCE = """\
SECTION_HORIZON
7

SECTION_SHIFTS
D,480,
E,480,D

SECTION_STAFF
ana,D=7|E=7,2400,960,5,1,1,1
bea,D=7|E=7,2400,960,5,1,1,1
cid,D=7|E=7,2400,960,5,1,1,1

SECTION_DAYS_OFF
ana,6

SECTION_SHIFT_ON_REQUESTS
bea,0,E,3

SECTION_SHIFT_OFF_REQUESTS
cid,2,D,2

SECTION_COVER
""" + "".join(f"{day},{shift},1,100,1\n" for day in range(7) for shift in "DE")


def trips(folder: Path, *, noun: str = "trips") -> Path:
    """A forecast of three areas for three days: the first wants ten trips a day, the others none."""
    places = tuple(
        Place(id_, name=id_.title(), latitude=41.8 + k / 50, longitude=-87.6, timezone="America/Chicago")
        for k, id_ in enumerate(("busy", "idle", "calm"))
    )
    mean = np.array([[40.0] * 3, [0.0] * 3, [4.0] * 3], np.float32)
    spread = np.linspace(0.6, 1.4, len(DENSE_LEVELS), dtype=np.float32)
    said = Forecast(
        places=places,
        slots=Slots(np.datetime64("2025-06-02"), SlotLength(1440), 3),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * spread,
        mean=mean,
        open=np.ones((3, 3), bool),
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, 3, 3)),
        model="boosted-1",
    )
    folder.mkdir()
    write_paths(said, folder / PATHS, noun=noun)
    return folder


@pytest.fixture
def fleet(tmp_path):
    tables = {
        "fleet": "place,vehicles,broken,charging\nbusy,1,0,0\nidle,12,1,0\ncalm,1,0,0\n",
        "depots": "depot,latitude,longitude,vehicles,capacity\nnorth,41.83,-87.61,2,50\n",
        "vans": "van,depot,capacity,cost_per_km,cost_per_vehicle,hours\nn1,north,20,1.0,0.5,9\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return [word for name in tables for word in (f"--{name}", tmp_path / f"{name}.csv")]


def test_vehicles_go_where_they_are_wanted(busyness, tmp_path, fleet):
    folder = trips(tmp_path / "said")
    answer = busyness(
        "plan", "rebalancing", "--forecast", folder, *fleet, "--currency", "USD", "--out", tmp_path / "plan", "--json"
    )
    assert answer.code == 0, answer
    said = json.loads(answer.out)
    assert said["currency"] == "USD"
    assert said["bound"] <= said["cost"] + 1e-6
    assert said["versions"]["model"] == "boosted-1"
    actions = pl.read_parquet(tmp_path / "plan" / "plan.parquet")
    assert actions.filter(pl.col("place") == "busy")["quantity"].sum() >= 5
    assert "idle" in actions["from"].to_list()
    assert {"targets.csv", "tours.csv", "comparison.csv", "plan.xlsx"} <= {
        path.name for path in (tmp_path / "plan").iterdir()
    }
    comparison = pl.read_csv(tmp_path / "plan" / "comparison.csv")
    costs = dict(comparison.select("policy", "cost").iter_rows())
    assert costs["plan"] <= min(costs.values()) + 1e-6


def test_moves_and_shifts_can_be_tried_without_writing(busyness, refused, tmp_path, fleet):
    folder = trips(tmp_path / "said")
    words = ("plan", "rebalancing", "--forecast", folder, *fleet, "--out", tmp_path / "plan", "--dry-run")
    answer = busyness(*words)
    assert answer.code == 0, answer
    assert "Nothing was written." in answer.out
    assert json.loads(busyness(*words, "--json").out)["files"] == []
    (tmp_path / "week.txt").write_text(INSTANCE)
    shifts = busyness("plan", "shifts", tmp_path / "week.txt", "--dry-run", "--out", tmp_path / "plan")
    assert shifts.code == 0, shifts
    assert "days 7, people 3, kinds of shift 2, requests 2, cover 14." in shifts.out.replace("\n", " ")
    told = json.loads(busyness("plan", "shifts", tmp_path / "week.txt", "--dry-run", "--json").out)
    assert told["people"] == 3
    (tmp_path / "broken.txt").write_text("SECTION_HORIZON\nmany\n")
    refused(busyness("plan", "shifts", tmp_path / "broken.txt", "--dry-run"), "broken.txt")
    assert not (tmp_path / "plan").exists()


def test_orders_come_in_packs_with_their_reason(busyness, tmp_path):
    (tmp_path / "products.csv").write_text(
        "product,price,cost,lead_days,pack,conversion,units_per_basket\nmilk,4,3,1,12,0.5,1\n"
    )
    (tmp_path / "stock.csv").write_text("place,product,on_hand\nbusy,milk,5\ncalm,milk,500\n")
    tables = ("--products", tmp_path / "products.csv", "--stock", tmp_path / "stock.csv")
    folder = trips(tmp_path / "said", noun="visitors")
    answer = busyness(
        "plan", "stock", "--forecast", folder, *tables, "--currency", "PEN", "--out", tmp_path / "plan", "--json"
    )
    assert answer.code == 0, answer
    actions = pl.read_csv(tmp_path / "plan" / "plan.csv")
    ordered = dict(actions.select("place", "quantity").iter_rows())
    assert ordered["busy"] > 0
    assert ordered["busy"] % 12 == 0
    assert ordered["calm"] == 0, "there is enough"
    assert json.loads(answer.out)["bound"] <= json.loads(answer.out)["cost"]
    assert all(actions["reason"].str.len_chars() > 10)


def test_couriers_are_no_vehicles(busyness, tmp_path, fleet):
    answer = busyness(
        "plan", "rebalancing", "--forecast", trips(tmp_path / "said", noun="visitors"), *fleet, "--out", tmp_path / "p"
    )
    assert answer.code == 2
    assert "A forecast of visitors cannot place vehicles" in answer.err


def test_a_folder_without_a_forecast_is_said(busyness, tmp_path, fleet):
    (tmp_path / "empty").mkdir()
    answer = busyness("plan", "rebalancing", "--forecast", tmp_path / "empty", *fleet, "--out", tmp_path / "plan")
    assert answer.code == 2
    assert "holds no forecast" in answer.err
    assert not (tmp_path / "plan").exists()


@pytest.mark.slow
def test_shifts_are_assigned_and_written(busyness, tmp_path):
    (tmp_path / "week.txt").write_text(INSTANCE)
    answer = busyness(
        "plan", "shifts", tmp_path / "week.txt", "--seconds", 10, "--threads", 1, "--out", tmp_path / "plan", "--json"
    )
    assert answer.code == 0, answer
    said = json.loads(answer.out)
    roster = pl.read_csv(tmp_path / "plan" / "roster.csv")
    assert roster.columns == ["staff", "day", "shift"]
    assert roster.filter((pl.col("staff") == "ana") & (pl.col("day") == 6)).is_empty(), "she has that day off"
    assert said["bound"] <= said["cost"]
    assert said["versions"]["solver"].startswith("HiGHS")


def test_an_instance_that_is_none_is_said(busyness, tmp_path):
    (tmp_path / "week.txt").write_text("hello\n")
    answer = busyness("plan", "shifts", tmp_path / "week.txt", "--out", tmp_path / "plan")
    assert answer.code == 2
    assert "week.txt" in answer.err


@pytest.mark.parametrize(
    ("lang", "said", "failed"),
    [
        ("es", "Planes: plan de personal, plan de pedidos, en ", "No se pudo hacer: página de finanzas."),
        ("en", "Plans: staffing, stock, in ", "No money plan:"),
    ],
)
def test_a_run_s_plans_are_told_in_its_language(capsys, tmp_path, lang, said, failed):
    made = [{"kind": "staffing", "failed": ""}, {"kind": "stock", "failed": ""}, {"kind": "money", "failed": "No costs."}]
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "plans.json").write_text(json.dumps(made), "utf-8")
    told_plans(tmp_path, lang)
    heard = capsys.readouterr()
    assert heard.out.startswith(said)
    assert f"{failed} No costs." in heard.err
