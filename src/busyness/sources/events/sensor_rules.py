"""What a person may say about sensors; the rest is told from the readings, and said in the notes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from busyness.domain.errors import InputError

Form: TypeAlias = Literal["counts", "counters"]


@dataclass(frozen=True, slots=True)
class SensorRules:
    """How the readings were made, and when they are not to be believed.

    ``form``: ``counts`` of each interval, or ``counters`` that only go up; ``None``: told from the readings. ``every``:
    minutes from one reading to the next; ``None``: told. ``stamp``: whether a count bears the time its interval starts
    or ends at (a counter is always read at the end). ``by``: the register's column that becomes the place. A run of
    equal counts is a stuck sensor where chance alone would make it less often than ``chance``. ``zero_hours``: shorter
    runs of zeros are not looked at. ``most_a_minute``: more people than one sensor can count. ``imbalance``: entries
    and exits of a day may differ by this share.
    """

    form: Form | None = None
    every: int | None = None
    stamp: Literal["start", "end"] = "start"
    by: Literal["place", "zone"] = "place"
    chance: float = 1e-9
    zero_hours: float = 2.0
    most_a_minute: float = 1_000.0
    imbalance: float = 0.2

    def __post_init__(self) -> None:
        if self.every is not None and self.every < 1:
            raise InputError(f"Readings every {self.every} minutes cannot be.", hint="Give whole minutes, at least 1.")
        if not (0 < self.chance < 1 and self.zero_hours > 0 and self.most_a_minute > 0 and self.imbalance > 0):
            raise InputError(
                "A rule for sensors is out of range.", hint="The chance lies between 0 and 1, the others above 0."
            )
