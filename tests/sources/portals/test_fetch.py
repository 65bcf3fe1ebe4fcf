import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.portals.catalog import DATASETS, dataset_of
from busyness.sources.portals.dataset import Dataset
from busyness.sources.portals.fetch import fetch_dataset
from busyness.sources.portals.portal import Portal, PortalError

NOW = datetime(2024, 4, 30, 12, tzinfo=UTC)
ROWS, FILE = 230, bytes(range(256)) * 800


@pytest.fixture
def waits():
    return []


@pytest.fixture
def portal(waits):
    portal = Portal(wait=waits.append, timeout=5)
    yield portal
    portal.close()


def scooters(town, **changed) -> Dataset:
    found = Dataset(
        "scooters", "socrata", f"{town.address}/resource/ab12", "scooters.csv", "trips", "A town", "CC0", by="start_time"
    )
    return replace(found, **changed)


def pedestrians(town) -> Dataset:
    return Dataset(
        "walkers", "opendatasoft", f"{town.address}/walkers", "walkers.csv", "counts", "A town", "CC BY", by="day",
        begins=date(2024, 1, 1),
    )  # fmt: skip


def outlines(town) -> Dataset:
    return Dataset("areas", "file", f"{town.address}/areas.geojson?$limit=1000", "areas.geojson", "areas", "A town", "CC0")


def read(path) -> pl.DataFrame:
    return pl.read_csv(path)


def test_pages_are_put_together_with_one_header(town, portal, tmp_path):
    got = fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, size=100)
    table = read(got.file)
    assert got.rows == table.height == ROWS
    assert table["id"].to_list() == list(range(ROWS))
    assert table["area"].unique().to_list() == ['O\'HARE, "north"\nside'], "line breaks inside quotes are no rows"
    assert sum("%24offset" in path or "$offset" in path for path in town.asked) == 3
    assert all("order=%3Aid" in path or "order=:id" in path for path in town.asked if "offset" in path)


def test_where_it_came_from_is_said_beside_it(town, portal, tmp_path):
    got = fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW)
    origin = json.loads((tmp_path / "scooters.csv.json").read_text())
    assert origin["sha256"] == got.checksum == hashlib.sha256(got.file.read_bytes()).hexdigest()
    assert (origin["licence"], origin["rows"], origin["fetched_at"]) == ("CC0", ROWS, NOW.isoformat())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scooters.csv", "scooters.csv.json"]


def test_months_follow_each_other_without_gap_or_overlap(town, portal, tmp_path):
    got = fetch_dataset(pedestrians(town), tmp_path, portal=portal, now=NOW)
    assert got.fetched == 4
    assert read(got.file)["id"].to_list() == list(range(ROWS))


def test_only_what_is_newer(town, portal, tmp_path):
    got = fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, since=date(2024, 3, 1))
    assert read(got.file)["start_time"].min() >= "2024-03-01"
    months = fetch_dataset(pedestrians(town), tmp_path, portal=portal, now=NOW, since=date(2024, 3, 10))
    assert read(months.file)["start_time"].min() == "2024-03-10T08:00:00"
    with pytest.raises(PortalError, match="no rows of scooters since 2030-01-01"):
        fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, since=date(2030, 1, 1))


def test_a_portal_that_is_busy_is_waited_for(town, portal, waits, tmp_path):
    town.faults = [429, 503]
    got = fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW)
    assert got.rows == ROWS
    assert waits == [7, 7], "as long as it asks for"


def test_what_arrived_is_kept_when_the_portal_goes_away(town, portal, tmp_path):
    fine = portal.fetch

    def once(*asked):
        if sum(1 for path in town.asked if "offset" in path) >= 2:
            town.faults = [503] * 9
        return fine(*asked)

    portal.fetch = once
    with pytest.raises(PortalError, match="run the same command again"):
        fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, size=50)
    assert not (tmp_path / "scooters.csv").exists()
    town.faults, portal.fetch = [], fine
    again = fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, size=50)
    assert (again.kept, again.fetched) == (2, 3)
    assert read(again.file)["id"].to_list() == list(range(ROWS))


def test_a_damaged_piece_is_fetched_again(town, portal, tmp_path):
    town.faults = []
    good = portal.fetch

    def stop_after_two(*asked):
        if sum("offset" in path for path in town.asked) == 2:
            raise PortalError("the line is cut")
        return good(*asked)

    portal.fetch = stop_after_two
    with pytest.raises(PortalError):
        fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, size=50)
    (tmp_path / ".scooters.csv.pieces" / "00000.csv").write_text("id,start_time,area\n0,x,y\n")
    portal.fetch = good
    again = fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, size=50)
    assert again.kept == 1
    assert read(again.file).height == ROWS


def test_fewer_rows_than_announced_are_never_taken_for_all(town, portal, tmp_path):
    town.short = 1
    with pytest.raises(PortalError, match="gave 99 of 100 rows"):
        fetch_dataset(scooters(town), tmp_path, portal=portal, now=NOW, size=100)


@pytest.mark.parametrize("ranges", [True, False])
def test_a_file_that_broke_off_is_continued_or_begun_again(town, portal, waits, tmp_path, ranges):
    town.cut, town.ranges = 1, ranges
    got = fetch_dataset(outlines(town), tmp_path, portal=portal, now=NOW)
    assert got.file.read_bytes() == FILE
    assert waits == [2.0]
    assert "limit=1000" in town.asked[0], "an address keeps its own query"


def test_a_set_that_is_gone_or_odd_is_said(town, portal, tmp_path):
    gone = replace(outlines(town), address=f"{town.address}/gone")
    with pytest.raises(PortalError, match=r"127\.0\.0\.1 refused: 404"):
        fetch_dataset(gone, tmp_path, portal=portal, now=NOW)
    with pytest.raises(PortalError, match="not JSON"):
        portal.ask(f"{town.address}/odd.json", {})


def test_nobody_at_the_door(portal, tmp_path):
    nobody = Dataset("x", "file", "http://127.0.0.1:9/x", "x.csv", "", "", "")
    with pytest.raises(PortalError, match=r"does not answer \(ConnectError\)"):
        fetch_dataset(nobody, tmp_path, portal=portal, now=NOW)


def test_names_are_known_and_terms_are_said():
    for name, dataset in DATASETS.items():
        assert dataset.name == name
        assert dataset.address.startswith("https://")
        assert dataset.licence
        assert dataset.publisher
        assert dataset.portal != "opendatasoft" or (dataset.by and dataset.begins)
    assert dataset_of("chicago-scooters").by == "start_time"
    with pytest.raises(InputError, match="Did you mean 'chicago-scooters'"):
        dataset_of("chicago-scooter")
