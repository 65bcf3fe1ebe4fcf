"""What each type of promotion did: during its days, before and after them, and to its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from busyness.decisions.promotions.days import Days
from busyness.decisions.promotions.effect import Effect, EffectJudge
from busyness.decisions.promotions.windows import SPILL_DAYS, TYPE, Windows, running, windows_of

MINIMUM_EVENTS = 20
"""Fewer windows than this say nothing reliable of a type of promotion."""

MINIMUM_PLACEBOS = 8.0
"""Fewer free weeks that could stand in for a campaign say nothing of chance."""

DURING, WEEK_BEFORE, JUST_BEFORE, JUST_AFTER, NEIGHBOURS = "during", "week before", "just before", "just after", "neighbours"

EFFECTS_SCHEMA = {
    TYPE: pl.String,
    "when": pl.String,  # during, week before (should be 0), just before and after (3 days), neighbours (during)
    "change": pl.Float64,  # relative: 0.1 is a tenth more than without
    "low": pl.Float64,  # 95 % interval
    "high": pl.Float64,
    "p": pl.Float64,  # share of placebo windows with a change as large
    "extra": pl.Float64,  # visits (or sales) of all windows together
    "windows": pl.Int64,
    "campaigns": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Uplift:
    """Of a type: the change ``during``, the shares of the extra visits that are ``pulled`` from neighbouring days and
    ``cannibalised`` from neighbouring places, whether it is ``estimable``, and the verdict in words.
    """

    type: str
    during: Effect
    pulled: float
    cannibalised: float
    estimable: bool
    verdict: str


@dataclass(frozen=True, slots=True)
class Uplifts:
    """``effects`` has the columns of ``EFFECTS_SCHEMA``; ``by_type`` the uplift of each type."""

    effects: pl.DataFrame
    by_type: Mapping[str, Uplift]


def uplifts(
    days: Days,
    promotions: pl.DataFrame,
    *,
    neighbours: Mapping[str, Sequence[str]] | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Uplifts:
    """This will tell what each type of promotion in ``promotions`` (see ``windows_of``) did to the ``days``.

    Days on which two types ran in one place count for neither. ``neighbours`` are the ids of the places near each place.
    With sales in place of visits in ``days`` it is the effect on sales.
    """
    by_type = windows_of(promotions, days)
    shape = (len(days.places), days.count)
    near, now, twice = np.zeros(shape, bool), np.zeros(shape, bool), np.zeros(shape, bool)
    for windows in by_type.values():
        on = running(windows, days)
        near |= running(windows, days, around=SPILL_DAYS)
        twice |= now & on
        now |= on
    judge = EffectJudge(days, ~near, draws=draws, seed=seed)
    rows, found = [], {}
    for kind, windows in by_type.items():
        effects = _effects(judge, days, windows, valid=~twice, quiet=~now, neighbours=neighbours or {})
        found[kind] = _uplift(kind, windows, effects)
        rows += [(kind, when, e.change, e.low, e.high, e.p, e.extra, e.windows, e.campaigns) for when, e in effects.items()]
    effects_table = pl.DataFrame(rows, schema=EFFECTS_SCHEMA, orient="row").with_columns(pl.col(pl.Float64).fill_nan(None))
    return Uplifts(effects_table, found)


def _effects(
    judge: EffectJudge,
    days: Days,
    windows: Windows,
    *,
    valid: NDArray[np.bool_],
    quiet: NDArray[np.bool_],
    neighbours: Mapping[str, Sequence[str]],
) -> dict[str, Effect]:
    """This will judge the windows, the days around them and the places around them."""
    start, end = windows.start, windows.end
    effects = {
        DURING: judge.effect(windows, valid),
        WEEK_BEFORE: judge.effect(windows.moved(start - SPILL_DAYS - 7, start - SPILL_DAYS), quiet),
        JUST_BEFORE: judge.effect(windows.moved(start - SPILL_DAYS, start), quiet),
        JUST_AFTER: judge.effect(windows.moved(end, end + SPILL_DAYS), quiet),
    }
    beside = _beside(windows, days, neighbours)
    if len(beside):
        effects[NEIGHBOURS] = judge.effect(beside, quiet)
    return effects


def _beside(windows: Windows, days: Days, neighbours: Mapping[str, Sequence[str]]) -> Windows:
    """The same days in the places nearby that had no promotion of the campaign themselves; each place once."""
    row = {place: number for number, place in enumerate(days.places)}
    own = set(zip(windows.row.tolist(), windows.campaign.tolist(), strict=True))
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for place, start, end, campaign in zip(windows.row, windows.start, windows.end, windows.campaign, strict=True):
        for near in neighbours.get(days.places[place], ()):
            key = (row.get(near, -1), int(campaign))
            if key[0] >= 0 and key not in own:
                found.setdefault(key, (int(start), int(end)))
    rows = np.array([(r, s, e, c) for (r, c), (s, e) in found.items()], np.int64).reshape(-1, 4)
    return Windows(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])


def _uplift(kind: str, windows: Windows, effects: Mapping[str, Effect]) -> Uplift:
    during, before = effects[DURING], effects[WEEK_BEFORE]
    gained = max(during.extra, 0.0)

    def lost(*which: str) -> float:
        missing = -sum(effects[w].extra for w in which if w in effects and np.isfinite(effects[w].extra))
        return float(np.clip(missing / gained, 0, 1)) if gained > 0 else 0.0

    seen = during.windows if np.isfinite(during.change) else 0
    estimable = seen >= MINIMUM_EVENTS and during.placebos >= MINIMUM_PLACEBOS
    if seen < MINIMUM_EVENTS:
        verdict = f"Not estimable: {seen} of its {len(windows)} windows can be judged, {MINIMUM_EVENTS} are the least."
    elif not estimable:
        verdict = "Not estimable: there are too few weeks without a promotion to tell an effect from chance."
    else:
        size = f"{during.change:+.1%} ({during.low:+.1%} to {during.high:+.1%}) in {seen} windows"
        verdict = f"{size}." if during.low > 0 or during.high < 0 else f"No effect seen: {size}, which may be chance."
        if before.p < 0.05 and np.sign(before.change) == np.sign(during.change):
            verdict += f" Careful: the week before was {before.change:+.1%} already, so something else may be behind it."
    return Uplift(kind, during, lost(JUST_BEFORE, JUST_AFTER), lost(NEIGHBOURS), estimable, verdict)
