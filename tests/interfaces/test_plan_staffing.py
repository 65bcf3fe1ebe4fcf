"""Rosters from the command line: what they write, and what they say when something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from busyness.testing.staffed_shop import STAFF, staffed_shop

QUICK = ("--rules", "pe", "--seconds", "1", "--threads", "1")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return staffed_shop(tmp_path_factory.mktemp("shop") / "said")


@pytest.fixture(scope="module")
def planned(shop: Path) -> Path:
    """A plan of both shops, made once by the command itself."""
    out = shop.parent / "plan"
    words = ["plan", "staffing", "--forecast", shop, "--staff", shop / "staff.csv", *QUICK, "--out", out, "--quiet"]
    code = "import sys\nfrom busyness.interfaces.cli.main import main\n"
    code += "try: main()\nfinally: print('solvers:', *sorted({'highspy', 'ortools'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code, *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "S3" in done.stderr, "the shop without staff is named"
    assert done.stdout.strip().endswith("solvers:"), "HiGHS and OR-Tools stay out of the command's own process"
    return out


@pytest.fixture
def plan(busyness, shop: Path, tmp_path: Path) -> Callable[..., Any]:
    """Plan with some other staff table, or other options."""

    def run(*options: object, staff: str | None = None, forecast: Path = shop) -> Any:
        (tmp_path / "staff.csv").write_text(STAFF if staff is None else staff, "utf-8")
        words = ("--forecast", forecast, "--staff", tmp_path / "staff.csv", "--out", tmp_path / "plan")
        return busyness("plan", "staffing", *words, *QUICK, *options)

    return run


# ---- what comes out --------------------------------------------------------------------------------------------------


def test_the_folder_holds_all_of_it(planned: Path) -> None:
    names = {path.name for path in planned.iterdir()}
    assert names == {
        "plan.parquet", "plan.csv", "plan.xlsx", "plan.json", "plan.html", "part.html", "need.csv", "people.csv",
        "roster.csv", "places.csv", "wishes.csv", "missed.csv", "calendars", "staffing",
    }  # fmt: skip
    assert (planned / "calendars" / "ana.ics").read_text("utf-8").startswith("BEGIN:VCALENDAR")
    facts = json.loads((planned / "plan.json").read_text("utf-8"))
    assert facts["kind"] == "staffing"
    assert facts["currency"] == "PEN"
    assert facts["bound"] <= facts["cost"]
    assert set(facts["versions"]) == {"busyness", "forecast", "model", "seed", "solver"}
    assert facts["versions"]["model"] == "boosted-1"
    by_place = {place["place"]: place for place in facts["places"]}
    assert set(by_place) == {"S1", "S2"}
    assert sum(place["cost"] for place in by_place.values()) == pytest.approx(facts["cost"])
    assert all({"cost", "bound", "gap", "seconds"} <= set(place) for place in by_place.values())
    for place in by_place.values():
        parts = [value for name, value in place.items() if name.startswith("cost_")]
        assert sum(parts) == pytest.approx(place["cost"])


def test_the_roster_is_what_people_can_do(planned: Path) -> None:
    roster = pl.read_csv(planned / "roster.csv")
    assert roster.columns == ["place", "person", "name", "role", "start", "end", "break"]
    day = pl.col("start").str.slice(0, 10)
    assert roster.filter((pl.col("person") == "dina") & (day == "2026-03-03")).is_empty(), "she has that day off"
    assert set(roster.filter(pl.col("person") == "cata")["role"]) <= {"checkout"}
    hours = roster["start"].str.slice(11, 2).cast(pl.Int64)
    assert hours.is_between(9, 18).all()
    need = pl.read_csv(planned / "need.csv")
    assert {"place", "time", "start", "role", "need", "planned", "gap"} == set(need.columns)
    assert (need["planned"] - need["need"] == need["gap"]).all()


def test_the_page_stands_alone_in_both_languages(planned: Path, shop: Path, busyness, tmp_path: Path) -> None:
    page = (planned / "plan.html").read_text("utf-8")
    assert "Who works when" in page
    assert page.count("<svg") > 14
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    answer = busyness("plan", "replan", "--plan", planned, "--sick", "ana:2026-03-05", "--lang", "es", "--out", tmp_path)
    assert answer.code == 0, answer
    assert "Quién trabaja cuándo" in (tmp_path / "plan.html").read_text("utf-8")


def test_a_dry_run_shows_the_heads_and_writes_nothing(plan, tmp_path: Path) -> None:
    answer = plan("--dry-run", "--json", "--minutes", "30")
    assert answer.code == 0, answer
    said = json.loads(answer.out)
    assert not (tmp_path / "plan").exists()
    halves = [row for row in said["need"] if row["place"] == "S1" and row["role"] == "sales"]
    assert len(halves) == 7 * 20
    assert max(row["need"] for row in halves) >= 2
    assert any("Assumed" in note for note in said["notes"])
    told = plan("--dry-run", "--place", "S1")
    assert "Shop 1" in told.out
    assert "Nothing was planned" in told.out


def test_the_standard_can_be_a_file_or_options(plan, tmp_path: Path) -> None:
    (tmp_path / "work.yaml").write_text(
        "roles: {sales: 1}\npresence: 2\n"
        "queues:\n  checkout: {service_minutes: 1.5, patience_minutes: 6, share_of_visitors: 0.6}\n"
    )
    answer = plan("--dry-run", "--json", "--place", "S1", "--standard", tmp_path / "work.yaml", "--no-keys")
    assert answer.code == 0, answer
    said = json.loads(answer.out)
    roles = {row["role"] for row in said["need"]}
    assert roles == {"sales", "checkout", "anyone"}
    assert {row["need"] for row in said["need"] if row["role"] == "anyone"} == {2}
    more = plan(
        "--dry-run", "--json", "--place", "S1", "--service-minutes", "sales=1,checkout=3", "--service-level", "0.9",
        "--occupancy", "0.8",
    )  # fmt: skip
    heads = {"sales": 0, "checkout": 0}
    for row in json.loads(more.out)["need"]:
        if row["role"] in heads:
            heads[row["role"]] += row["need"]
    assert heads["checkout"] > 2 * heads["sales"]
    assert "Assumed: people should be busy" not in more.out


def test_a_simulated_chain_comes_with_its_staff(busyness, tmp_path: Path) -> None:
    answer = busyness("simulate", "retail", "--stores", "2", "--days", "30", "--out", tmp_path)
    assert answer.code == 0, answer
    assert f"--staff {tmp_path}/staff.csv" in answer.out
    assert set(pl.read_csv(tmp_path / "staff.csv")["place"]) == {"S001", "S002"}


# ---- an edit, a sick call --------------------------------------------------------------------------------------------


def test_an_edit_is_scored_and_broken_rules_are_named_by_row(planned: Path, busyness, tmp_path: Path) -> None:
    same = busyness("plan", "score", "--plan", planned, "--roster", planned / "roster.csv", "--json")
    assert same.code == 0, same
    unchanged = json.loads(same.out)
    assert unchanged["change"] == 0
    assert unchanged["broken"] == unchanged["changes"] == []
    facts = json.loads((planned / "plan.json").read_text("utf-8"))
    assert unchanged["cost"] == pytest.approx(facts["cost"])
    rows = pl.read_csv(planned / "roster.csv")
    extra = rows.head(1).with_columns(
        person=pl.lit("dina"), name=pl.lit(""), place=pl.lit("S1"), role=pl.lit("sales"), start=pl.lit("2026-03-03 09:00"),
        end=pl.lit("2026-03-03 13:00"), **{"break": pl.lit("")},
    )  # fmt: skip
    pl.concat([rows, extra]).write_csv(tmp_path / "edited.csv")
    answer = busyness("plan", "score", "--plan", planned, "--roster", tmp_path / "edited.csv", "--json")
    assert answer.code == 1, "a script can refuse to publish"
    said = json.loads(answer.out)
    off = [rule for rule in said["broken"] if "has the day off" in rule["rule"]]
    assert off
    assert off[0]["lines"] == [rows.height + 2]
    assert said["parts"]["wages"]["after"] - said["parts"]["wages"]["before"] == pytest.approx(40)
    assert len(said["changes"]) == 1
    told = busyness("plan", "score", "--plan", planned, "--roster", tmp_path / "edited.csv")
    assert told.code == 1
    assert f"line {rows.height + 2}: Dina Salas has the day off" in told.out
    assert "hard rules are broken" in told.out or "1 hard rule is broken" in told.out


def test_a_sick_call_can_be_tried_without_writing(planned: Path, busyness, tmp_path: Path) -> None:
    words = ("plan", "replan", "--plan", planned, "--sick", "beto:2026-03-06", "--dry-run", "--out", tmp_path / "new")
    answer = busyness(*words)
    assert answer.code == 0, answer
    assert "Nothing was written." in answer.out
    assert json.loads(busyness(*words, "--json").out)["files"] == []
    assert not (tmp_path / "new").exists()


def test_a_sick_call_changes_little(planned: Path, shop: Path, busyness, plan, tmp_path: Path) -> None:
    before = pl.read_csv(planned / "roster.csv")
    answer = busyness(
        "plan", "replan", "--plan", planned, "--sick", "beto:2026-03-06", "--today", "2026-03-05", "--out", tmp_path / "new"
    )
    assert answer.code == 0, answer
    after = pl.read_csv(tmp_path / "new" / "roster.csv")
    day = pl.col("start").str.slice(0, 10)
    assert after.filter((pl.col("person") == "beto") & (day == "2026-03-06")).is_empty()
    assert before.filter(pl.col("place") == "S2").equals(after.filter(pl.col("place") == "S2")), "it does not concern S2"
    past = day < "2026-03-05"
    assert before.filter(past).equals(after.filter(past)), "what has been worked stays"
    again = plan("--published", planned / "roster.csv", "--sick", "beto:2026-03-06", "--place", "S1", "--json")
    assert again.code == 2, "the roster names people of another place"

    told = plan("--published", planned / "roster.csv", "--sick", "beto:2026-03-06", "--json")
    assert told.code == 0, told
    told_roster = pl.read_csv(tmp_path / "plan" / "roster.csv")
    assert told_roster.filter((pl.col("person") == "beto") & (day == "2026-03-06")).is_empty()
    kept = before.join(told_roster, on=["person", "start", "end"], how="semi").height
    assert kept > before.height / 2, "how much a second's search changes depends on how far it gets"


# ---- what is refused -------------------------------------------------------------------------------------------------


def swapped(person: str, column: str, value: str) -> str:
    frame = pl.read_csv(STAFF.encode(), infer_schema_length=0)
    cell = pl.when(pl.col("person") == person).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)
    return frame.with_columns(cell).write_csv()


@pytest.mark.parametrize(
    ("staff", "options", "words"),
    [
        (None, ("--place", "S9"), ("no place 'S9'", "S1")),
        (None, ("--place", "S3"), ("no staff of 'S3'",)),
        (swapped("ana", "place", "Lima"), (), ("ana works at 'Lima'", "does not have")),
        (swapped("ana", "place", ""), (), ("does not say where ana works", "--place")),
        (None, ("--rules", "xx"), ("no rules 'xx'", "es, pe")),
        (STAFF + STAFF.splitlines()[1] + "\n", (), ("line 9", "'ana' comes a second time")),
        (STAFF.splitlines()[0] + "\n", (), ("a header and no rows",)),
        ("", (), ("the file is empty",)),
        (swapped("ana", "wage", "-3"), (), ("line 2", "wage")),
        (swapped("cata", "availability", "mon 8"), (), ("line 4",)),
        (None, ("--service-minutes", "checkout=1,butcher=1"), ("needs 'butcher'", "nobody on the staff")),
        (None, ("--service-minutes", "checkout=fast"), ("no number",)),
        (None, ("--queue", "checkout"), ("no queue", "ROLE=SERVICE")),
        (None, ("--occupancy", "1.5"), ("occupancy", "1.5 is too large")),
        (None, ("--minutes", "7"), ("7 minutes",)),
        (None, ("--week", "2027-01-04"), ("2027-01-04 is not in it",)),
        (None, ("--sick", "ana:2026-03-04"), ("published",)),
        (None, ("--lang", "fr"), ("'fr'", "es or en")),
        (None, ("--standard", "nowhere.yaml"), ("nowhere.yaml cannot be read",)),
    ],
)
def test_what_is_wrong_is_said(plan, refused, tmp_path: Path, staff: str | None, options: tuple[str, ...], words) -> None:
    refused(plan(*options, staff=staff), *words)
    assert not (tmp_path / "plan").exists()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"minutes": 1440}, ("slots of 1d cannot be staffed",)),
        ({"noun": "couriers", "adds_up": False}, ("Couriers do not add up",)),
        ({"days": 1, "minutes": 1440}, ("1d",)),
    ],
)
def test_a_forecast_that_cannot_be_staffed_is_said(plan, refused, tmp_path: Path, kind: dict[str, Any], words) -> None:
    refused(plan(forecast=staffed_shop(tmp_path / "other", **kind)), *words)


def test_a_folder_without_a_forecast_is_said(plan, refused, tmp_path: Path) -> None:
    refused(plan(forecast=tmp_path), "holds no forecast")


@pytest.mark.parametrize(
    ("yaml", "words"),
    [
        ("roles:\n  sales: 1\nservce_level: 0.9\n", ("line 3", "no such setting", "service_level")),
        ("roles:\n  sales: {minutes_per_visitor: -1}\n", ("line 2", "too small")),
        ("prices: {undr: 3}\n", ("line 1", "'undr'", "under")),
        ("- a\n", ("empty",)),
        ("roles: [", ("no YAML",)),
    ],
)
def test_a_standard_that_cannot_be_is_said_with_its_line(plan, refused, tmp_path: Path, yaml: str, words) -> None:
    (tmp_path / "work.yaml").write_text(yaml)
    refused(plan("--standard", tmp_path / "work.yaml"), "work.yaml", *words)


@pytest.mark.parametrize(
    ("row", "sick", "words"),
    [
        ("ana,2026-03-04 09:00,2026-03-04 13:00,sales,", "gil:2026-03-04", ("gil", "no shift in the published roster")),
        (
            "ana,2026-03-04 09:00,2026-03-04 13:00,sales,",
            "anna:2026-03-04",
            ("'anna'", "not on the staff", "Did you mean 'ana'"),
        ),
        ("ana,2026-03-04 09:00,2026-03-04 13:00,sales,", "ana:2026-05-04", ("outside the week",)),
        ("ana,2026-03-04 09:00,2026-03-04 13:00,sales,", "ana", ("who is sick and when",)),
        ("ana,2026-02-04 09:00,2026-02-04 13:00,sales,", "ana:2026-03-04", ("line 2", "outside the week")),
        ("zoe,2026-03-04 09:00,2026-03-04 13:00,sales,", "ana:2026-03-04", ("line 2", "'zoe' is not on the staff")),
        ("ana,2026-03-04 13:00,2026-03-04 09:00,sales,", "ana:2026-03-04", ("line 2", "ends before it starts")),
        ("ana,2026-03-04 09:00,2026-03-04 13:00,sales,noon", "ana:2026-03-04", ("line 2", "'noon' is no break")),
        ("ana,soon,2026-03-04 13:00,sales,", "ana:2026-03-04", ("line 2", "soon")),
        ("ana,2026-03-04 09:00,2026-03-04 13:00,,", "ana:2026-03-04", ("line 2", "the role is missing")),
    ],
)
def test_a_published_roster_that_does_not_fit_is_said(plan, refused, tmp_path: Path, row: str, sick: str, words) -> None:
    (tmp_path / "published.csv").write_text(f"person,start,end,role,break\n{row}\n")
    refused(plan("--published", tmp_path / "published.csv", "--sick", sick), *words)


def test_a_place_that_cannot_be_planned_leaves_the_others_alone(plan, tmp_path: Path) -> None:
    answer = plan(staff=swapped("gil", "min_hours", "60"))
    assert answer.code == 0, answer
    assert "S2 could not be planned" in answer.err
    assert set(pl.read_csv(tmp_path / "plan" / "roster.csv")["place"]) == {"S1"}
    assert "at least 60" in json.loads((tmp_path / "plan" / "plan.json").read_text("utf-8"))["refused"]["S2"]


def test_a_folder_without_a_plan_or_with_a_damaged_one_is_said(busyness, refused, planned: Path, tmp_path: Path) -> None:
    refused(busyness("plan", "score", "--plan", tmp_path, "--roster", planned / "roster.csv"), "holds no staffing plan")
    refused(busyness("plan", "replan", "--plan", planned, "--out", tmp_path / "new"), "Nobody has called in sick")
    (tmp_path / "staffing").mkdir()
    for file in (planned / "staffing").iterdir():
        (tmp_path / "staffing" / file.name).write_bytes(file.read_bytes())
    (tmp_path / "staffing" / "need.npz").write_bytes(b"not an archive")
    refused(busyness("plan", "score", "--plan", tmp_path, "--roster", planned / "roster.csv"), "cannot be read")


def test_the_calendars_were_made_now(planned: Path) -> None:
    stamp = next(line for line in (planned / "calendars" / "ana.ics").read_text().splitlines() if "DTSTAMP" in line)
    assert stamp.split(":")[1][:4] == str(datetime.now().year)
