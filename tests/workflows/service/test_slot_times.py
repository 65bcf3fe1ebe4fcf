"""When slots begin, zone by zone."""

import numpy as np

from busyness.domain.slots import SlotLength, Slots
from busyness.workflows.service.slot_times import SlotTimes, times_by_zone


def test_labels_follow_the_clock_change():
    slots = Slots(np.datetime64("2024-03-31T00:00:00"), SlotLength(60), 3)
    assert SlotTimes.of(slots, "Europe/Madrid").labels == (
        "2024-03-31T01:00:00+01:00",
        "2024-03-31T03:00:00+02:00",
        "2024-03-31T04:00:00+02:00",
    )


def test_days_begin_at_each_zones_midnight():
    found = times_by_zone(Slots(np.datetime64("2024-03-31"), SlotLength(1440), 2), ["Europe/Madrid", "America/Lima"])
    assert [str(times.starts[0]) for times in found.values()] == ["2024-03-30T23:00:00", "2024-03-31T05:00:00"]
    assert found["America/Lima"].labels[1] == "2024-04-01T00:00:00-05:00"


def test_a_span_holds_the_slots_that_begin_in_it():
    times = SlotTimes.of(Slots(np.datetime64("2024-01-01T00:00:00"), SlotLength(60), 10), "UTC")
    hour = [np.datetime64("2024-01-01T00:00:00") + np.timedelta64(h, "h") for h in range(12)]
    assert times.between(hour[2], hour[5]) == slice(2, 5)
    assert times.between(None, None) == slice(0, 10)
    assert times.between(hour[2] + np.timedelta64(1, "s"), None) == slice(3, 10)
    assert times.between(hour[8], hour[2]) == slice(8, 8)
