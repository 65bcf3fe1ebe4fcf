"""The gate: what a forecast must be before it may answer. Every check has a name, a verdict and a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import InputError
from busyness.registry.release_marks import damaged_files
from busyness.tables import columns as c
from busyness.workflows.service.snapshot import Snapshot

FRESHNESS = "freshness"
"""The check of how old a forecast is: the only one that another forecast of the same model passes."""

Verdict = Literal["passed", "warned", "refused"]

Floats = NDArray[np.float32]

_AGAIN = "Make the forecast again."
_PLACES = 256  # checked at once
_HAIR = 1e-3  # how far rounding may take a quantile past its neighbour, as a share


@dataclass(frozen=True)
class Check:
    """One check: its name, what came of it, and in a sentence what was found and, if it failed, what to do."""

    name: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True)
class Limits:
    """How far a new forecast may be from the one that answers: hours of age, share of places gone, times the size."""

    stale_hours: float = 48.0
    places_gone: float = 0.1
    scale: float = 5.0


@dataclass(frozen=True)
class Compared:
    """The new one, the one that answers now (None: nobody yet), and the world's time."""

    new: Snapshot
    served: Snapshot | None
    now: datetime
    limits: Limits


class GateError(InputError):
    """A forecast may not answer; ``checks`` are all that were made, ``refused`` those that failed."""

    def __init__(self, checks: tuple[Check, ...]) -> None:
        self.checks = checks
        self.refused = tuple(check for check in checks if check.verdict == "refused")
        super().__init__(" ".join(check.sentence for check in self.refused))


def checked(
    snapshot: Snapshot, *, served: Snapshot | None, now: datetime, limits: Limits | None = None
) -> tuple[Check, ...]:
    """This will make every check, whatever the others say, and return what each found."""
    compared = Compared(snapshot, served, now, limits or Limits())
    return tuple(_CHECKS[name](compared) for name in _CHECKS)


def passed(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    """This will return the checks, or raise ``GateError`` where one refused."""
    if any(check.verdict == "refused" for check in checks):
        raise GateError(checks)
    return checks


def _checksums(compared: Compared) -> Check:
    wrong = damaged_files(compared.new.folder)
    if wrong:
        return _no("checksums", f"{_some(wrong)} changed after the release was made.", "Copy the release again.")
    return _yes("checksums", "Every file is as it was written.")


def _schema(compared: Compared) -> Check:
    said = compared.new.forecast
    levels = np.asarray(said.levels)
    if len(set(said.ids)) != len(said.ids):
        return _no("schema", "Two places have the same id.", _AGAIN)
    if len(levels) < 2 or (np.diff(levels) <= 0).any() or levels[0] <= 0 or levels[-1] >= 1:
        return _no("schema", "The quantile levels do not rise from above 0 to below 1.", _AGAIN)
    if not len(said.ranks):
        return _no("schema", "Nothing is there to draw paths from.", _AGAIN)
    strange = set(compared.new.peaks[c.PLACE]) - set(compared.new.rows)
    if strange:
        return _no("schema", f"The peaks name places that the forecast does not have: {_some(sorted(strange))}.", _AGAIN)
    return _yes("schema", f"{len(said.ids):,} places × {said.slots.count:,} slots, {len(levels)} levels.")


def _one_run(compared: Compared) -> Check:
    card = compared.new.card
    if card is not None and card.version != compared.new.model_version:
        sentence = f"The model in the folder is {card.version}, but {compared.new.model_version} made the forecast."
        return _no("one_run", sentence, "Write the folder again, whole.")
    return _yes("one_run", "The forecast and the model belong together.")


def _units(compared: Compared) -> Check:
    new, served = compared.new, compared.served
    if served is None:
        return _yes("units", f"It counts {new.noun}.")
    if (new.noun, new.adds_up) != (served.noun, served.adds_up):
        return _no("units", f"It counts {new.noun}; until now these were {served.noun}.", "Make it of the same thing.")
    return _yes("units", f"It counts {new.noun}, as before.")


def _slot_length(compared: Compared) -> Check:
    new = compared.new.forecast.slots.length
    old = new if compared.served is None else compared.served.forecast.slots.length
    if new != old:
        return _no("slot_length", f"Its slots are {new} long; until now they were {old}.", f"Use --every {old}.")
    return _yes("slot_length", f"Slots of {new}.")


def _places(compared: Compared) -> Check:
    if compared.served is None:
        return _yes("places", f"{len(compared.new.rows):,} places.")
    gone = sorted(set(compared.served.rows) - set(compared.new.rows))
    sentence = f"{len(gone):,} of {len(compared.served.rows):,} places are gone: {_some(gone)}."
    if len(gone) > compared.limits.places_gone * len(compared.served.rows):
        return _no("places", sentence, "Check the data, or serve it as a world of its own.")
    return Check("places", "warned", sentence) if gone else _yes("places", "Every place is still there.")


def _finite(compared: Compared) -> Check:
    said = compared.new.forecast
    wrong = ~(np.isfinite(said.mean) & np.isfinite(said.quantiles.sum(axis=-1)))
    if wrong.any():
        return _no("finite", f"{_where(compared, wrong)} are not numbers.", _AGAIN)
    if (said.mean < 0).any() or (said.quantiles[..., 0] < 0).any():
        return _no("finite", f"{_where(compared, (said.mean < 0) | (said.quantiles[..., 0] < 0))} are below zero.", _AGAIN)
    return _yes("finite", "Every value is a number, none is negative.")


def _crossing(compared: Compared) -> Check:
    quantiles = compared.new.forecast.quantiles
    crossed = np.zeros(quantiles.shape[:2], bool)
    for begin in range(0, len(quantiles), _PLACES):  # some places at a time: no second cube in memory
        block = slice(begin, begin + _PLACES)
        below, above = quantiles[block, :, :-1], quantiles[block, :, 1:]
        crossed[block] = (below - above > _HAIR * np.abs(below)).any(axis=-1)
    if crossed.any():
        return _no("crossing", f"{_where(compared, crossed)} have quantiles that cross.", _AGAIN)
    return _yes("crossing", "Quantiles rise with their level.")


def _closed(compared: Compared) -> Check:
    said = compared.new.forecast
    wrong = ~said.open & (said.mean > 0)
    if wrong.any():
        return _no("closed", f"{_where(compared, wrong)} are closed and yet expect somebody.", _AGAIN)
    return _yes("closed", "Nobody is expected where it is closed.")


def _scale(compared: Compared) -> Check:
    """A busy slot beside those of the last weeks that are known already: thousands in place of units, another unit."""
    known = compared.new if compared.served is None else compared.served
    came = 0.0 if known.history is None else _busy(known.history[c.DEMAND])
    comes = _busy(compared.new.forecast.mean)
    far = compared.limits.scale
    noun = compared.new.noun
    sentence = f"A busy slot is expected to have {comes:,.1f} {noun}; in the last weeks it had {came:,.1f}."
    if came > 0 and not came / far <= comes <= came * far:
        return _no("scale", sentence, "Check the unit of the counts, and make the forecast again.")
    return _yes("scale", sentence)


def _busy(demand: Floats) -> float:
    """The mean of what lies above zero; 0 where nothing does."""
    above = demand[demand > 0]
    return float(above.mean(dtype=np.float64)) if len(above) else 0.0


def _freshness(compared: Compared) -> Check:
    """An old forecast is better than none; but it does not take the place of a fresher one."""
    origin, end = span_of(compared.new)
    hours = (compared.now - origin).total_seconds() / 3600
    sentence = f"The forecast begins at {origin:%Y-%m-%d %H:%M} UTC, {hours:,.0f} hours ago."
    if end <= compared.now:
        sentence = f"The forecast ended at {end:%Y-%m-%d %H:%M} UTC: nothing in it lies ahead."
    elif hours <= compared.limits.stale_hours:
        return _yes(FRESHNESS, f"The forecast begins at {origin:%Y-%m-%d %H:%M} UTC.")
    fresher = compared.served is not None and span_of(compared.served)[0] > origin
    if fresher:
        return _no(FRESHNESS, sentence, "Make the forecast again with fresh data.")
    return Check(FRESHNESS, "warned", sentence)


_CHECKS: dict[str, Callable[[Compared], Check]] = {
    "checksums": _checksums,
    "schema": _schema,
    "one_run": _one_run,
    "units": _units,
    "slot_length": _slot_length,
    "places": _places,
    "finite": _finite,
    "crossing": _crossing,
    "closed": _closed,
    "scale": _scale,
    FRESHNESS: _freshness,
}


def span_of(snapshot: Snapshot) -> tuple[datetime, datetime]:
    """This will return when the forecast begins and ends, by the clock of the first place, aware in UTC."""
    starts = snapshot.times[snapshot.forecast.places[0].timezone].starts
    ends = starts[-1] + snapshot.forecast.slots.length.step
    first, last = (int(time.astype("datetime64[s]").astype(np.int64)) for time in (starts[0], ends))
    return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)


def _where(compared: Compared, wrong: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(wrong.any(axis=1))
    named = _some([compared.new.forecast.places[row].label for row in rows[:6]], total=len(rows))
    return f"{int(wrong.sum()):,} slots of {named}"


def _some(names: list[str] | tuple[str, ...], *, total: int | None = None) -> str:
    more = (total or len(names)) - 5
    return ", ".join(names[:5]) + (f" and {more:,} more" if more > 0 else "")


def _yes(name: str, sentence: str) -> Check:
    return Check(name, "passed", sentence)


def _no(name: str, sentence: str, fix: str) -> Check:
    return Check(name, "refused", f"{sentence} {fix}")
