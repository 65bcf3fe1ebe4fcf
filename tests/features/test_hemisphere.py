"""North or south, by latitude or by the city of the time zone."""

from __future__ import annotations

import pytest

from busyness.domain.place import Place
from busyness.features.hemisphere import southern


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [
        ("America/Lima", True),
        ("Australia/Melbourne", True),
        ("Australia/Victoria", True),
        ("Brazil/East", True),
        ("NZ", True),
        ("Europe/Madrid", False),
        ("America/New_York", False),
        ("UTC", False),
        ("Nowhere/City", False),
    ],
)
def test_the_time_zone_tells_where_no_latitude_is_given(timezone: str, expected: bool) -> None:
    assert southern(Place("1", timezone=timezone)) is expected


def test_a_latitude_is_believed() -> None:
    assert southern(Place("1", latitude=-0.1, timezone="Europe/Madrid"))
    assert not southern(Place("1", latitude=0.0, timezone="America/Lima"))
