"""Arrays come back the same, from memory or mapped from the disk."""

import numpy as np
import pytest

from busyness.workflows.npz import read_npz


@pytest.fixture
def arrays():
    rng = np.random.default_rng(0)
    return {
        "large": rng.random((300, 400, 5)).astype(np.float32),
        "columns": np.asfortranarray(rng.random((700, 400))),
        "small": np.arange(5),
        "text": np.array(["a", "ñ"]),
        "bytes": rng.integers(0, 255, (1200, 1000), dtype=np.uint8),
    }


def mapping_of(array):
    """The map that an array is a view of."""
    while array is not None and not isinstance(array, np.memmap):
        array = array.base
    return array


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("mapped", [True, False])
def test_what_is_read_is_what_was_written(arrays, tmp_path, save, mapped):
    file = tmp_path / "a.npz"
    save(file, **arrays)
    found = read_npz(file, mapped=mapped)
    assert set(found) == set(arrays)
    for name, array in arrays.items():
        assert np.array_equal(found[name], array)
        assert found[name].dtype == array.dtype
    on_disk = {name for name, array in found.items() if mapping_of(array) is not None}
    assert on_disk == ({"large", "columns", "bytes"} if mapped and save is np.savez else set())


def test_what_is_mapped_cannot_be_changed(arrays, tmp_path):
    np.savez(tmp_path / "a.npz", **arrays)
    found = read_npz(tmp_path / "a.npz", mapped=True)
    with pytest.raises(ValueError, match="read-only"):
        found["large"][0] = 1


def test_a_file_that_is_replaced_stays_as_it_was(arrays, tmp_path):
    np.savez(tmp_path / "a.npz", **arrays)
    found = read_npz(tmp_path / "a.npz", mapped=True)
    np.savez(tmp_path / "b.npz", large=np.zeros((300, 400, 5), np.float32))
    (tmp_path / "b.npz").replace(tmp_path / "a.npz")
    assert np.array_equal(found["large"], arrays["large"])


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_damage_of_any_kind_is_one_fault(arrays, tmp_path, save):
    file = tmp_path / "a.npz"
    save(file, **{name: arrays[name] for name in ("small", "text", "bytes")})
    whole, rng = file.read_bytes(), np.random.default_rng(0)
    for _ in range(40):
        spoiled = bytearray(whole)
        for place in (rng.integers(200), -rng.integers(1, 600)):  # the headers: where the file says what is in it
            spoiled[place] = rng.integers(256)
        file.write_bytes(spoiled)
        for mapped in (True, False):
            try:
                read_npz(file, mapped=mapped)
            except ValueError:
                continue
