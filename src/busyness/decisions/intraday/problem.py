"""What has to be decided while the day runs: places, the roster's heads, flex people, visitors, and what all of it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.durations import SHAPES
from busyness.domain.errors import InputError


@dataclass(frozen=True)
class FlexPeople:
    """Who may be sent about: ``at_start`` of each place, on top of the roster's heads; so many more may be called in, and
    so many sent home, in a day. In one step at most ``moves_per_step`` of these are decided.
    """

    at_start: tuple[int, ...]
    callable: int = 0
    sendable: int = 0
    moves_per_step: int = 1


@dataclass(frozen=True)
class Visits:
    """How visitors are: minutes of service on average, its shape (``exponential``, ``erlang``, ``lognormal``) and its
    coefficient of variation ``spread`` (an exponential's is 1), and how many minutes they wait on average before giving up
    (exponential).
    """

    service_minutes: float
    patience_minutes: float
    shape: str = "exponential"
    spread: float = 1.0


@dataclass(frozen=True)
class Notice:
    """Calling somebody in who is there ``minutes`` later costs ``premium`` on top of the wage."""

    minutes: float
    premium: float


@dataclass(frozen=True)
class Money:
    """Wage an hour, calling in by notice, a move, sending home, the margin lost on a visitor who gives up, and the price of
    a minute that a visitor waits; all in ``currency``.
    """

    wage: float
    lost_visitor: float
    waiting_minute: float
    notices: tuple[Notice, ...] = ()
    move: float = 0.0
    send_home: float = 0.0
    currency: str = ""


@dataclass(frozen=True)
class Reality:
    """Where the real day differs from what is believed: travel and service take so many times as long, and somebody who has
    just arrived works ``slower`` (0.5: services take half as long again) in the first ``slower_minutes``.
    """

    travel_factor: float = 1.0
    service_factor: float = 1.0
    slower: float = 0.0
    slower_minutes: float = 0.0


@dataclass(frozen=True, eq=False)
class IntradayProblem:
    """One opening day of a cluster of places, in steps of ``step_minutes``.

    ``heads`` int ``[places, steps]`` are the roster's people at work, who stay where they are; ``travel`` float
    ``[places, places]`` are the minutes people are believed to take.

    Raises ``InputError`` for what cannot be: the sentence names the place.
    """

    places: tuple[str, ...]
    heads: NDArray[np.int64]
    travel: NDArray[np.float64]
    flex: FlexPeople
    visits: Visits
    money: Money
    reality: Reality = Reality()
    step_minutes: float = 15.0

    def __post_init__(self) -> None:
        _check_places(self.places, self.heads, self.travel)
        _check_flex(self.flex, self.places, self.money)
        _check_visits(self.visits)
        _check_money(self.money)
        _check_reality(self.reality)
        if not (math.isfinite(self.step_minutes) and self.step_minutes > 0):
            raise InputError(f"A step cannot take {self.step_minutes:g} minutes.", hint="Use 15.")

    @property
    def steps(self) -> int:
        """How many steps the day has."""
        return int(self.heads.shape[1])

    @property
    def most_people(self) -> int:
        """How many people could be at one place at most."""
        return int(self.heads.max(initial=0)) + sum(self.flex.at_start) + self.flex.callable


def _check_places(places: Sequence[str], heads: NDArray[np.int64], travel: NDArray[np.float64]) -> None:
    if not places:
        raise InputError("There is no place in the cluster.", hint="Name at least one.")
    twice = next((place for k, place in enumerate(places) if place in places[:k]), None)
    if twice is not None:
        raise InputError(f"The place '{twice}' comes twice.", hint="Keep one of each place.")
    if heads.ndim != 2 or len(heads) != len(places) or not heads.shape[1]:
        raise InputError(f"Heads of shape {heads.shape} do not fit {len(places)} places × steps.")
    if not np.issubdtype(heads.dtype, np.integer) or heads.min() < 0:
        raise InputError("The roster's heads have to be whole numbers of 0 or more.", hint="Count people in each step.")
    if travel.shape != (len(places), len(places)):
        raise InputError(f"Travel minutes of shape {travel.shape} do not fit {len(places)} places.")
    wrong = ~np.isfinite(travel) | (travel < 0) | ((travel == 0) & ~np.eye(len(places), dtype=bool))
    if wrong.any():
        i, j = np.argwhere(wrong)[0]
        raise InputError(f"Nobody can travel from '{places[i]}' to '{places[j]}' in {travel[i, j]:g} minutes.")


def _check_flex(flex: FlexPeople, places: Sequence[str], money: Money) -> None:
    if len(flex.at_start) != len(places):
        raise InputError(f"Flex people of {len(flex.at_start)} places do not fit {len(places)} places.")
    wrong = next((place for place, count in zip(places, flex.at_start, strict=True) if count < 0), None)
    if wrong is not None:
        raise InputError(f"'{wrong}' has fewer than 0 flex people.", hint="Count 0 or more.")
    if flex.callable < 0 or flex.sendable < 0:
        raise InputError("Fewer than 0 people cannot be called in or sent home.", hint="Count 0 or more.")
    if flex.moves_per_step < 1:
        raise InputError("At least one move has to be possible in a step.", hint="Set moves_per_step to 1 or more.")
    if flex.callable and not money.notices:
        raise InputError("People may be called in, but nothing says at what notice.", hint="Give minutes and premium.")


def _check_visits(visits: Visits) -> None:
    for what, minutes in (("Service", visits.service_minutes), ("Patience", visits.patience_minutes)):
        if not (math.isfinite(minutes) and minutes > 0):
            raise InputError(f"{what} cannot take {minutes:g} minutes.", hint="Give a mean above 0.")
    if visits.shape not in SHAPES:
        raise InputError(f"'{visits.shape}' is no shape of service times.", hint=f"Use {', '.join(SHAPES)}.")
    if not 0.05 <= visits.spread <= 3:
        raise InputError(f"Service times cannot have a spread of {visits.spread:g}.", hint="Use 0.05 to 3.")


def _check_money(money: Money) -> None:
    prices = {
        "The wage": money.wage,
        "A lost visitor": money.lost_visitor,
        "A waiting minute": money.waiting_minute,
        "A move": money.move,
        "Sending home": money.send_home,
    }
    for what, price in prices.items():
        if not (math.isfinite(price) and price >= 0):
            raise InputError(f"{what} cannot cost {price:g}.", hint="Give a price of 0 or more.")
    for notice in money.notices:
        if not (
            math.isfinite(notice.minutes) and notice.minutes >= 0 and math.isfinite(notice.premium) and notice.premium >= 0
        ):
            raise InputError(f"Nobody can be called in {notice.minutes:g} minutes ahead for {notice.premium:g}.")


def _check_reality(reality: Reality) -> None:
    if not (0 < reality.travel_factor < math.inf and 0 < reality.service_factor < math.inf):
        raise InputError("Travel and service have to take some time.", hint="Give factors above 0; 1 is as believed.")
    if not (0 <= reality.slower < math.inf and 0 <= reality.slower_minutes < math.inf):
        raise InputError("Newcomers cannot be slower by less than 0.", hint="Give 0 or more.")
