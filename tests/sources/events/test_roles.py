"""Which column means what."""

import pytest

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.events.roles import Role, assign_roles, column_parts, roles_note
from busyness.sources.events.trip_roles import ROLES as TRIPS

START = Role("start_time", "when it started", ("start_date + start_clock", "started_at", "inicio"))
WHO = Role("who", "who it was", ("rider",), required=False)


@pytest.mark.parametrize("column", ["start_time", "StartTime", "START-TIME", " Start Time ", "startedAt", "Inicio"])
def test_a_name_is_recognised_however_it_is_written(column: str) -> None:
    assert assign_roles([column, "other"], [START, WHO], {}) == {"start_time": column}


def test_a_date_and_a_time_of_day_come_before_either_alone() -> None:
    assigned = assign_roles(["StartDate", "StartClock", "started_at"], [START], {})
    assert assigned == {"start_time": "StartDate + StartClock"}
    assert column_parts(assigned["start_time"], ["StartDate", "StartClock"]) == ("StartDate", "StartClock")


def test_what_is_given_wins_and_is_not_used_again() -> None:
    assigned = assign_roles(["started_at", "rider"], [START, WHO], {"start_time": "rider"})
    assert assigned == {"start_time": "rider"}
    assert assign_roles(["a", "b"], [START], {"start_time": "a + B"}) == {"start_time": "a + b"}
    assert assign_roles(["a + b", "c"], [START], {"start_time": "a + b"}) == {"start_time": "a + b"}
    assert column_parts("a + b", ["a + b"]) == ("a + b",)


def test_an_empty_text_says_that_there_is_none() -> None:
    assert "who" not in assign_roles(["start_time", "who"], [START, WHO], {"who": ""})


def test_a_missing_column_says_what_is_there_and_how_to_name_it() -> None:
    with pytest.raises(ColumnMissingError, match="when it started") as error:
        assign_roles(["moment", "rider"], [START, WHO], {})
    assert "moment, rider" in error.value.message
    assert error.value.hint == "Say which one it is: --columns start_time=moment (in YAML events.columns)."


def test_a_role_or_column_that_does_not_exist_is_refused_with_the_nearest() -> None:
    with pytest.raises(InputError, match="Did you mean 'start_time'"):
        assign_roles(["a"], [START], {"start_tme": "a"})
    with pytest.raises(ColumnMissingError, match="Did you mean 'moment'"):
        assign_roles(["moment"], [START], {"start_time": "momnt"})
    with pytest.raises(InputError, match="names 3 columns"):
        assign_roles(["a", "b", "c"], [START], {"start_time": "a + b + c"})


def test_the_note_says_what_was_found_by_another_name() -> None:
    assert roles_note({"start_time": "started_at", "who": "Who"}, {}) == "Read 'started_at' as start time."
    assert roles_note({"start_time": "started_at"}, {"start_time": "started_at"}) == ""


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            "ride_id rideable_type started_at ended_at start_station_id start_lat start_lng end_lat end_lng",
            {"trip_id": "ride_id", "start_place": "start_station_id", "end_longitude": "end_lng"},
        ),
        (
            "VendorID tpep_pickup_datetime tpep_dropoff_datetime trip_distance PULocationID DOLocationID",
            {"start_time": "tpep_pickup_datetime", "end_place": "DOLocationID", "distance": "trip_distance"},
        ),
        (
            "trip_id start_time end_time trip_duration start_community_area_number start_centroid_latitude "
            "start_centroid_longitude",
            {"duration": "trip_duration", "start_place": "start_community_area_number"},
        ),
        ("Duration,Start date,End date,Start station number,Bike number", {"vehicle": "Bike number"}),
    ],
)
def test_the_trips_of_well_known_publishers_need_no_settings(columns: str, expected: dict[str, str]) -> None:
    assigned = assign_roles(columns.split("," if "," in columns else " "), TRIPS, {})
    assert expected.items() <= assigned.items()
