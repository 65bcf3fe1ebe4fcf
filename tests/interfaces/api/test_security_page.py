"""What docs/security.md says is shown by tests that exist, and by settings and commands that do."""

import re
from pathlib import Path

from busyness.interfaces.api.app import STRANGERS_PER_MINUTE
from busyness.state.retention import Retention
from busyness.workflows.service.settings import RetentionSettings, SecuritySettings, ServiceSettings

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")


def test_every_test_that_the_page_names_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 40
    there = {
        name
        for file in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text("utf-8"), re.M)
    }
    assert named <= there, named - there


def test_every_measure_names_its_test() -> None:
    table = PAGE.split("## What each measure stops")[1].split("**Openings.**")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith("| measure")]
    assert len(rows) > 20
    assert all("`test_" in row.rsplit("|", 2)[1] for row in rows)


def test_the_figures_are_those_of_the_code() -> None:
    security = SecuritySettings()
    assert f"{security.requests_per_minute} requests a minute for a caller" in PAGE
    assert f"{STRANGERS_PER_MINUTE} for a stranger's address" in PAGE
    assert f"bodies of {security.body_megabytes:g} MB" in PAGE
    assert security.session_hours == 12
    assert not security.predict_open
    assert not security.metrics_open
    assert Retention(**RetentionSettings().model_dump()) == Retention()
    assert set(re.findall(r"`(\w+):`", PAGE)) <= set(ServiceSettings.model_fields)
