"""Raw events of three worlds, from the file to the answer, through the commands a person types."""

from __future__ import annotations

import json
import sqlite3
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from busyness.workflows.simulate import CourierCity, ScooterCity, courier_world, scooter_world

QUICK = ("--model", "seasonal", "--threads", "1")


@pytest.fixture(scope="module")
def scooters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("scooters")
    scooter_world(ScooterCity(start=date(2020, 8, 7), days=34, fleet=120, outages=0), out)
    return out


@pytest.fixture(scope="module")
def couriers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("couriers")
    courier_world(CourierCity(couriers=20, restaurants=15, days=15, start=date(2025, 5, 5)), out)
    return out


@pytest.fixture
def chicago(scooters: Path) -> tuple[object, ...]:
    areas = ("--rows", "trips", "--areas", scooters / "areas.geojson", "--timezone", "America/Chicago", "--country", "US")
    return (scooters / "trips.parquet", *areas, "--every", "1d")


@pytest.fixture
def madrid(couriers: Path) -> tuple[object, ...]:
    hexagons = ("--rows", "pings", "--hexagons", "8", "--timezone", "Europe/Madrid", "--country", "ES")
    return (couriers / "pings.parquet", *hexagons)


def days_of(file: Path) -> set[str]:
    return {text[:10] for text in pl.read_csv(file)["time"].to_list()}


# --- scooters over areas ---


def test_trips_become_a_forecast_of_every_area(chicago, tmp_path: Path, busyness) -> None:
    answer = busyness("forecast", *chicago, *QUICK, "--horizon", "3", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert "served demand" in answer.err
    assert "too short" in answer.err
    forecast = pl.read_parquet(tmp_path / "forecast.parquet")
    assert (forecast["place"].n_unique(), forecast.height) == (77, 77 * 3)
    assert days_of(tmp_path / "forecast.csv") == {"2020-09-10", "2020-09-11", "2020-09-12"}
    asked = busyness("ask", tmp_path, "--place", "lakeview", "--date", "2020-09-11")
    lake_view = forecast.filter(pl.col("place") == "LAKE VIEW").sort("time")["mean"][1]
    assert json.loads(asked.out)["trips"] == round(lake_view)
    assert busyness("ask", tmp_path, "--place", "6", "--date", "2020-09-11").out == asked.out  # the city's own number
    late = busyness("ask", tmp_path, "--place", "LAKE VIEW", "--date", "2020-09-13")
    assert late.code == 2
    assert "2020-09-10 to 2020-09-12" in late.err
    assert "'Lake View'" in busyness("ask", tmp_path, "--place", "LAKE VEW", "--date", "2020-09-11").err


def test_what_is_counted_is_what_was_simulated(chicago, scooters: Path, done) -> None:
    daily = pl.read_csv(scooters / "daily.csv").group_by("place").agg(pl.col("trips").sum()).sort("place")
    said = done("describe", *chicago)
    counted = {place["place"]: round(place["mean"] * place["observed"]) for place in said["per_place"] if place["observed"]}
    assert {place: counted.get(place, 0) for place in daily["place"]} == dict(daily.iter_rows())
    assert sum(counted.values()) + said["rejected"] == said["rows"]


def test_supply_turns_served_trips_into_demand(chicago, scooters: Path, done) -> None:
    hours = ("--opening-hours", scooters / "opening_hours.csv")
    served = done("describe", *chicago, *hours)
    wanted = done("describe", *chicago, *hours, "--supply", scooters / "supply.csv")
    assert any("demand is estimated" in note for note in wanted["notes"])
    assert not any("served demand" in note for note in wanted["notes"])
    mean = {place["place"]: place["mean"] for place in served["per_place"]}
    busy = [place for place in wanted["per_place"] if place["observed"] and mean[place["place"]] > 20]
    assert len(busy) > 3
    assert all(place["mean"] >= mean[place["place"]] for place in busy)


def test_trips_are_replayed(chicago, tmp_path: Path, done, busyness) -> None:
    assert busyness("backtest", *chicago, *QUICK, "--horizon", "3", "--windows", "3", "--out", tmp_path).code == 0
    scores = json.loads((tmp_path / "backtest.json").read_text("utf-8"))
    assert (scores["origins"], scores["horizon"]) == (3, 3)
    assert scores["mae"] < scores["seasonal_naive"]["mae"]
    ended = done("describe", *chicago, "--count", "trips_ended")
    started = done("describe", *chicago, "--count", "trips_started")
    assert ended["rows"] == started["rows"]
    assert ended["per_place"] != started["per_place"]


# --- couriers over hexagons ---


def test_couriers_orders_and_pings_are_counted_over_hexagons(madrid, couriers: Path, done) -> None:
    total = {}
    for measure in ("couriers", "orders", "pings"):
        said = done("describe", *madrid, "--count", measure, "--at-least", "0")
        total[measure] = sum(place["mean"] * place["observed"] for place in said["per_place"])
        assert any("stands still" in note for note in said["notes"]) == (measure == "pings")
    assert total["couriers"] < total["pings"]
    assert total["orders"] < total["pings"]
    pings = pl.read_parquet(couriers / "pings.parquet")
    assert total["pings"] == pytest.approx(pings.height)


def test_a_forecast_of_couriers_and_its_map(madrid, tmp_path: Path, busyness, done) -> None:
    answer = busyness("forecast", *madrid, *QUICK, "--horizon", "24", "--top", "5", "--windows", "0", "--out", tmp_path)
    assert answer.code == 0, answer.err
    assert "couriers an hour" in answer.out
    forecast = pl.read_parquet(tmp_path / "forecast.parquet")
    assert (forecast["place"].n_unique(), forecast.height) == (5, 5 * 24)
    assert forecast["place"].str.starts_with("88").all()
    drawn = done("places", *madrid, "--parents", "6", "--out", tmp_path / "map")
    assert {place["parent"][:2] for place in drawn["places"]} == {"86"}
    assert (tmp_path / "map" / "places.html").is_file()


# --- points, stores, sensors, tills, the app ---

BEGIN = datetime(2025, 3, 3)
STORES = """place,name,latitude,longitude,timezone,city
S1,Sol,-12.05,-77.04,America/Lima,Lima
S2,Luz,-12.10,-77.04,America/Lima,Callao
"""


def test_points_find_their_store_by_name_or_by_distance(tmp_path: Path, done, visits) -> None:
    (tmp_path / "stores.csv").write_text(STORES, "utf-8")
    frame = visits()
    named, placed = tmp_path / "named.csv", tmp_path / "placed.csv"
    frame.select("time", "store").write_csv(named)
    frame.select("time", "lat", "lon").write_csv(placed)
    by_name = done("describe", named, "--rows", "points", "--places", tmp_path / "stores.csv")
    by_distance = done("describe", placed, "--rows", "points", "--places", tmp_path / "stores.csv", "--within", "500")
    assert by_name["per_place"] == by_distance["per_place"]
    assert by_name["timezones"] == ["America/Lima"]
    assert by_name["first"].startswith("2025-03-03T09") or "09:00" in by_name["first"]  # by the stores' clock
    some = done("describe", named, "--rows", "points", "--places", tmp_path / "stores.csv", "--where", "city=Lima")
    assert [place["name"] for place in some["per_place"]] == ["Sol"]
    assert some["rejected_by_reason"] == {"outside every place": frame.filter(pl.col("store") == "S2").height}


def test_different_people_are_counted_once(tmp_path: Path, done, visits) -> None:
    file = tmp_path / "points.csv"
    visits().select("time", "store", "user_id").write_csv(file)
    asked = ("describe", file, "--rows", "points", "--timezone", "America/Lima", "--every", "1d")
    people = done(*asked, "--count", "distinct")
    daily = visits().group_by("store", pl.col("time").dt.date()).agg(pl.col("user_id").n_unique())
    mean = dict(daily.group_by("store").agg(pl.col("user_id").mean()).iter_rows())
    assert {place["place"]: place["mean"] for place in people["per_place"]} == pytest.approx(mean)


def test_an_hour_begins_on_the_full_local_hour_in_india_too(tmp_path: Path, done, visits) -> None:
    file = tmp_path / "points.csv"
    visits().select("time", "store").write_csv(file)
    lima, delhi = (
        done("describe", file, "--rows", "points", "--timezone", zone) for zone in ("America/Lima", "Asia/Kolkata")
    )
    assert [place["mean"] for place in delhi["per_place"]] == [place["mean"] for place in lima["per_place"]]
    assert "09:00" in delhi["first"]


def test_stores_of_two_time_zones_have_their_own_days(tmp_path: Path, done) -> None:
    (tmp_path / "stores.csv").write_text("place,timezone\nEast,America/New_York\nWest,America/Los_Angeles\n", "utf-8")
    rows = [(BEGIN + timedelta(hours=h), shop) for h in range(8, 24 * 20) for shop in ("East", "West")]  # UTC
    file = tmp_path / "points.csv"
    file.write_text("time,store\n" + "\n".join(f"{t:%Y-%m-%dT%H:%M:%SZ},{shop}" for t, shop in rows) + "\n", "utf-8")
    said = done("describe", file, "--rows", "points", "--places", tmp_path / "stores.csv", "--every", "1d")
    days: dict[str, dict[date, int]] = {"East": {}, "West": {}}
    for time, shop in rows:
        local = (time - timedelta(hours=5 if shop == "East" else 8)).date()
        days[shop][local] = days[shop].get(local, 0) + 1
    zeros = {place["place"]: (place["observed"], place["mean"]) for place in said["per_place"]}
    for shop, count in days.items():
        kept = {day: number for day, number in count.items() if day >= date(2025, 3, 3)}
        assert zeros[shop][1] == pytest.approx(sum(kept.values()) / zeros[shop][0], rel=0.06)


SENSORS = "sensor,store,door,factor\nd1,Sol,main,1.25\nd2,Sol,side,1\nd3,Luz,main,1\n"


def readings(days: int = 21) -> pl.DataFrame:
    rng = np.random.default_rng(1)
    hours = np.arange(days * 24)
    open_ = (hours % 24 >= 8) & (hours % 24 < 21)
    frames = [
        pl.DataFrame(
            {
                "time": [BEGIN + timedelta(hours=int(h)) for h in hours],
                "sensor": sensor,
                "entries": rng.poisson(level, len(hours)) * open_,
                "exits": rng.poisson(level, len(hours)) * open_,
            }
        )
        for sensor, level in (("d1", 30), ("d2", 10), ("d3", 40))
    ]
    return pl.concat(frames).sort("time", maintain_order=True)


@pytest.fixture
def doors(tmp_path: Path) -> tuple[object, ...]:
    (tmp_path / "register.csv").write_text(SENSORS, "utf-8")
    return (
        tmp_path / "readings.csv",
        "--rows",
        "sensors",
        "--register",
        tmp_path / "register.csv",
        "--timezone",
        "America/Lima",
    )


def test_a_dead_sensor_is_missing_and_a_closed_night_is_zero(doors, tmp_path: Path, done, busyness) -> None:
    frame = readings()
    dead = (pl.col("sensor") == "d2") & pl.col("time").is_between(BEGIN + timedelta(days=9), BEGIN + timedelta(days=11))
    frame.filter(~dead).write_csv(doors[0])  # type: ignore[arg-type]  # the first is the file
    said = done("describe", *doors, "--out", tmp_path / "out")
    sol, luz = (next(p for p in said["per_place"] if p["place"] == name) for name in ("Sol", "Luz"))
    assert luz["missing"] == 0
    assert 24 <= sol["missing"] <= 49  # one of its doors says nothing: how many came in is not known
    assert any("dead" in note for note in said["notes"])
    assert "d2" in (tmp_path / "out" / "sensor_health.csv").read_text("utf-8")
    calm = frame.filter(~dead, pl.col("sensor") != "d3").group_by("sensor").agg(pl.col("entries").sum())
    assert sol["mean"] < sum(calm["entries"]) / sol["observed"] * 1.25  # calibrated by its factor, not doubled
    assert busyness("forecast", *doors, *QUICK, "--horizon", "24", "--windows", "0", "--out", tmp_path / "f").code == 0


def test_how_many_are_inside_never_falls_below_zero_and_ends_at_none(doors, tmp_path: Path, done, busyness) -> None:
    readings().write_csv(doors[0])  # type: ignore[arg-type]
    said = done("describe", *doors, "--count", "occupancy")
    assert any("Occupancy is entries less exits" in note for note in said["notes"])
    assert all(place["mean"] > 0 for place in said["per_place"])
    asked = (*doors, "--count", "occupancy", *QUICK, "--horizon", "24", "--windows", "0", "--out", tmp_path / "out")
    answer = busyness("forecast", *asked)
    assert answer.code == 0, answer.err
    night = pl.read_parquet(tmp_path / "out" / "forecast.parquet").with_columns(
        pl.col("time").dt.convert_time_zone("America/Lima").dt.hour().alias("hour")
    )
    assert night.filter(pl.col("hour") == 23)["q50"].max() < 5


def test_tills_count_transactions_and_the_app_those_who_agreed(tmp_path: Path, done, visits) -> None:
    frame = visits()
    tills, app = tmp_path / "sales.csv", tmp_path / "app.csv"
    lines = pl.concat([frame, frame.head(400)]).sort("transaction_id", maintain_order=True)  # baskets of two lines
    lines.select("time", "store", "transaction_id", pl.lit(4.5).alias("total")).write_csv(tills)
    agreed = (pl.col("user_id") % 5 != 0).alias("opted_in")
    frame.select("time", "store", "user_id", agreed).write_csv(app)
    said = done("describe", tills, "--rows", "sales", "--timezone", "America/Lima")
    assert said["rows"] == frame.height
    asked = done("describe", app, "--rows", "app", "--timezone", "America/Lima")
    assert asked["rejected_by_reason"] == {"person has not opted in": frame.filter(pl.col("user_id") % 5 == 0).height}
    users = done("describe", app, "--rows", "app", "--timezone", "America/Lima", "--count", "app_users", "--every", "1d")
    assert max(place["mean"] for place in users["per_place"]) <= 40
    assert not any(str(number) in json.dumps(users["per_place"]) for number in ("user_id", "opted_in"))


# --- places, ask, collect, a YAML ---


def test_places_of_a_table_of_polygons_and_of_events(scooters: Path, chicago, tmp_path: Path, done) -> None:
    (tmp_path / "stores.csv").write_text(STORES, "utf-8")
    table = done("places", tmp_path / "stores.csv", "--out", tmp_path / "a")
    assert [place["name"] for place in table["places"]] == ["Sol", "Luz"]
    one = done("places", tmp_path / "stores.csv", "--where", "city=Callao", "--out", tmp_path / "b")
    assert [place["name"] for place in one["places"]] == ["Luz"]
    polygons = done("places", scooters / "areas.geojson", "--out", tmp_path / "c")
    assert len(polygons["places"]) == 77
    assert sum(place["area_km2"] for place in polygons["places"]) == pytest.approx(600, rel=0.05)
    some = done("places", scooters / "areas.geojson", "--where", "name=Lake View", "--out", tmp_path / "d")
    assert len(some["places"]) == 1
    events = done("places", *chicago[:-2], "--every", "1d", "--out", tmp_path / "e")
    busiest = max(events["places"], key=lambda place: place["counted"] or 0)
    assert busiest["counted"] > 1000
    assert (tmp_path / "e" / "places.csv").is_file()


def test_collecting_twice_gives_what_is_new(tmp_path: Path, done, visits) -> None:
    frame, source = visits(), f"sqlite:///{tmp_path}/shop.db#visits"
    rows = [(k, str(time), store) for k, (time, store) in enumerate(frame.select("time", "store").iter_rows())]
    with sqlite3.connect(tmp_path / "shop.db") as shop:
        shop.execute("create table visits (id integer, time text, store text)")
        shop.executemany("insert into visits values (?, ?, ?)", rows[:1000])
        shop.commit()
        asked = ("collect", source, "--watermark", "id", "--into", tmp_path / "visits")
        assert done(*asked)["rows"] == 1000
        shop.executemany("insert into visits values (?, ?, ?)", rows[1000:])
        shop.commit()
        assert done(*asked) | {"files": []} == {"rows": len(rows) - 1000, "files": [], "total": len(rows)}
        assert done(*asked)["rows"] == 0
    shop.close()
    zone = ("--rows", "points", "--timezone", "America/Lima")
    folder, table = done("describe", tmp_path / "visits" / "*.parquet", *zone), done("describe", source, *zone)
    assert folder["per_place"] == table["per_place"]
    assert done("describe", tmp_path / "visits", *zone)["rows"] == len(rows)


YAML = """\
counts:
  file: {folder}/pings.parquet
  timezone: Europe/Madrid

events:
  rows: pings
  count: orders
  columns: {{order_number: order_number}}

space:
  hexagons: 8
  top: 4

calendar:
  country: ES

model:
  model: seasonal
  horizon: 24
  threads: 1

backtest:
  windows: 0
"""


def test_a_yaml_says_what_a_row_and_a_place_is(couriers: Path, tmp_path: Path, busyness) -> None:
    file = tmp_path / "couriers.yaml"
    file.write_text(YAML.format(folder=couriers), "utf-8")
    assert "4 places" in busyness("run", file, "--dry-run").out
    answer = busyness("run", file, "--out", tmp_path / "out")
    assert answer.code == 0, answer.err
    assert "orders an hour" in answer.out
    assert pl.read_parquet(tmp_path / "out" / "forecast.parquet")["place"].n_unique() == 4


@pytest.mark.parametrize(
    ("right", "wrong", "line", "words"),
    [
        ("rows: pings", "row: pings", 6, ("events.row", "Did you mean 'rows'?")),
        ("rows: pings", "rows: ping", 6, ("events.rows", "'ping'", "pings")),
        ("hexagons: 8", "hexagon: 8", 11, ("space.hexagon", "Did you mean 'hexagons'?")),
        ("hexagons: 8", "hexagons: 17", 11, ("space.hexagons", "17 is too large")),
        ("top: 4", "top: many", 12, ("space.top", "'many'")),
        ("space:", "spaces:", 10, ("spaces", "Did you mean 'space'?")),
        ("{order_number: order_number}", "order_number", 8, ("events.columns", "name=value")),
    ],
)
def test_a_wrong_key_is_named_with_its_line(right, wrong, line, words, couriers: Path, tmp_path: Path, busyness) -> None:
    file = tmp_path / "couriers.yaml"
    file.write_text(YAML.format(folder=couriers).replace(right, wrong), "utf-8")
    answer = busyness("run", file, "--dry-run")
    assert answer.code == 2, answer
    assert f"line {line}" in answer.err
    for word in words:
        assert word in answer.err


def test_a_model_is_not_asked_for_something_else(tmp_path: Path, madrid, busyness) -> None:
    assert busyness("train", *madrid, *QUICK, "--horizon", "24", "--top", "3", "--out", tmp_path).code == 0
    pings, zone = madrid[0], ("--timezone", "Europe/Madrid", "--out", tmp_path / "next")
    for option, words in {
        ("--count", "orders"): ("trained on couriers", "orders were asked for"),
        ("--rows", "points"): ("trained on couriers", "events were asked for"),
        ("--hexagons", "7"): ("resolution 8", "--hexagons 7"),
        ("--every", "1d"): ("slots of 1h", "1d"),
    }.items():
        answer = busyness("predict", tmp_path / "model", pings, *zone, *option)
        assert answer.code == 2, (option, answer)
        for word in words:
            assert word in answer.err
    assert busyness("predict", tmp_path / "model", pings, *zone, "--rows", "pings", "--hexagons", "8").code == 0
    assert pl.read_parquet(tmp_path / "next" / "forecast.parquet")["place"].n_unique() == 3
