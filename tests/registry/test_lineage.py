"""A file's mark changes when the file does; what is no file has a name only."""

import hashlib

from busyness.registry import lineage
from busyness.registry.lineage import source_file


def test_a_file_is_known_by_its_checksum_size_and_time(tmp_path):
    file = tmp_path / "visits.csv"
    file.write_bytes(b"a,b\n1,2\n")
    seen = source_file("file", str(file))
    assert seen.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (seen.role, seen.name, seen.size) == ("file", str(file), 8)
    assert seen.changed is not None
    file.write_bytes(b"a,b\n1,3\n")
    assert source_file("file", str(file)).sha256 != seen.sha256


def test_of_a_large_file_the_beginning_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(lineage, "_MOST", 5)
    file = tmp_path / "large"
    file.write_bytes(b"0123456789")
    assert source_file("known", str(file)).sha256 == hashlib.sha256(b"01234").hexdigest()
    assert source_file("known", str(file)).size == 10


def test_what_is_no_file_has_a_name_only(tmp_path):
    for name in ("postgresql://host/shop", str(tmp_path / "gone.csv"), str(tmp_path)):
        seen = source_file("file", name)
        assert (seen.name, seen.sha256, seen.size, seen.changed) == (name, "", 0, None)
