from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, InputError, UnknownPlaceError
from busyness.domain.place import Place
from busyness.domain.quantiles import DENSE_LEVELS
from busyness.domain.slots import SlotLength, Slots
from busyness.tables.forecast import Forecast
from busyness.workflows.answer import Answers
from busyness.workflows.folder import PATHS, read_forecast, write_paths

NAMES = ("ROGERS PARK", "WEST RIDGE", "UPTOWN", "LINCOLN SQUARE", "NORTH CENTER", "LAKE VIEW", "LINCOLN PARK", "O'HARE")
NUMBERS = ("1", "2", "3", "4", "5", "6", "7", "76")


def forecast(every: str = "1d", slots: int = 3, start: str = "2020-09-10") -> Forecast:
    """Area n has a mean of 100 n + the day."""
    places = tuple(
        Place(n, name=name, timezone="America/Chicago", latitude=41.9) for n, name in zip(NUMBERS, NAMES, strict=True)
    )
    mean = np.array([[100.0 * int(n) + day for day in range(slots)] for n in NUMBERS], np.float32)
    return Forecast(
        places=places,
        slots=Slots(np.datetime64(start), SlotLength.parse(every), slots),
        levels=DENSE_LEVELS,
        quantiles=np.repeat(mean[..., None], len(DENSE_LEVELS), axis=2),
        mean=mean,
        open=np.ones(mean.shape, bool),
        ranks=np.zeros((1, *mean.shape), np.uint8),
        model="boosted-1a2b",
    )


def test_the_request_of_the_document_is_answered():
    answers = Answers(forecast())
    assert answers.predict("LAKE VIEW", "2020-09-11") == {"model_version": "boosted-1a2b", "trips": 601}
    assert answers.predict("Lakeview", date(2020, 9, 10)) == {"model_version": "boosted-1a2b", "trips": 600}


@pytest.mark.parametrize("written", ["O'HARE", "OHARE", "o hare", "O’Hare", 76, "76"])
def test_names_match_whatever_the_case_and_punctuation(written):
    assert Answers(forecast()).predict(written, "2020-09-12")["trips"] == 7602


def test_an_area_number_means_what_the_city_means():
    """The document's original answered area n as area n + 1: it sent the number where a category code was expected."""
    answers = Answers(forecast())
    for number, name in zip(NUMBERS, NAMES, strict=True):
        assert answers.predict(int(number), "2020-09-10") == answers.predict(name, "2020-09-10")
        assert answers.predict(number, "2020-09-10")["trips"] == 100 * int(number)


def test_a_number_of_the_places_own_table_is_understood_and_an_id_wins_over_it():
    said = forecast()
    named = tuple(
        replace(place, id=place.name, attributes={"area_number": float(place.id), "docks": 5.0}) for place in said.places
    )
    answers = Answers(replace(said, places=named))
    assert answers.predict(6, "2020-09-10") == answers.predict("LAKE VIEW", "2020-09-10")
    assert answers.predict("76", "2020-09-10")["trips"] == 7600
    with pytest.raises(UnknownPlaceError):
        answers.predict(8, "2020-09-10")


def test_other_days_are_refused_by_name():
    with pytest.raises(
        InputError, match=r"2020-09-13 lies outside the forecast of LAKE VIEW, which covers 2020-09-10 to 2020-09-12"
    ):
        Answers(forecast()).predict("LAKE VIEW", "2020-09-13")
    with pytest.raises(InputError, match="'tomorrow' is not a date"):
        Answers(forecast()).predict("LAKE VIEW", "tomorrow")


def test_other_places_are_refused_with_the_nearest_name():
    with pytest.raises(UnknownPlaceError, match="LAKE VIEW"):
        Answers(forecast()).predict("LAKE VEW", "2020-09-11")


def test_hours_are_added_up_to_whole_local_days_only():
    answers = Answers(forecast("1h", 60, "2020-09-10T05:00"), noun="visitors")  # midnight in Chicago
    assert answers.predict("6", "2020-09-10")["visitors"] == sum(600 + hour for hour in range(24))
    with pytest.raises(InputError, match="covers 2020-09-10 to 2020-09-11"):
        answers.predict("6", "2020-09-12")
    begun = Answers(forecast("1h", 60, "2020-09-10T09:00"))
    with pytest.raises(InputError, match="covers 2020-09-11 to 2020-09-11"):
        begun.predict("6", "2020-09-10")


def test_couriers_of_several_hours_are_not_added_up():
    hourly = Answers(forecast("1h", 60, "2020-09-10T05:00"), noun="couriers", adds_up=False)
    with pytest.raises(InputError, match="couriers of several slots cannot be added up"):
        hourly.predict("6", "2020-09-10")
    assert Answers(forecast(), noun="couriers", adds_up=False).predict("6", "2020-09-10")["couriers"] == 600


def test_a_forecast_survives_its_folder(tmp_path):
    said = replace(forecast(), reported=(0.1, 0.5, 0.9))
    write_paths(said, tmp_path / PATHS, noun="trips")
    stored = read_forecast(tmp_path)
    assert stored.noun == "trips"
    assert stored.forecast.places == said.places
    assert stored.forecast.to_polars().equals(said.to_polars())
    assert np.array_equal(stored.forecast.paths(20), said.paths(20))
    assert Answers.of_folder(tmp_path).predict("UPTOWN", "2020-09-10")["trips"] == 300


def test_a_folder_without_or_with_a_damaged_forecast_says_so(tmp_path):
    with pytest.raises(InputError, match="holds no forecast"):
        read_forecast(tmp_path)
    (tmp_path / PATHS).write_bytes(b"PK nothing")
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_forecast(tmp_path)
