"""How many people stand behind one count of a sensor: somebody counted by hand for a while, and the two are compared."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from busyness.domain.errors import InputError

FEW = 100
"""Below this many people counted by hand, a calibration says little."""
_Z = 1.959963984540054  # two-sided 95 %


@dataclass(frozen=True, slots=True)
class Calibration:
    """``factor`` people for each count; with 95 % confidence it lies from ``low`` to ``high``. ``counted`` by hand."""

    factor: float
    low: float
    high: float
    counted: float

    @property
    def few(self) -> bool:
        """Whether fewer people were counted by hand than a calibration needs."""
        return self.counted < FEW


def calibrate(manual: float, sensor: float) -> Calibration:
    """This will return manual ÷ sensor, with the interval that the size of the count allows.

    A sensor that counts too few has seen ``sensor`` of ``manual`` people; one that counts too many has ``manual`` people
    behind ``sensor`` counts. Either way the smaller is a share of the larger, and its interval is Wilson's (1927).

    >>> calibrate(210, 200).factor
    1.05

    Raises ``InputError`` where one of the two is not above 0.
    """
    if not (manual > 0 and sensor > 0):
        raise InputError(
            f"A sensor cannot be calibrated from {manual:g} people counted by hand and {sensor:g} by the sensor.",
            hint="Count again, for long enough that at least 100 people pass.",
        )
    low, high = _wilson(min(manual, sensor), max(manual, sensor))
    if manual > sensor:
        bounds = (1 / high, 1 / low)
    elif manual < sensor:
        bounds = (low, high)
    else:
        bounds = (low, 1 / low)
    return Calibration(manual / sensor, bounds[0], bounds[1], manual)


def _wilson(part: float, whole: float) -> tuple[float, float]:
    share, square = part / whole, _Z * _Z / whole
    middle = share + square / 2
    spread = _Z * sqrt(share * (1 - share) / whole + square / (4 * whole))
    return (middle - spread) / (1 + square), min((middle + spread) / (1 + square), 1.0)
