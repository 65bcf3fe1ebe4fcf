"""A forecast folder gives back what was written: paths, sums and answers are drawn from it later."""

import numpy as np
import pytest

from busyness.domain.errors import ArtifactError, InputError
from busyness.testing.tiny_city import tiny_city
from busyness.workflows.api import forecast
from busyness.workflows.folder import PATHS, read_forecast, write_paths


@pytest.fixture(scope="module")
def said():
    return forecast(tiny_city(), horizon=48, model="seasonal", windows=0, threads=1).forecast


def test_what_is_read_is_what_was_written(said, tmp_path):
    write_paths(said, tmp_path / PATHS, noun="couriers", adds_up=False)
    stored = read_forecast(tmp_path)
    assert (stored.noun, stored.adds_up) == ("couriers", False)
    again = stored.forecast
    assert again.to_polars().equals(said.to_polars())
    assert [place.label for place in again.places] == [place.label for place in said.places]
    assert np.array_equal(again.paths(50), said.paths(50))
    assert again.peaks().equals(said.peaks())


def test_a_folder_without_a_forecast_says_how_to_make_one(tmp_path):
    with pytest.raises(InputError, match="busyness forecast") as fault:
        read_forecast(tmp_path)
    assert str(tmp_path) in str(fault.value)


@pytest.mark.parametrize("keep", [0, 1, 300, -400])
def test_a_file_that_is_cut_short_is_said(keep, said, tmp_path):
    write_paths(said, tmp_path / PATHS)
    whole = (tmp_path / PATHS).read_bytes()
    (tmp_path / PATHS).write_bytes(whole[:keep])
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_forecast(tmp_path)


def test_a_file_of_other_arrays_is_said(tmp_path):
    np.savez(tmp_path / PATHS, places=np.array(["A"]))
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_forecast(tmp_path)
