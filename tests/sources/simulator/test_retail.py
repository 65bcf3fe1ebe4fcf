"""The simulated chain keeps its own rules, and what was put into it can be found in it."""

from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from busyness.domain.errors import InputError
from busyness.domain.slots import SlotLength
from busyness.sources.capacity import read_capacity
from busyness.sources.covariates import read_known
from busyness.sources.opening_hours import read_opening_hours
from busyness.sources.places import read_places
from busyness.sources.simulator.retail import SIMULATED_NOTE, RetailChain, RetailWorld, simulate_retail

DAY = pl.col("time").dt.date()


@pytest.fixture(scope="module")
def world() -> RetailWorld:
    return simulate_retail(RetailChain())


def truth(world: RetailWorld, kind: str) -> pl.DataFrame:
    return world.truth.filter(pl.col("kind") == kind)


def within(rows: pl.DataFrame, spans: pl.DataFrame) -> pl.DataFrame:
    """The rows of each span, with the span's cause and size."""
    return rows.join(spans.select("place", "start", "end", "cause", "size"), on="place").filter(
        pl.col("time") >= pl.col("start"), pl.col("end").is_null() | (pl.col("time") < pl.col("end"))
    )


def test_same_settings_give_the_same_world(world):
    again = simulate_retail(RetailChain())
    for name, table in world.tables().items():
        assert_frame_equal(table, again.tables()[name])
    assert_frame_equal(world.truth, again.truth)
    assert_frame_equal(world.actual, again.actual)


def test_another_seed_gives_another_world(world):
    other = simulate_retail(RetailChain(seed=1))
    assert not world.places["name"].equals(other.places["name"])
    assert world.counts["visitors"].mean() != other.counts["visitors"].mean()


def test_the_tables_are_named_and_typed_as_files_need_them(world):
    tables = world.tables()
    assert list(tables) == [
        "counts",
        "places",
        "opening_hours",
        "promotions",
        "known",
        "weather",
        "weather_by_place",
        "capacity",
    ]
    assert world.counts.schema == {"time": pl.Datetime("us"), "place": pl.String, "visitors": pl.Int64}
    assert world.counts.equals(world.counts.sort("place", "time"))
    assert not world.counts.select("time", "place").is_duplicated().any()
    assert (world.counts["visitors"].drop_nulls() >= 0).all()
    assert set(world.places["district_type"]) == {"residential", "office", "commercial", "tourist", "university"}
    assert world.places["name"].n_unique() == 12
    assert all("simula" in sentence for sentence in SIMULATED_NOTE.values())


@pytest.mark.parametrize("every", ["15min", "1h", "90min", "2h", "1d"])
def test_there_is_a_row_exactly_for_every_slot_in_which_an_existing_store_is_open(every, tmp_path):
    chain = RetailChain(stores=8, start=date(2024, 12, 1), days=150, every=SlotLength.parse(every))
    world = simulate_retail(chain)
    world.opening_hours.write_csv(tmp_path / "opening_hours.csv")
    hours = read_opening_hours(tmp_path / "opening_hours.csv")
    wall = np.datetime64(chain.start, "s") + np.arange(chain.days * chain.every.per_day) * chain.every.step
    expected = []
    for place, opened, closed in world.places.select("place", "opened", "closed").iter_rows():
        lives = (wall >= np.datetime64(opened)) & (wall < np.datetime64(closed or date(2100, 1, 1)))
        times = wall[hours[place].open_at(wall, chain.every) & lives]
        expected.append(pl.DataFrame({"time": times.astype("datetime64[us]")}).with_columns(place=pl.lit(place)))
    assert_frame_equal(world.counts.select("time", "place"), pl.concat(expected))
    assert world.places["closed"].drop_nulls().len() == 1
    assert (world.places["opened"] > chain.start).sum() == 1


def test_great_holidays_are_short_and_their_eves_end_early(world):
    daily = world.counts.group_by("place", date=DAY).agg(last=pl.col("time").dt.hour().max())
    assert (daily.filter(pl.col("date") == date(2024, 12, 24))["last"] == 19).all()
    feast = daily.filter(pl.col("date") == date(2024, 12, 25))
    assert 0 < len(feast) < 12
    assert (feast["last"] == 16).all()


def test_counts_are_null_exactly_where_the_sensor_was_silent(world):
    silent = within(world.counts, truth(world, "outage")).select("time", "place").unique()
    nulls = world.counts.filter(pl.col("visitors").is_null()).select("time", "place")
    assert_frame_equal(silent, nulls, check_row_order=False)
    assert 0.005 < len(nulls) / len(world.counts) < 0.05


def test_counts_differ_from_what_came_exactly_at_the_outliers(world):
    both = world.counts.join(world.actual, on=["time", "place"], suffix="_actual", validate="1:1").drop_nulls()
    outliers = within(both, truth(world, "outlier"))
    assert (outliers["visitors"] == (outliers["visitors_actual"] * (1 + outliers["size"])).round()).all()
    assert set(outliers["cause"]) == {"spike", "sensor stuck at zero"}
    clean = both.join(outliers, on=["time", "place"], how="anti")
    assert (clean["visitors"] == clean["visitors_actual"]).all()


def test_a_slot_is_lost_when_the_sensor_was_silent_in_a_part_of_it():
    hourly, daily = (
        simulate_retail(RetailChain(stores=3, days=100, every=SlotLength(minutes), outages_per_year=30))
        for minutes in (60, 1440)
    )
    assert_frame_equal(hourly.actual, daily.actual)
    expected = hourly.counts.group_by("place", DAY.cast(pl.Datetime("us")), maintain_order=True).agg(
        visitors=pl.when(pl.col("visitors").is_null().any()).then(None).otherwise(pl.col("visitors").sum())
    )
    assert_frame_equal(daily.counts, expected.select("time", "place", "visitors"))
    assert daily.counts["visitors"].null_count() > 0


def test_every_district_type_has_a_peak_at_noon_and_one_in_the_evening(world):
    hourly = (
        world.actual.join(world.places.select("place", "district_type"), on="place")
        .group_by("district_type", hour=pl.col("time").dt.hour())
        .agg(pl.col("visitors").mean())
        .sort("hour")
    )
    for (kind,), day in hourly.group_by("district_type"):
        level = dict(day.select("hour", "visitors").iter_rows())
        assert max(level[12], level[13]) > 1.2 * level[16], kind
        assert max(level[18], level[19]) > 1.15 * level[15], kind


def test_offices_are_busy_on_weekday_noons_and_homes_on_weekends(world):
    mean = (
        world.actual.filter(pl.col("time").dt.hour() == 13)
        .join(world.places.select("place", "district_type"), on="place")
        .group_by("district_type", weekend=pl.col("time").dt.weekday() > 5)
        .agg(pl.col("visitors").mean())
    )
    level = {(kind, weekend): visitors for kind, weekend, visitors in mean.iter_rows()}
    assert level["office", False] > 1.5 * level["office", True]
    assert level["residential", True] > 1.3 * level["residential", False]


def test_paydays_raise_demand():
    quiet = simulate_retail(RetailChain(stores=20, start=date(2024, 8, 1), days=119, campaigns_per_year=0))
    daily = quiet.actual.group_by(date=DAY).agg(pl.col("visitors").sum()).with_columns(day=pl.col("date").dt.day())
    paid = (pl.col("day") == 15) | ((pl.col("date") + timedelta(days=1)).dt.day() == 1)
    usual = pl.col("visitors").median().over(pl.col("date").dt.weekday())
    ratio = daily.with_columns(ratio=pl.col("visitors") / usual, paid=paid)
    assert ratio.filter("paid")["ratio"].mean() > 1.07 * ratio.filter(~pl.col("paid"))["ratio"].mean()


def test_promotions_raise_demand_by_their_true_uplift():
    """Each part draws from a stream of its own, so the same world without promotions is there to compare."""
    chain = RetailChain(stores=20, days=200)
    with_, without = simulate_retail(chain), simulate_retail(RetailChain(stores=20, days=200, campaigns_per_year=0))
    both = with_.actual.join(without.actual, on=["time", "place"], suffix="_usual", validate="1:1")
    spans = within(both, truth(with_, "promotion"))
    alone = spans.filter(~pl.struct("time", "place").is_duplicated())
    by_size = alone.group_by("size", "cause").agg(pl.col("visitors", "visitors_usual").sum())
    found = by_size["visitors"] / by_size["visitors_usual"] - 1
    assert len(found) >= 8
    np.testing.assert_allclose(found, by_size["size"], atol=0.03)


def test_levels_shift_by_their_true_size():
    chain = RetailChain(stores=20, days=400, level_shifts_per_year=1)
    with_, without = simulate_retail(chain), simulate_retail(RetailChain(stores=20, days=400, level_shifts_per_year=0))
    both = with_.actual.join(without.actual, on=["time", "place"], suffix="_usual", validate="1:1")
    shifts = truth(with_, "level_shift")
    single = shifts.filter(~pl.col("place").is_duplicated())
    sums = within(both, single).group_by("place", "size").agg(pl.col("visitors", "visitors_usual").sum())
    assert len(sums) >= 3
    np.testing.assert_allclose(sums["visitors"] / sums["visitors_usual"] - 1, sums["size"], atol=0.03)


def test_shocks_hit_the_stores_of_a_city_together(world):
    strikes = truth(world, "shock").join(world.places.select("place", "city"), on="place")
    lima = strikes.filter(pl.col("city") == "Lima", pl.col("cause") == "a strike")
    assert (lima.group_by("start").len()["len"] >= 4).all()
    assert (truth(world, "shock")["size"] < 0).all()


def test_the_promotion_table_and_the_known_table_say_the_same(world):
    days = world.promotions.with_columns(date=pl.date_ranges("start", "end")).explode("date")
    flags = world.known.unpivot(on=["promo_price", "promo_2x1", "promo_bank_card"], index=["date", "place"])
    running = flags.filter(pl.col("value") == 1).select("place", "date", type="variable")
    assert_frame_equal(days.select("place", "date", "type"), running, check_row_order=False)
    assert len(world.known) == 12 * (730 + 60)
    assert world.known["date"].max() == date(2024, 7, 1) + timedelta(days=789)
    assert "uplift" not in world.promotions.columns


def test_every_reader_takes_its_file(world, tmp_path):
    for name, table in world.tables().items():
        table.write_csv(tmp_path / f"{name}.csv")
    assert read_capacity(tmp_path / "capacity.csv")["S001"] == world.places["capacity"][0]
    assert set(read_known(tmp_path / "known.csv").flags) == {"promo_price", "promo_2x1", "promo_bank_card"}
    weather = read_known(tmp_path / "weather_by_place.csv")
    assert weather.local
    assert weather.names == ("temperature", "precipitation")
    assert (weather.frame["end"] - weather.frame["start"] == timedelta(hours=1)).all()
    assert (tmp_path / "weather_by_place.csv").stat().st_size < 10_000_000
    assert [place.name for place in read_places(tmp_path / "places.csv")] == world.places["name"].to_list()
    assert len(read_opening_hours(tmp_path / "opening_hours.csv")) == 12


def test_the_weather_of_a_place_is_its_citys_and_reaches_past_the_counts(world):
    weather = world.weather_by_place
    end = date(2024, 7, 1) + timedelta(days=730)
    assert weather["time"].max() == datetime.combine(end + timedelta(days=59), time(23))
    assert not weather.select("time", "place").is_duplicated().any()
    assert weather.filter(pl.any_horizontal(pl.all().is_null())).is_empty()
    for name, lives in (
        ("opened", pl.col("opened") <= DAY),
        ("closed", pl.col("closed").is_null() | (pl.col("closed") > DAY)),
    ):
        assert weather.join(world.places.select("place", name), on="place").select(lives.all()).item()
    known = weather.filter(end > DAY).join(world.places.select("place", "city"), on="place")
    both = known.join(world.weather, on=["time", "city"], suffix="_city", validate="m:1")
    assert len(both) == len(known)
    assert (both["temperature"] == both["temperature_city"]).all()
    assert (both["precipitation"] == both["precipitation_city"]).all()
    slots = world.counts.select("place", time=pl.col("time").dt.truncate("1h"))
    assert slots.join(weather, on=["time", "place"], how="anti").is_empty()


def test_holidays_are_those_of_the_country():
    peru, mexico = (simulate_retail(RetailChain(stores=4, days=60, country=code)) for code in ("PE", "mx"))
    assert not peru.actual["visitors"].equals(mexico.actual["visitors"])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"stores": 0}, "0 stores"),
        ({"days": 0}, "0 days"),
        ({"seed": -1}, "seed -1"),
        ({"ahead": -1}, "-1 days planned"),
        ({"outages_per_year": -1.0}, "rate"),
        ({"campaigns_per_year": float("nan")}, "rate"),
        ({"start": date(1960, 1, 1)}, "1960-01-01"),
        ({"days": 10_000_000}, "10000000 days"),
        ({"country": "XX"}, "'XX'"),
        ({"country": "Peru"}, "'Peru'"),
    ],
)
def test_impossible_settings_are_refused_in_a_sentence_with_a_hint(wrong, says):
    with pytest.raises(InputError, match=says) as error:
        simulate_retail(RetailChain(**wrong))
    assert error.value.hint


@settings(max_examples=25, deadline=None)
@given(
    stores=st.integers(1, 20),
    days=st.integers(1, 200),
    start=st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    minutes=st.sampled_from([15, 30, 45, 60, 90, 120, 480, 1440]),
    ahead=st.integers(0, 90),
    rate=st.floats(0, 60),
    seed=st.integers(0, 2**40),
)
def test_any_chain_makes_a_sound_world(stores, days, start, minutes, ahead, rate, seed):
    world = simulate_retail(
        RetailChain(
            stores=stores,
            start=start,
            days=days,
            every=SlotLength(minutes),
            ahead=ahead,
            seed=seed,
            campaigns_per_year=rate,
            level_shifts_per_year=rate,
            outages_per_year=rate,
            outliers_per_year=rate,
        )
    )
    end = start + timedelta(days=days)
    assert len(world.places) == stores
    assert world.counts.filter((start > DAY) | (end <= DAY)).is_empty()
    assert (world.counts["visitors"].drop_nulls() >= 0).all()
    assert len(world.known) == stores * (days + ahead)
    assert (world.truth["start"] < world.truth["end"]).all()
    assert len(world.weather) == world.places["city"].n_unique() * days * 24
    assert world.weather_by_place.filter(end + timedelta(days=ahead) <= DAY).is_empty()
    silent = within(world.actual, truth(world, "outage"))
    assert silent.is_empty() == (world.counts["visitors"].null_count() == 0)
