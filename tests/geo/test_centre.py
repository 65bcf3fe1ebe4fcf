from __future__ import annotations

import numpy as np
import pytest

from busyness.domain.place import Place
from busyness.geo.centre import kilometres_to_centre, with_distance_to_centre


def test_the_centre_is_the_median_position():
    places = [Place(str(i), latitude=0.0, longitude=float(i)) for i in (-1, 0, 1)]
    places += [Place("far", latitude=0.0, longitude=60.0), Place("farther", latitude=0.0, longitude=-70.0), Place("nowhere")]
    km = kilometres_to_centre(places)
    assert km[:3] == pytest.approx([111.2, 0, 111.2], abs=0.2)
    assert np.isnan(km[-1])


def test_the_date_line_is_no_wall():
    assert kilometres_to_centre([Place(str(e), latitude=0.0, longitude=e) for e in (179.0, -179.0)]) == pytest.approx(
        [111.2, 111.2], abs=0.1
    )


def test_it_is_an_attribute():
    here, nowhere = with_distance_to_centre([Place("a", latitude=1.0, longitude=1.0, attributes={"m2": 3.0}), Place("b")])
    assert here.attributes == {"m2": 3.0, "km_to_centre": 0.0}
    assert nowhere == Place("b")
    assert with_distance_to_centre([Place("b")]) == (Place("b"),)
