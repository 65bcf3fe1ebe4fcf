"""Why a slot is as it is: the parts add up, in both languages, for those who may see it."""

import pytest

ASKED = "/v1/explanation?world=stores&place=north&time=2025-05-12T12:00:00-05:00"


def test_the_families_add_up_to_the_forecast(working) -> None:
    with working.client("operations") as client:
        answer = client.get(ASKED)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert sum(family["contribution"] for family in told["families"]) == pytest.approx(told["forecast"], abs=0.01)
    assert told["families"][0]["family"] == "usual"
    assert told["time"] == "2025-05-12T17:00:00Z"
    assert told["features"]
    assert "expected" in told["words"]


def test_words_come_in_the_language_asked_for(working) -> None:
    with working.client("operations") as client:
        assert "se esperan" in client.get(f"{ASKED}&lang=es").json()["words"]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"place": "west"}, 404),
        ({"time": "2031-01-01T00:00:00Z"}, 422),
        ({"time": "noon"}, 422),
        ({"world": "shops", "place": "S1", "time": "2026-03-02T12:00:00-05:00"}, 422),  # no model in that folder
    ],
)
def test_what_cannot_be_explained_is_told(working, change: dict[str, str], status: int) -> None:
    asked = {"world": "stores", "place": "north", "time": "2025-05-12T12:00:00-05:00"} | change
    with working.client("operations") as client:
        answer = client.get("/v1/explanation", params=asked)
    assert answer.status_code == status, answer.text
    assert answer.json()["hint"] or status == 404


def test_others_places_stay_closed(working) -> None:
    with working.client("south") as client:
        assert client.get(ASKED).status_code == 403
        assert client.get(ASKED.replace("north", "south")).status_code == 200
    with working.client("inventory") as client:
        assert client.get(ASKED).status_code == 403
