import numpy as np

from busyness.tables.vintages import Vintages

NAN = np.float32(np.nan)


def some() -> Vintages:
    """Two places, five slots: place 0 slot 3 is forecast at origins 0 and 2, place 1 slot 4 at origin 1."""
    return Vintages(5).with_values(
        "rain",
        np.array([0, 1, 0]),
        slot=np.array([3, 4, 3]),
        known_from=np.array([2, 1, 0]),
        value=np.array([7, 5, 6], np.float32),
    )


def look(vintages: Vintages, place: int, slot: int, origin: int) -> float:
    return float(vintages.at("rain", np.array([place]), slot=np.array([slot]), origin=np.array([origin]))[0])


def test_the_newest_vintage_that_the_origin_may_see_counts():
    vintages = some()
    assert [look(vintages, 0, 3, origin) for origin in (0, 1, 2, 3)] == [6, 6, 7, 7]
    assert np.isnan(look(vintages, 1, 4, 0))
    assert look(vintages, 1, 4, 1) == 5
    assert np.isnan(look(vintages, 0, 2, 5))


def test_newer_values_count_from_their_origin_on_and_leave_the_rest():
    newer = some().with_newer("rain", np.array([0]), slot=np.array([2]), known_from=9, value=np.array([77.0], np.float32))
    assert look(newer, 0, 2, 9) == 77
    for place in range(2):
        for slot in range(5):
            for origin in range(9):
                np.testing.assert_equal(look(newer, place, slot, origin), look(some(), place, slot, origin))


def test_until_forgets_what_is_newer():
    sealed = some().until(1)
    assert look(sealed, 0, 3, 5) == 6
    assert look(sealed, 1, 4, 5) == 5


def test_select_renumbers_and_may_reorder():
    turned = some().select([1, 0])
    assert look(turned, 0, 4, 1) == 5
    assert look(turned, 1, 3, 2) == 7
    alone = some().select([1])
    assert look(alone, 0, 4, 1) == 5
    assert np.isnan(look(alone, 0, 3, 5))


def test_shortened_drops_the_slots_behind():
    short = some().shortened(4)
    assert look(short, 0, 3, 2) == 7
    assert not any((short.keys["rain"] >> 24) // 4 == 1)


def test_nothing_is_nothing():
    empty = Vintages(5).with_values(
        "rain", np.zeros(0, int), slot=np.zeros(0, int), known_from=np.zeros(0, int), value=np.zeros(0, np.float32)
    )
    assert np.isnan(look(empty, 0, 0, 0))
    assert empty.names == ("rain",)
