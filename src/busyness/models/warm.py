"""A fitted forecaster that goes on learning where it stopped, and is calibrated by the weeks that it is taught now."""

from __future__ import annotations

from typing import Any

from busyness.domain.errors import InputError
from busyness.tables.panel import SealedPanel
from busyness.tables.verbs import Forecaster


def continued(forecaster: Forecaster, panel: SealedPanel, *, seen: int | None = None) -> Forecaster:
    """This will return the forecaster after its member has learned some more from everything before the panel's origin.

    ``seen``: the slot until which it has learned (None: nobody knows); see ``CalibratedForecaster.continued``.

    Raises:
        InputError: its member cannot go on learning.

    """
    own: Any = forecaster
    if not hasattr(own, "continued"):
        kind = getattr(own, "kind", type(own).__name__)
        raise InputError(f"A '{kind}' model cannot be continued.", hint="Leave warm: true out, and it is trained anew.")
    told: Forecaster = own.continued(panel, seen=seen)
    return told
