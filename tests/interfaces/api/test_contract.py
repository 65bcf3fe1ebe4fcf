"""The OpenAPI file, and the API tried against it."""

import importlib.util
from pathlib import Path

import jsonschema_rs
import pytest

from busyness.interfaces.api.problems import ProblemAnswer

ROOT = Path(__file__).parents[3]


def test_the_openapi_file_is_valid_and_says_what_every_operation_may_refuse(running) -> None:
    with running.client("finance") as client:
        said = client.get("/v1/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    ids = [operation["operationId"] for item in said["paths"].values() for operation in item.values()]
    assert len(set(ids)) == len(ids)
    for schema in said["components"]["schemas"].values():
        assert jsonschema_rs.meta.is_valid({**schema, "$schema": "https://json-schema.org/draft/2020-12/schema"})
    for path, item in said["paths"].items():
        for operation in item.values():
            assert {"401", "403", "404", "422", "429"} <= set(operation["responses"]), path
            assert operation["description"]
            assert any(status.startswith("2") for status in operation["responses"])
    assert said["components"]["schemas"]["ProblemAnswer"] == ProblemAnswer.model_json_schema()
    unsigned = [path for path, item in said["paths"].items() for one in item.values() if not one["security"]]
    assert sorted(unsigned) == ["/predict", "/v1/health/live", "/v1/health/ready", "/v1/my/shifts.ics"]


@pytest.mark.slow
def test_schemathesis_finds_nothing() -> None:
    spec = importlib.util.spec_from_file_location("contract", ROOT / "benchmarks" / "contract.py")
    contract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(contract)
    found = contract.run(2, seed=1, phases="fuzzing", seconds=300)
    assert found["cases"] >= 200
    assert not found["failures"], found["output"]
    assert not [status for status in found["statuses"] if status.startswith("5") and status != "501"]
