"""A day as it was laid out in the morning, kept until its log is written: who works where, and what was believed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.problem import FlexPeople, IntradayProblem, Money, Notice, Visits
from busyness.domain.errors import ArtifactError

_FORMAT = 1


@dataclass(frozen=True, eq=False)
class KeptDay:
    """The ``cluster``'s name, when its day starts (aware, in ``zone``), visitors ``expected`` ``[places, steps]``, and the
    problem that policies believed in.
    """

    cluster: str
    start: datetime
    zone: str
    expected: NDArray[np.float64]
    problem: IntradayProblem

    @property
    def date(self) -> date:
        """The opening day, local."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()

    @property
    def end(self) -> datetime:
        """When the day is over."""
        return self.start + timedelta(minutes=self.problem.steps * self.problem.step_minutes)

    def to_facts(self) -> dict[str, Any]:
        """This will return what JSON can hold."""
        problem = self.problem
        return {
            "format": _FORMAT,
            "cluster": self.cluster,
            "start": self.start.isoformat(),
            "zone": self.zone,
            "places": list(problem.places),
            "step_minutes": problem.step_minutes,
            "flex": asdict(problem.flex),
            "visits": asdict(problem.visits),
            "money": asdict(problem.money),
            "travel": problem.travel.tolist(),
            "heads": problem.heads.tolist(),
            "expected": self.expected.tolist(),
        }

    @classmethod
    def from_facts(cls, facts: Mapping[str, Any]) -> Self:
        """This will return the day that was kept, or raise an ``ArtifactError`` where it cannot be read."""
        try:
            money, flex = dict(facts["money"]), dict(facts["flex"])
            money["notices"] = tuple(Notice(**notice) for notice in money["notices"])
            flex["at_start"] = tuple(flex["at_start"])
            problem = IntradayProblem(
                places=tuple(facts["places"]),
                heads=np.array(facts["heads"], np.int64),
                travel=np.array(facts["travel"], np.float64),
                flex=FlexPeople(**flex),
                visits=Visits(**facts["visits"]),
                money=Money(**money),
                step_minutes=float(facts["step_minutes"]),
            )
            start, zone = datetime.fromisoformat(facts["start"]), str(facts["zone"])
            return cls(str(facts["cluster"]), start, zone, np.array(facts["expected"], np.float64), problem)
        except (KeyError, TypeError, ValueError) as fault:
            raise ArtifactError(
                f"The kept day cannot be read: {fault}.", hint="Plan the day again: busyness plan intraday."
            ) from fault
