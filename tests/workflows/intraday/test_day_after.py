"""Answers and counts as people write them: what can be is taken, what cannot be is named with its line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from busyness.decisions.intraday.decided import DECIDED_SCHEMA
from busyness.decisions.intraday.kept_day import KeptDay
from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Visits
from busyness.domain.errors import InputError, SettingsError
from busyness.workflows.intraday.day_after import Answers, Came, of_no_day, rejected_table
from busyness.workflows.intraday.kept_decisions import decision_files, kept_days
from busyness.workflows.log_intraday import log_intraday

LIMA = ZoneInfo("America/Lima")
STEPS = 4
PROBLEM = IntradayProblem(
    ("A", "B"),
    np.full((2, STEPS), 2),
    np.array([[0.0, 9.0], [9.0, 0.0]]),
    FlexPeople((1, 1), callable=1),
    Visits(3.0, 8.0),
    Money(10.0, 4.0, 0.1, (Notice(30, 5),)),
)
DAY = KeptDay("A+B", datetime(2026, 3, 2, 9, tzinfo=LIMA), "America/Lima", np.full((2, STEPS), 5.0), PROBLEM)
ACTIONS = 5  # nothing, two moves, two calls
STATE = [0.0] * (3 + 2 * 20 + ACTIONS)


def decided(action: int = 1) -> pl.DataFrame:
    """In the second step somebody is moved from A to B; in the others nothing was offered."""
    rows = []
    for step in range(STEPS):
        said = action if step == 1 else 0
        time = datetime(2026, 3, 2, 14, 15 * step, tzinfo=ZoneInfo("UTC"))
        for place in "AB":
            travel = 9.0 if said and place == "B" else None
            told = ("lookahead", "1", said, "move one from A to B" if said else "nothing", 1.0, said, [0, 1], STATE)
            rows.append(("A+B", place, time.date(), time, step, 0, *told, travel, 2, 5.0))
    return pl.DataFrame(rows, schema=dict(DECIDED_SCHEMA), orient="row")


def answers(tmp_path: Path, *rows: str, header: str = "time,accepted,by,travel_minutes") -> Answers:
    (tmp_path / "answers.csv").write_text("\n".join([header, *rows]) + "\n")
    return Answers.read(tmp_path / "answers.csv")


@pytest.mark.parametrize("said", ["yes", "Sí", "TRUE", "1", "accepted"])
def test_yes_is_said_in_many_ways(tmp_path: Path, said: str) -> None:
    found, rejected = answers(tmp_path, f"2026-03-02 09:15,{said},Ana,12.5").of(DAY, decided())
    assert not rejected
    assert found[1, 0] == (True, "Ana", 12.5)


def test_times_with_an_offset_are_the_same_moments(tmp_path: Path) -> None:
    found, _ = answers(tmp_path, "2026-03-02T14:15:00Z,no,Ana,").of(DAY, decided())
    assert found == {(1, 0): (False, "Ana", None)}


BAD_ANSWERS = {
    "2026-03-02 09:15,perhaps,Ana,": "'perhaps' is neither yes nor no",
    "2026-03-02 09:15,,Ana,": "neither yes nor no",
    "2026-03-02 09:15,yes,,": "nobody is named",
    "2026-03-02 09:15,yes,Ana,soon": "minutes of travel are no number",
    "2026-03-02 09:15,yes,Ana,-3": "below 0",
    "2026-03-02 09:30,yes,Ana,": "nothing was offered then",
    ",yes,Ana,": "the time is missing",
    "not a time,yes,Ana,": "'not a time' is no time",
    "2026-03-02 23:30,yes,Ana,": "the day has no step then",
}


@pytest.mark.parametrize(("row", "says"), BAD_ANSWERS.items())
def test_an_answer_that_cannot_be_is_named(tmp_path: Path, row: str, says: str) -> None:
    found, rejected = answers(tmp_path, row, "2026-03-02 09:15,no,Ben,").of(DAY, decided())
    assert [(line, says in why) for _, line, why in rejected] == [(2, True)]
    assert found == {(1, 0): (False, "Ben", None)}


def test_a_second_answer_other_days_and_other_clusters(tmp_path: Path) -> None:
    told = answers(
        tmp_path,
        "2026-03-02 09:15,yes,Ana,A+B",
        "2026-03-02 09:15,no,Ben,A+B",
        "2026-03-02 09:15,no,Cid,C+D",
        "2026-03-09 09:15,no,Ana,A+B",
        header="time,accepted,by,cluster",
    )
    found, rejected = told.of(DAY, decided())
    assert found == {(1, 0): (True, "Ana", None)}
    assert [(line, why) for _, line, why in rejected] == [(3, "the same offer is answered a second time")]
    assert of_no_day(told, [DAY]) == 1


BAD_COUNTS = {
    "A,2026-03-02 09:05,3": "no step begins then",
    "A,2026-03-02 09:15,-1": "arrivals is no number of 0 or more",
    "A,2026-03-02 09:15,2.5": "no whole number",
    "A,2026-03-02 09:15,many": "missing or no number",
    "A,2026-03-02 09:15,": "missing or no number",
    "A,2026-03-02 09:00,3": "a second time",
    "A,not a time,3": "'not a time' is no time",
    "A,,3": "the time is missing",
    "A,2026-03-02 23:30,3": "the day has no step then",
}


@pytest.mark.parametrize(("row", "says"), BAD_COUNTS.items())
def test_a_count_that_cannot_be_is_named(tmp_path: Path, row: str, says: str) -> None:
    (tmp_path / "came.csv").write_text(f"place,time,visitors\nA,2026-03-02 09:00,4\n{row}\nZ,2026-03-02 09:00,4\n")
    counted, rejected = Came.read(tmp_path / "came.csv").of(DAY)
    assert [(line, says in why) for _, line, why in rejected] == [(3, True)]
    assert rejected_table([*rejected, *rejected]).height == 1
    assert counted.arrivals[0, 0] == 4
    assert np.isnan(counted.arrivals).sum() == 2 * STEPS - 1


def test_a_file_without_any_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'never' in column 'time' is no time"):
        answers(tmp_path, "never,yes,Ana,", "later,no,Ana,")


def test_nobody_after_the_last_step_and_an_answer_late_in_the_day_are_of_a_known_day(tmp_path: Path) -> None:
    (tmp_path / "came.csv").write_text("place,time,visitors\nA,2026-03-02 09:00,4\nA,2026-03-02 23:30,0\n")
    came = Came.read(tmp_path / "came.csv")
    assert not came.of(DAY)[1]
    assert of_no_day(came, [DAY]) == of_no_day(answers(tmp_path, "2026-03-02 23:30,yes,Ana,"), [DAY]) == 0


def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir(exist_ok=True)
    for name, content in decision_files(folder, DAY, decided()).items():
        (folder / name).write_bytes(content)
    return folder


def counts(tmp_path: Path, *, steps: int = STEPS, more: str = "", values: str = "") -> Path:
    rows = [f"{place},2026-03-02 09:{15 * step:02d},5{values}" for place in "AB" for step in range(steps)]
    (tmp_path / "came.csv").write_text("\n".join([f"place,time,arrivals{more}", *rows]) + "\n")
    return tmp_path / "came.csv"


def test_a_day_is_logged_with_what_was_taken_for_granted(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    plan = kept(tmp_path)
    came = counts(tmp_path, steps=3, more=",served,busy_minutes", values=",5,16")
    (tmp_path / "answers.csv").write_text("time,accepted,by\n2026-03-02 09:30,yes,Ana\n2026-04-02 09:30,yes,Ana\n")
    dry = log_intraday([plan], came, tmp_path / "log", answers=tmp_path / "answers.csv", dry_run=True)
    assert not (tmp_path / "log").exists()
    done = log_intraday([plan], came, tmp_path / "log", answers=tmp_path / "answers.csv")
    assert done.days.equals(dry.days)
    assert done.days.row(0, named=True) == {
        "cluster": "A+B", "date": DAY.date, "steps": 3, "left_out": 1, "decided": 4, "offers": 1, "accepted": 0,
        "unanswered": 1, "services_counted": 1.0, "waits_counted": 0.0,
    }  # fmt: skip
    assert done.rejected["reason"].to_list() == ["nothing was offered then"]
    said = " ".join(done.notes)
    for words in ("count of visitors: 1.", "refused by nobody: 1.", "waits (gave_up, waited_minutes) were not counted"):
        assert words in said
    assert "do not know: 1." in said
    assert "services (served" not in said


def test_what_cannot_be_logged_is_told(tmp_path: Path) -> None:
    pytest.importorskip("numba")
    plan = kept(tmp_path)
    (tmp_path / "came.csv").write_text("place,time,arrivals\nA,2026-03-05 09:00,4\n")
    with pytest.raises(InputError, match=r"no step in which all places .* 2026-03-02"):
        log_intraday([plan], tmp_path / "came.csv", tmp_path / "log")
    with pytest.raises(InputError, match="no decisions of a day"):
        log_intraday([tmp_path], counts(tmp_path), tmp_path / "log")
    (tmp_path / "answers.csv").write_text("when,who\n1,2\n")
    with pytest.raises(SettingsError, match="no column"):
        log_intraday([plan], counts(tmp_path), tmp_path / "log", answers=tmp_path / "answers.csv")
    assert kept_days([plan])[0][1].equals(decided())
    assert not (tmp_path / "log").exists()
