"""Promotions from the command line: planted effects come back, nothing is found where nothing is, errors say what to do."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.sources.simulator.retail import RetailChain, simulate_retail
from busyness.tables.forecast import Forecast
from busyness.workflows.folder import PATHS, write_paths
from busyness.workflows.plan_promotions import PromotionTables, Wanted, plan_promotions
from busyness.workflows.promotion_terms import Terms

STORES = tuple(f"S{number:03d}" for number in range(1, 9))
TERMS = ("--margin", 4, "--cost", 100, "--budget", 700, "--currency", "PEN")


def days_ahead(folder: Path, *, days: int = 14, noun: str = "visitors") -> Path:
    """Daily visits of the eight stores after the world's last day, quieter from Monday to Thursday."""
    folder.mkdir()
    start = np.datetime64("2025-08-25")
    weekday = np.arange(days) % 7
    mean = np.tile(np.where(weekday < 4, 900.0, 1400.0), (len(STORES), 1)).astype(np.float32)
    spread = np.linspace(0.7, 1.3, len(DENSE_LEVELS), dtype=np.float32)
    said = Forecast(
        places=tuple(
            Place(id_, timezone="America/Lima", latitude=-12.0 - k, longitude=-77.0) for k, id_ in enumerate(STORES)
        ),
        slots=Slots(start, SlotLength(1440), days),
        levels=DENSE_LEVELS,
        quantiles=mean[..., None] * spread,
        mean=mean,
        open=np.ones(mean.shape, bool),
        ranks=np.tile(np.linspace(5, 250, 20).astype(np.uint8)[:, None, None], (1, *mean.shape)),
        model="boosted-1",
    )
    write_paths(said, folder / PATHS, noun=noun)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Eight stores over 420 days with three types of promotions, of which history says enough of one."""
    folder = tmp_path_factory.mktemp("world")
    made = simulate_retail(RetailChain(stores=8, days=420, every=SlotLength(1440), seed=0))
    made.counts.write_csv(folder / "counts.csv")
    made.known.write_csv(folder / "known.csv")
    made.promotions.write_csv(folder / "promotions.csv")
    made.truth.write_parquet(folder / "truth.parquet")
    days_ahead(folder / "said")
    (folder / "run.yaml").write_text(
        f"counts: {{file: {folder / 'counts.csv'}, timezone: America/Lima}}\ncalendar: {{country: PE, known: "
        f"[{folder / 'known.csv'}]}}\npreparation: {{outliers: none}}\n"
    )
    return folder


@pytest.fixture(scope="module")
def planned(world):
    """The plan's folder after one run, to be looked at and given back as a history."""
    tables = PromotionTables(str(world / "run.yaml"), world / "promotions.csv", world / "said")
    plan_promotions(tables, world / "plan", terms=Terms(margin=4, cost=100, budget=700), wanted=Wanted("PEN"))
    return world / "plan"


@pytest.fixture
def run(busyness, world):
    def asked(*words, history="run.yaml"):
        return busyness("plan", "promotions", "--history", world / history, "--promotions", world / "promotions.csv", *words)

    return asked


def test_planted_effects_are_found_and_windows_recommended(world, planned):
    said = json.loads((planned / "plan.json").read_text())
    assert said["cost"] < 0, "a sure gain"
    assert said["bound"] <= said["cost"]
    assert said["versions"]["model"] == "boosted-1"
    assert said["versions"]["history"] == "boosted"
    assert any("promo_2x1" in note and "was taken out" in note for note in said["notes"])

    types = {row["type"]: row for row in pl.read_csv(planned / "types.csv").iter_rows(named=True)}
    truth = pl.read_parquet(world / "truth.parquet").filter(
        (pl.col("kind") == "promotion") & (pl.col("start").dt.date() >= date(2024, 11, 18))
    )
    card = types["promo_bank_card"]
    planted = truth.filter(pl.col("cause") == "promo_bank_card")["size"].mean()
    assert card["estimable"]
    assert card["low"] < planted < card["high"]
    assert card["by_chance_low"] < 0 < card["by_chance_high"] < card["change"]
    assert not types["promo_price"]["estimable"]
    assert types["promo_price"]["verdict"].startswith("Not estimable: ")

    windows = pl.read_parquet(planned / "plan.parquet")
    assert windows.height >= 1
    assert set(windows["type"]) == {"promo_bank_card"}, "the others may do nothing"
    assert windows["spend"].sum() <= 700
    assert windows["start"].min() >= date(2025, 8, 25)
    assert all("more visits are likely" in reason for reason in windows["reason"])

    test = pl.read_csv(planned / "switch_back.csv")
    assert set(test["type"]) == {"promo_price", "promo_2x1"}
    assert test.group_by("type", "place", "arm").len()["len"].n_unique() == 1, "as often with it as without"
    assert test["start"].min() > str(windows["end"].max()), "a test does not meet the windows that are recommended"
    page = (planned / "plan.html").read_text()
    assert "promo_bank_card: +" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("lang", ["es", "en"])
def test_the_plan_is_the_history_of_the_next_one_in_both_languages(busyness, world, planned, tmp_path, lang):
    words = ("--history", planned, "--promotions", world / "promotions.csv", "--lang", lang, "--out", tmp_path / "again")
    answer = busyness("plan", "promotions", *words, "--quiet")
    assert answer.code == 0, answer
    before, after = (pl.read_csv(folder / "types.csv") for folder in (planned, tmp_path / "again"))
    assert before.equals(after)
    page = (tmp_path / "again" / "plan.html").read_text()
    assert f'<html lang="{lang}">' in page
    assert ("sin pronóstico no se recomiendan" if lang == "es" else "without a forecast no windows") in page
    assert not (tmp_path / "again" / "history").exists()


def test_where_nothing_was_planted_nothing_is_seen(busyness, tmp_path):
    chain = RetailChain(stores=8, days=420, every=SlotLength(1440), seed=3, campaigns_per_year=0.0)
    made = simulate_retail(chain)
    made.counts.write_csv(tmp_path / "counts.csv")
    rng = np.random.default_rng(0)
    rows = [
        (place, f"2025-{month:02d}-{day:02d}", f"2025-{month:02d}-{day + 3:02d}", "nothing")
        for month, day in ((1, 13), (2, 20), (3, 15), (4, 3), (5, 12), (6, 5), (7, 1))
        for place in rng.permutation(made.places["place"])[:4]
    ]
    pl.DataFrame(rows, schema=["place", "start", "end", "type"], orient="row").write_csv(tmp_path / "promotions.csv")
    answer = busyness(
        "plan", "promotions", "--history", tmp_path / "counts.csv", "--promotions", tmp_path / "promotions.csv",
        "--out", tmp_path / "plan", "--json",
    )  # fmt: skip
    assert answer.code == 0, answer
    assert any(note.startswith("nothing: No effect seen") for note in json.loads(answer.out)["notes"])
    found = pl.read_csv(tmp_path / "plan" / "types.csv").row(0, named=True)
    assert found["estimable"]
    assert found["low"] < 0 < found["high"]


def test_windows_somebody_gives_are_judged(busyness, world, planned, tmp_path):
    (tmp_path / "windows.csv").write_text(
        "place,start,end,type,cost\nS001,2025-09-02,2025-09-05,promo_bank_card,10\n,2025-09-03,2025-09-04,promo_bank_card,\n"
        "S002,2026-01-01,2026-01-02,promo_bank_card,5\nS003,2025-09-02,2025-09-05,promo_price,5\n"
    )
    words = ("--candidates", tmp_path / "windows.csv", "--forecast", world / "said", *TERMS, "--cool-down", 0)
    answer = busyness(
        "plan", "promotions", "--history", planned, "--promotions", world / "promotions.csv", *words, "--out", tmp_path / "p"
    )
    assert answer.code == 0, answer
    judged = pl.read_csv(tmp_path / "p" / "candidates.csv", try_parse_dates=True)
    assert judged["end"].max() <= date(2025, 9, 7), "those outside the forecast are left out"
    everywhere = judged.filter(pl.col("start") == date(2025, 9, 3))
    planned_then = pl.read_csv(world / "promotions.csv", try_parse_dates=True).filter(
        (pl.col("start") <= date(2025, 9, 4)) & (pl.col("end") >= date(2025, 9, 3))
    )
    assert set(everywhere["place"]) == set(STORES) - set(planned_then["place"])
    assert set(everywhere["visits"].round(1)) == {1800.0}
    assert set(everywhere["cost"]) == {100.0}
    assert not judged.filter(pl.col("type") == "promo_price")["picked"].any()


def test_what_cannot_be_recommended_is_told(busyness, world, planned, tmp_path):
    words = ("--history", planned, "--promotions", world / "promotions.csv", "--out", tmp_path / "p", "--quiet")
    short = days_ahead(tmp_path / "short", days=2)
    answer = busyness("plan", "promotions", *words, "--forecast", short, "--margin", 4)
    assert answer.code == 0, answer
    assert "promo_bank_card usually runs" in answer.err
    assert "and the forecast reaches 2: none of it is proposed." in answer.err
    answer = busyness("plan", "promotions", *words, "--forecast", world / "said", "--margin", 0.001, "--cost", 500)
    assert answer.code == 0, answer
    assert "No window is sure to earn more than it costs" in answer.err
    assert "none is sure to earn more than it costs" in (tmp_path / "p" / "plan.html").read_text()


def test_terms_come_from_a_file(busyness, world, planned, tmp_path):
    (tmp_path / "terms.yaml").write_text("margin: 4\nbudget: 100\ncost:\n  promo_bank_card: 40\n  promo_price: 90\n")
    words = ("--terms", tmp_path / "terms.yaml", "--forecast", world / "said", "--out", tmp_path / "p", "--json")
    answer = busyness("plan", "promotions", "--history", planned, "--promotions", world / "promotions.csv", *words)
    assert answer.code == 0, answer
    assert pl.read_parquet(tmp_path / "p" / "plan.parquet")["spend"].sum() <= 100
    listed = dict(pl.read_csv(tmp_path / "p" / "terms.csv").iter_rows())
    assert listed["cost promo_bank_card"] == 40


def test_a_dry_run_writes_nothing(run, world, tmp_path):
    answer = run("--forecast", world / "said", *TERMS, "--out", tmp_path / "plan", "--dry-run")
    assert answer.code == 0, answer
    assert "replayed week by week with promotions left out" in answer.out
    assert "windows from 2025-08-25 to 2025-09-07" in answer.out
    assert not (tmp_path / "plan").exists()


def test_a_model_that_knew_of_promotions_is_refused(busyness, refused, world, planned, tmp_path):
    folder = tmp_path / "check"
    folder.mkdir()
    (folder / "predictions.parquet").write_bytes((planned / "history" / "predictions.parquet").read_bytes())
    (folder / "backtest.json").write_text(json.dumps({"model": "boosted", "covariates": ["promo_price", "rain"]}))
    answer = busyness(
        "plan", "promotions", "--history", folder, "--promotions", world / "promotions.csv", "--out", tmp_path / "p"
    )
    refused(answer, "knew of promotions (promo_price)", "Give the YAML of that run")
    (folder / "backtest.json").write_text(json.dumps({"model": "boosted", "covariates": ["rain"]}))
    answer = busyness(
        "plan", "promotions", "--history", folder, "--promotions", world / "promotions.csv", "--out", tmp_path / "p"
    )
    assert answer.code == 0, answer
    assert "somewhat understated" in answer.err


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("store,from,until\nS001,2025-01-07,2025-01-02\n", ("line 2", "ends before it begins")),
        ("place,start,end\nS001,soon,2025-01-02\n", ("line 2", "'soon'", "no time")),
        ("place,start\nS001,2025-01-02\n", ("no column 'end'",)),
        ("place,start,end,type\nParis,2025-01-02,2025-01-04,a\n", ("names none of the 8 places", "'Paris'")),
        ("place,start,end\n", ("no rows",)),
        ("place,start,end\nS001,2031-01-02,2031-01-04\n", ("None of the 1 promotions ran", "longer history")),
        ("place,start,end,cost\nS001,2025-01-02,2025-01-03,-4\n", ("line 2", "negative")),
    ],
)
def test_a_bad_table_of_promotions_is_told_with_its_line(busyness, refused, planned, tmp_path, table, said):
    (tmp_path / "promotions.csv").write_text(table)
    answer = busyness(
        "plan", "promotions", "--history", planned, "--promotions", tmp_path / "promotions.csv", "--out", tmp_path / "p"
    )
    refused(answer, *said)
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--forecast", "said"), ("Nobody said what an extra visit earns", "--margin")),
        (("--forecast", "nowhere", "--margin", 4), ("holds no forecast",)),
        (("--candidates", "promotions.csv"), ("only be judged with a forecast", "--forecast")),
        (("--forecast", "said", "--margin", -4), ("margin is negative",)),
        (("--forecast", "said", "--margin", 4, "--candidates", "promotions.csv"), ("lies within the forecast",)),
        (("--lang", "fr"), ("cannot be written in 'fr'", "es or en")),
        (("--terms", "bad.yaml"), ("line 2", "nothing called 'margn'", "margin")),
        (("--terms", "text.yaml"), ("line 1", "'much' is no number")),
        (("--history", "nothing.csv"), ("There is no history",)),
        (("--history", "said"), ("holds no predictions of the past", "YAML of a run")),
    ],
)
def test_mistakes_are_told_with_what_to_do(busyness, refused, world, planned, tmp_path, words, said):
    (tmp_path / "bad.yaml").write_text("budget: 3\nmargn: 4\n")
    (tmp_path / "text.yaml").write_text("margin: much\n")
    files = {"said", "nowhere", "promotions.csv", "nothing.csv"}
    given = [world / w if w in files else tmp_path / w if str(w).endswith(".yaml") else w for w in words]
    history = () if "--history" in words else ("--history", planned)
    answer = busyness(
        "plan", "promotions", *history, "--promotions", world / "promotions.csv", *given, "--out", tmp_path / "p"
    )
    refused(answer, *said)
    assert not (tmp_path / "p").exists()
