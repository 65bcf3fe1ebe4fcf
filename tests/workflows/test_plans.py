"""A run ends with its plans: in their folders, in the report, and a plan that cannot be made sinks nothing."""

import json
import re

import polars as pl
import pytest

from busyness.sources.simulator.retail import RetailChain
from busyness.workflows.forecast import forecast
from busyness.workflows.settings import RunSettings
from busyness.workflows.simulate import simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    home = tmp_path_factory.mktemp("chain")
    made, out = home / "input", home / "out"
    simulate(RetailChain(stores=2, days=60), made)
    settings = RunSettings.model_validate(
        {
            "counts": {"file": str(made / "counts.csv"), "timezone": "America/Lima", "places": made / "places.csv"},
            "calendar": {"country": "PE", "opening_hours": made / "opening_hours.csv"},
            "model": {"horizon": 192, "fast": True, "threads": 1},
            "backtest": {"windows": 0},
            "output": {"out": out, "lang": "es"},
            "plans": {
                "currency": "PEN",
                "staffing": {"staff": made / "staff.csv", "seconds": 1},
                "stock": {"products": str(made / "products.csv"), "stock": str(made / "stock.csv")},
                "promotions": {"promotions": home / "nowhere.csv"},
                "money": {},
                "intraday": {"days": 20},
            },
        }
    )  # fmt: skip
    steps = []

    class Heard:
        def step(self, text, done=0, *, total=0):
            steps.append(text)

    forecast(settings).write(out, progress=Heard())
    return out, steps


def test_every_plan_is_in_its_folder_with_what_it_was_made_from(folder):
    out, steps = folder
    model = json.loads((out / "plans" / "stock" / "plan.json").read_text())["versions"]["model"]
    for kind in ("staffing", "stock", "money", "intraday"):
        facts = json.loads((out / "plans" / kind / "plan.json").read_text())
        assert facts["kind"] == kind
        assert facts["bound"] <= facts["cost"] + 1e-6
        assert facts["versions"]["model"] == model
        assert pl.read_parquet(out / "plans" / kind / "plan.parquet").height == facts["actions"]
        assert (out / "plans" / kind / "plan.xlsx").is_file()
    assert "Deciding what to order" in steps


def test_the_report_shows_them_and_says_which_could_not_be_made(folder):
    out, _ = folder
    page = (out / "report.html").read_text()
    for kind in ("staffing", "stock", "money", "intraday"):
        assert f'href="plans/{kind}/plan.html"' in page
    assert "Qué hacer" in page
    assert "No se pudo hacer: plan de promociones." in page
    assert "nowhere.csv" in page
    made = {each["kind"]: each["failed"] for each in json.loads((out / "plans" / "plans.json").read_text())}
    assert made["promotions"]
    assert not any(failed for kind, failed in made.items() if kind != "promotions")


def test_ids_are_unique_in_the_report(folder):
    out, _ = folder
    page = (out / "report.html").read_text()
    page = page[: page.index('<script type="application/json"')]
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)), [each for each in ids if ids.count(each) > 1]
