"""What tells of promotions is taken out, and the days of promotions are hidden from the model."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.promotion_history import Known, promoted, settings_without, telling

ZONES = {"A": "America/Lima"}


@pytest.fixture
def panel():
    return tiny_city(places=3, weeks=9)


def ran(panel, *, days=3):
    start = panel.slots.start.astype("datetime64[D]").astype(object)
    return pl.DataFrame(
        {
            "place": [panel.ids[0], None],
            "start": [start.replace(day=start.day + 5), date(start.year, start.month + 1, 3)],
            "end": [start.replace(day=start.day + 4 + days), date(start.year, start.month + 1, 3)],
            "type": ["2x1", "card"],
        }
    )


def test_promotions_run_on_local_days(panel):
    mask = promoted(panel, ran(panel))
    per_day = panel.slots.length.per_day
    assert mask[0].sum() == 4 * per_day
    assert mask[1].sum() == per_day, "a blank place is all of them"


def test_what_speaks_only_in_promotions_is_found(panel):
    mask = promoted(panel, ran(panel))
    rain = np.random.default_rng(0).random(mask.shape).astype(np.float32)
    known = {
        "poster": mask.astype(np.float32),
        "price": np.where(mask, np.float32(0.8), np.float32(1.0)),
        "rain": rain,
        "promo_next_week": rain,
        "card_shown": rain,
        "nothing": np.zeros_like(rain),
    }
    assert telling(replace(panel, known=known), mask, ran(panel)) == ["poster", "price", "promo_next_week", "card_shown"]


def test_settings_lose_promotions_and_prices(tmp_path):
    (tmp_path / "run.yaml").write_text(
        "counts: {file: visits.csv}\naround: {promotions: p.csv, prices: q.csv, local_events: e.csv}\nmodel: {horizon: 24}\n"
    )
    settings = settings_without(str(tmp_path / "run.yaml"), Known(ZONES))
    assert settings.around.promotions is None
    assert settings.around.prices is None
    assert str(settings.around.local_events) == "e.csv"
    assert settings.model.horizon is None


def test_counts_alone_take_zone_and_country_from_the_forecast(tmp_path):
    (tmp_path / "visits.csv").write_text("time,visitors\n")
    settings = settings_without(str(tmp_path / "visits.csv"), Known(ZONES, "1h", "PE"))
    assert settings.counts.timezone == "America/Lima"
    assert settings.counts.every == "1h"
    assert settings.calendar.country == "PE"
    with pytest.raises(InputError, match="There is no history"):
        settings_without(str(tmp_path / "none.csv"), Known(ZONES))
