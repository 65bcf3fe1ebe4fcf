import json


def test_data_sets_are_listed_with_their_terms(busyness):
    listed = json.loads(busyness("get", "--json").out)["datasets"]
    assert {"chicago-scooters", "melbourne-pedestrians"} <= {each["name"] for each in listed}
    assert all(each["licence"] for each in listed)
    assert "chicago-areas" in busyness("get").out


def test_a_data_set_nobody_knows_is_said_with_the_nearest(busyness, tmp_path):
    answer = busyness("get", "chicago-scoters", "--out", tmp_path)
    assert answer.code == 2
    assert "Did you mean 'chicago-scooters'" in answer.err
