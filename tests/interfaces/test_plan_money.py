"""Finance's page from the command line: it adds up, every assumption can be changed, and mistakes say what to do."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml

from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.tables.plan import Plan
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.plan_output import write_plan

DAY = datetime(2025, 6, 2)
ZONE = "America/Lima"


def visits(folder: Path, *, model: str = "boosted-1", minutes: int = 60, noun: str = "visitors") -> Path:
    """Two days of two stores by the hour: open from 9 to 17, with a rush at noon."""
    folder.mkdir()
    count = 2 * 1440 // minutes
    hour = np.arange(count) * minutes // 60 % 24
    opened = np.tile((hour >= 9) & (hour < 17), (2, 1))
    rush = np.where((hour >= 11) & (hour < 14), 90.0, 30.0)
    mean = np.where(opened, np.stack([rush, rush / 2]), 0).astype(np.float32)
    spread = np.linspace(0.6, 1.4, len(DENSE_LEVELS), dtype=np.float32)
    said = Forecast(
        places=tuple(Place(id_, name=f"Store {id_}", timezone=ZONE) for id_ in ("A", "B")),
        slots=Slots(np.datetime64("2025-06-02T05:00"), SlotLength(minutes), count),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * spread,
        mean=mean,
        open=opened,
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, 2, count)),
        model=model,
    )
    write_paths(said, folder / PATHS, noun=noun)
    return folder


def staffed(folder: Path, *, kind: str = "staffing", model: str = "boosted-1") -> Path:
    """Two people all day and four more for the rush in A, half of that in B, with a break of an hour in A's long shifts."""
    rows, need = [], []
    for day in range(2):
        at = DAY + timedelta(days=day)
        for place, many in (("A", 2), ("B", 1)):
            for number in range(3 * many):
                start, end, rest = (9, 17, "15:00–16:00" if place == "A" else "") if number < many else (11, 14, "")
                hours = end - start - (1 if rest else 0)
                span = (at + timedelta(hours=start), at + timedelta(hours=end))
                name = f"{place}{number}"
                rows.append((place, span[0], "shift", float(hours), 10.0 * hours, "why", name, name, *span, rest, "sales"))
            for hour in range(9, 17):
                heads = 3 * many if 11 <= hour < 14 else many
                moment = at + timedelta(hours=hour)
                need.append((place, moment + timedelta(hours=5), moment, "sales", heads, heads, 0))
                need.append((place, moment + timedelta(hours=5), moment, "key holder", 1, 1, 0))
    names = ("place", "time", "action", "quantity", "cost", "reason", "person", "name", "start", "end", "break", "role")
    actions = pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("time").dt.replace_time_zone(ZONE).dt.convert_time_zone("UTC")
    )
    columns = ("place", "time", "start", "role", "need", "planned", "gap")
    table = pl.DataFrame(need, schema=columns, orient="row").with_columns(pl.col("time").dt.replace_time_zone("UTC"))
    plan = Plan(
        kind,
        actions,
        cost=1.0,
        bound=1.0,
        currency="PEN",
        versions={"model": model, "solver": "test"},
        tables={"need": table},
    )
    write_plan(plan, folder)
    return folder


@pytest.fixture
def asked(busyness, tmp_path):
    said, roster = visits(tmp_path / "said"), staffed(tmp_path / "staff")

    def run(*words, out="plan"):
        return busyness("plan", "money", "--forecast", said, "--staffing", roster, *words, "--out", tmp_path / out)

    return run


def lines(folder: Path) -> dict[str, dict[str, float]]:
    return {row["item"]: row for row in pl.read_csv(folder / "page.csv").iter_rows(named=True)}


def test_the_page_adds_up(asked, tmp_path):
    answer = asked("--json")
    assert answer.code == 0, answer
    said, page = json.loads(answer.out), lines(tmp_path / "plan")
    hours = 2 * (2 * 7 + 4 * 3) + 2 * (1 * 8 + 2 * 3)
    assert page["labour hours"]["plan"] == pytest.approx(hours), "breaks are not work"
    assert page["labour"]["plan"] == pytest.approx(10.0 * hours), "wages are the plan's"
    assert page["labour"]["change"] == pytest.approx(0), "a flat roster has as many hours"
    costs = sum(page[item]["plan"] for item in ("labour", "visitors who gave up", "waiting"))
    assert said["cost"] == pytest.approx(costs)
    assert said["bound"] <= said["cost"]
    assert said["currency"] == "PEN"
    assert said["versions"]["model"] == "boosted-1"
    assert page["visitors who gave up"]["change_high"] < 0, "a roster that follows the rush serves more"
    assert page["under-staffed hours"]["plan"] == pytest.approx(4), "the hour of the break, for two people on two days"
    assert any("Nobody gave today's roster" in note for note in said["notes"])


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_page_speaks_both_languages(asked, tmp_path, lang):
    assert asked("--lang", lang).code == 0
    page = (tmp_path / "plan" / "plan.html").read_text()
    assert ("visitantes que se fueron" if lang == "es" else "visitors who gave up") in page
    assert "Store A" in page
    assert 'href="assumptions.yaml"' in page
    assert "http" not in page.replace("http-equiv", "")


def test_it_can_be_reckoned_without_writing(asked, tmp_path):
    answer = asked("--dry-run")
    assert answer.code == 0, answer
    assert "Nothing was written." in answer.out
    assert json.loads(asked("--dry-run", "--json").out)["files"] == []
    assert not (tmp_path / "plan").exists()


def test_assumptions_can_be_edited_and_given_back(asked, tmp_path):
    asked()
    file = tmp_path / "plan" / "assumptions.yaml"
    text = file.read_text()
    assumed = yaml.safe_load(text)
    assert "wage" not in assumed, "each place has its own, from the plan"
    assert "# wage: 10" in text
    assert assumed["minutes_per_visitor"] == pytest.approx(3 * 2 / 90 * 60 * 0.85, rel=0.02), "as the need says"
    again = asked(
        "--assumptions",
        file,
        out="again",
    )
    assert again.code == 0, again
    assert lines(tmp_path / "again") == lines(tmp_path / "plan")

    file.write_text(text.replace("patience: 10", "patience: 2"))
    asked("--assumptions", file, "--set", "wage=20", "--set", "hour_of_waiting=3", out="edited")
    before, after = lines(tmp_path / "plan"), lines(tmp_path / "edited")
    assert after["labour"]["plan"] == pytest.approx(2 * before["labour"]["plan"])
    assert after["visitors who gave up"]["today"] > before["visitors who gave up"]["today"]
    assert after["waiting"]["today"] > 0
    table = {row["assumption"]: row for row in pl.read_csv(tmp_path / "edited" / "assumptions.csv").iter_rows(named=True)}
    assert table["wage"]["value"] == 20
    assert table["wage"]["source"] == "given by you"


def test_todays_roster_is_shifts_or_heads(asked, tmp_path):
    rows = [
        f"p{k},{place},2025-06-0{day} 09:00,2025-06-0{day} 17:00,sales" for day in (2, 3) for k in range(3) for place in "AB"
    ]
    (tmp_path / "today.csv").write_text("person,place,start,end,role\n" + "\n".join(rows) + "\n")
    heads = [
        f"{place},2025-06-0{day} {hour:02d}:00,{3 * (9 <= hour < 17)}"
        for place in "AB"
        for day in (2, 3)
        for hour in range(24)
    ]
    (tmp_path / "heads.csv").write_text("place,time,heads\n" + "\n".join(heads) + "\n")
    for name in ("today", "heads"):
        answer = asked("--today", tmp_path / f"{name}.csv", out=name)
        assert answer.code == 0, answer
    assert lines(tmp_path / "today") == lines(tmp_path / "heads")
    assert lines(tmp_path / "today")["labour hours"]["today"] == pytest.approx(2 * 2 * 3 * 8)


def test_places_of_one_roster_only_are_told(asked, tmp_path):
    heads = [f"{place},2025-06-02 {hour:02d}:00,3" for place in "AC" for hour in range(9, 17)]
    (tmp_path / "heads.csv").write_text("place,time,heads\n" + "\n".join(heads) + "\n")
    assert asked("--today", tmp_path / "heads.csv").code == 0
    notes = json.loads((tmp_path / "plan" / "plan.json").read_text())["notes"]
    assert "Places of today's roster that are not planned: 1, such as 'C'." in notes
    assert "Places that are planned and have nobody in today's roster: 1, such as 'B'." in notes


def test_a_stock_plan_of_the_same_forecast_adds_its_costs(asked, busyness, tmp_path):
    (tmp_path / "products.csv").write_text(
        "product,price,cost,lead_days,shelf_life,conversion,units_per_basket\nbread,3,2,0,1,0.5,1\n"
    )
    (tmp_path / "stock.csv").write_text("place,product,on_hand,reorder_point,order_up_to\nA,bread,0,500,500\n")
    tables = ("--products", tmp_path / "products.csv", "--stock", tmp_path / "stock.csv")
    answer = busyness(
        "plan", "stock", "--forecast", tmp_path / "said", *tables, "--seed", 3, "--out", tmp_path / "stock", "--quiet"
    )
    assert answer.code == 0, answer
    answer = asked("--stock", tmp_path / "stock")
    assert answer.code == 0, answer
    page = lines(tmp_path / "plan")
    assert page["waste"]["plan"] < page["waste"]["today"], "today's rule orders 500 a day"
    totals = {row["policy"]: row for row in pl.read_csv(tmp_path / "stock" / "totals.csv").iter_rows(named=True)}
    assert page["waste"]["today"] == pytest.approx(totals["today"]["waste_cost"] * 2 / 28)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--set", "wge=12"), ("no assumption 'wge'", "wage")),
        (("--set", "wage"), ("'wage' sets no number", "--set wage=12")),
        (("--set", "occupancy=1.5"), ("occupancy", "at most 1")),
        (("--set", "margin=-1"), ("margin", "at least 0")),
        (("--assumptions", "bad.yaml"), ("line 2", "nothing called 'patienc'", "patience")),
        (("--today", "nobody.csv"), ("nobody at work", "dates of the planned days")),
        (("--today", "stranger.csv"), ("none of its places, such as 'C', is planned", "planned are A, B")),
        (("--today", "broken.csv"), ("line 2", "ends before it starts")),
        (("--today", "negative.csv"), ("line 3", "missing or negative")),
        (("--today", "none.csv"), ("There is no file",)),
        (("--stock", "said"), ("holds no plan", "busyness plan stock")),
        (("--stock", "staff"), ("holds a plan of staffing, not of stock",)),
        (("--lang", "de"), ("cannot be written in 'de'",)),
        (("--flat", "--today", "broken.csv"), ("--today or --flat, not both",)),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_what_to_do(asked, refused, tmp_path, words, said):
    texts = {
        "bad.yaml": "wage: 3\npatienc: 4\n",
        "nobody.csv": "person,place,start,end,role\np,A,2024-01-02 09:00,2024-01-02 17:00,sales\n",
        "stranger.csv": "place,time,heads\nC,2025-06-02 09:00,2\n",
        "broken.csv": "person,place,start,end,role\np,A,2025-06-02 09:00,2025-06-02 07:00,sales\n",
        "negative.csv": "place,time,heads\nA,2025-06-02 09:00,2\nA,2025-06-02 10:00,-2\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    given = [tmp_path / word if word in {*texts, "none.csv", "said", "staff"} else word for word in words]
    refused(asked(*given), *said)
    assert not (tmp_path / "plan").exists()


def test_plans_and_forecasts_have_to_belong_together(busyness, refused, tmp_path):
    said, roster = visits(tmp_path / "said"), staffed(tmp_path / "staff")
    other = staffed(tmp_path / "wrong", kind="stock")
    daily = visits(tmp_path / "daily", minutes=1440)
    vehicles = visits(tmp_path / "late", model="boosted-2")

    def run(forecast, staffing):
        return busyness("plan", "money", "--forecast", forecast, "--staffing", staffing, "--out", tmp_path / "plan")

    refused(run(said, other), "holds a plan of stock, not of staffing")
    refused(run(said, tmp_path), "holds no plan")
    refused(run(roster, said), "holds no forecast")
    refused(run(daily, roster), "whole days", "--every 1h")
    answer = run(vehicles, roster)
    assert answer.code == 0, answer
    assert "made from another forecast (model boosted-1; this one is boosted-2)" in answer.err
