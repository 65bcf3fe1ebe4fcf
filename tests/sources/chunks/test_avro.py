"""Avro: old readers read new files and the reverse, and damage costs what is damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import fastavro
import polars as pl
import pytest

from busyness.domain.errors import ColumnMissingError, InputError
from busyness.sources.chunks.avro_schemas import avro_schema, schema_names, write_avro
from busyness.sources.chunks.open import open_chunks
from busyness.tables.events import Reason

KINDS = ["app_event", "count", "ping", "sale", "sensor_reading", "trip"]
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
VALUES = {"string": "x", "long": 7, "double": 1.5, "boolean": True}


def full(name: str, rows: int = 3) -> pl.DataFrame:
    """This will make a table with a value in every field of a schema."""
    columns: dict[str, list[object]] = {}
    for field in avro_schema(name)["fields"]:
        kind = next(part for part in field["type"] if part != "null") if isinstance(field["type"], list) else field["type"]
        of = [VALUES[kind] if isinstance(kind, str) else NOON + timedelta(minutes=n) for n in range(rows)]
        columns[field["name"]] = of
    return pl.DataFrame(columns)


def read(path: Path, reader: str | None = None, **options: object) -> pl.DataFrame:
    return pl.concat([chunk.frame for chunk in open_chunks(path, reader=reader, **options)])  # type: ignore[arg-type]


def test_there_are_two_versions_of_each_kind() -> None:
    assert schema_names() == tuple(f"{kind}_v{version}" for kind in KINDS for version in (1, 2))
    assert all(avro_schema(kind) == avro_schema(f"{kind}_v2") for kind in KINDS)
    assert all(field["doc"] for name in schema_names() for field in avro_schema(name)["fields"])
    with pytest.raises(InputError, match="no schema 'trips'") as unknown:
        avro_schema("trips")
    assert "'trip'" in unknown.value.hint


@pytest.mark.parametrize("name", [f"{kind}_v{version}" for kind in KINDS for version in (1, 2)])
def test_what_was_written_is_read(tmp_path: Path, name: str) -> None:
    write_avro(full(name), tmp_path / "t.avro", name)
    for reader in (None, name):
        assert read(tmp_path / "t.avro", reader).equals(full(name))


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_reader_reads_new_data(tmp_path: Path, kind: str) -> None:
    write_avro(full(f"{kind}_v2"), tmp_path / "new.avro", f"{kind}_v2")
    frame = read(tmp_path / "new.avro", f"{kind}_v1")
    old = full(f"{kind}_v1")
    assert frame.columns == old.columns
    renamed = set(old.columns) - set(full(f"{kind}_v2").columns)  # an old reader cannot know the new name: its default
    assert all(frame[name].null_count() == 3 for name in renamed)
    assert frame.drop(renamed).equals(old.drop(renamed))


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_reader_reads_old_data(tmp_path: Path, kind: str) -> None:
    write_avro(full(f"{kind}_v1"), tmp_path / "old.avro", f"{kind}_v1")
    frame = read(tmp_path / "old.avro", kind)
    new = avro_schema(kind)["fields"]
    assert frame.columns == [field["name"] for field in new]
    former = {field["name"]: field["aliases"][0] for field in new if "aliases" in field}
    for field in new:
        was = former.get(field["name"], field["name"])
        if was in full(f"{kind}_v1").columns:
            assert frame[field["name"]].to_list() == full(f"{kind}_v1")[was].to_list()
        else:
            assert set(frame[field["name"]]) == {field["default"]}


def test_some_kinds_rename_a_field_and_all_add_one() -> None:
    fields = {kind: avro_schema(kind)["fields"] for kind in KINDS}
    assert {kind for kind, those in fields.items() if any("aliases" in field for field in those)} == {
        "sale",
        "sensor_reading",
    }
    assert all(len(those) > len(avro_schema(f"{kind}_v1")["fields"]) for kind, those in fields.items())


def next_year(tmp_path: Path, field: dict[str, object], value: object) -> Path:
    """A file of next year's pings, in which one field is not what it was."""
    schema = avro_schema("ping")
    kept = [entry for entry in schema["fields"] if entry["name"] != "courier_latitude"]
    record = {**full("ping", 1).row(0, named=True), field["name"]: value}
    with (tmp_path / "t.avro").open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema({**schema, "fields": [*kept, field]}), [record])
    return tmp_path / "t.avro"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"name": "courier_lat", "type": "double"}, 1.5),
        ({"name": "courier_latitude", "type": "string"}, "41 N"),
        ({"name": "courier_latitude", "type": {"type": "array", "items": "double"}}, [1.5]),
    ],
)
def test_a_schema_from_next_year_that_cannot_be_resolved_is_named(
    tmp_path: Path, field: dict[str, object], value: object
) -> None:
    path = next_year(tmp_path, field, value)
    with pytest.raises(InputError, match=r"t\.avro was written by a schema whose 'courier_latitude' cannot be read"):
        open_chunks(path, reader="ping")
    assert field["name"] in open_chunks(path).columns


def test_a_value_far_below_that_cannot_be_resolved_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.avro"
    schema = avro_schema("count")
    schema["fields"][2]["type"] = ["null", "double", "string"]
    records = [{"place": "a", "time": NOON, "amount": 1.0 if n < 4000 else "many", "source": None} for n in range(5000)]
    with path.open("wb") as file:
        fastavro.writer(file, fastavro.parse_schema(schema), records)
    opened = open_chunks(path, reader="count")
    with pytest.raises(InputError, match="'amount'"):
        list(opened)
    assert read(path)["amount"].dtype == pl.String, "without a reader nothing is lost"


@pytest.mark.parametrize("left", [0.99, 0.5, 0.2])
def test_a_truncated_file_gives_its_good_blocks(tmp_path: Path, left: float) -> None:
    whole, path = tmp_path / "whole.avro", tmp_path / "t.avro"
    frame = full("trip", 20_000)
    write_avro(frame, whole, "trip")
    content = whole.read_bytes()
    path.write_bytes(content[: int(len(content) * left)])
    chunks = list(open_chunks(path, rows=3000))
    got = pl.concat([chunk.frame for chunk in chunks])
    assert 0 < got.height < 20_000
    assert got.equals(frame.head(got.height))
    assert pl.concat([chunk.lines for chunk in chunks]).to_list() == list(range(1, got.height + 1))
    rejected = pl.concat([chunk.rejected for chunk in chunks])
    assert rejected.select("line", "reason").rows() == [(got.height + 1, Reason.DAMAGED)]
    assert [note for chunk in chunks for note in chunk.notes] == [
        f"t.avro is damaged or cut short after record {got.height:,}; the records up to it were read."
    ]


def test_bytes_turned_over_inside_never_crash(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.avro", tmp_path / "t.avro"
    write_avro(full("sale", 5000), whole, "sale")
    content = whole.read_bytes()
    for place in range(len(content) // 3, len(content), 997):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
        chunks = list(open_chunks(path))
        assert sum(chunk.rejected.height for chunk in chunks) <= 1
        assert sum(chunk.frame.height for chunk in chunks) <= 5000


def test_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.avro"
    path.write_text("time,place\n1,2\n")
    with pytest.raises(InputError, match=r"t\.avro is not an Avro file"):
        open_chunks(path)
    write_avro(full("count"), tmp_path / "count", "count")
    (tmp_path / "t.avro").write_bytes((tmp_path / "count").read_bytes()[:50])
    with pytest.raises(InputError, match="not an Avro file, or its beginning is damaged"):
        open_chunks(path)


def test_columns_chunks_and_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "data"  # told by the content
    write_avro(full("ping", 10), path, "ping_v1")
    chunks = list(open_chunks(path, columns=["ping_time"], rows=4))
    assert [chunk.frame.shape for chunk in chunks] == [(4, 1), (4, 1), (2, 1)]
    assert chunks[0].frame.schema["ping_time"] == pl.Datetime("us", "UTC")
    with pytest.raises(ColumnMissingError, match="'place'"):
        open_chunks(path, columns=["place"])
    write_avro(full("ping", 0), path, "ping_v1")
    (chunk,) = open_chunks(path, reader="ping")
    assert chunk.frame.shape == (0, len(avro_schema("ping")["fields"]))


def test_writing_needs_what_has_no_default(tmp_path: Path) -> None:
    frame = full("count").drop("source", "amount")
    write_avro(frame, tmp_path / "t.avro", "count")
    assert read(tmp_path / "t.avro").drop("source", "amount").equals(frame)
    with pytest.raises(ColumnMissingError, match="'time' for the schema 'count'"):
        write_avro(frame.drop("time"), tmp_path / "t.avro", "count")
    with pytest.raises(InputError, match="does not fit the schema 'count'"):
        write_avro(frame.with_columns(place=pl.lit(3)), tmp_path / "t.avro", "count")
