"""A fitted forecaster that goes on learning where it stopped, with the calibration that it has."""

from __future__ import annotations

import copy
from typing import Any

from busyness.domain.errors import InputError
from busyness.tables.panel import SealedPanel
from busyness.tables.verbs import Forecaster


def continued(forecaster: Forecaster, panel: SealedPanel) -> Forecaster:
    """This will return the forecaster after its member has learned some more from everything before the panel's origin.

    Raises:
        InputError: its member cannot go on learning.

    """
    member: Any = getattr(forecaster, "member", None)
    if not hasattr(member, "continued"):
        kind = getattr(member, "kind", type(forecaster).__name__)
        raise InputError(f"A '{kind}' model cannot be continued.", hint="Leave warm: true out, and it is trained anew.")
    longer: Any = copy.copy(forecaster)
    longer.member = member.continued(panel)
    told: Forecaster = longer
    return told
