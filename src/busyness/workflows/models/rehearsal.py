"""The last days once more, with two models that had not seen them: what each would have said, and how far off it was.

The champion answers as it is where its data ended before these days. Otherwise it is trained again by its own recipe, on
data that end as long before these days as its own end before today: the comparison then holds the staleness that it has now.
The challenger is trained on everything before these days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from busyness.backtesting.replay import beside_observed
from busyness.backtesting.scores import score
from busyness.domain.errors import TooLittleHistoryError
from busyness.domain.stopwatch import Stopwatch
from busyness.metrics.paired import Difference, clustered
from busyness.models.warm import continued
from busyness.registry.artifact import load_artifact
from busyness.registry.card import Card
from busyness.tables import columns as c
from busyness.tables.panel import Panel, SealedPanel, start_times, wall_times
from busyness.tables.verbs import Forecaster
from busyness.workflows.folder import MODEL
from busyness.workflows.ingest import Ingested, preparer
from busyness.workflows.models.held import Held
from busyness.workflows.models.switchback import DATE
from busyness.workflows.progress import Progress
from busyness.workflows.retrain_settings import RetrainSettings
from busyness.workflows.settings import RunSettings
from busyness.workflows.wiring.members import forecaster
from busyness.workflows.wiring.restored import restored

AS_IT_IS, AS_OLD = "as it is", "trained again, as old as it is now"
_SHARE_LEFT = 3  # at least a third of the history must lie before the days that are compared
_METRICS = ("mae", "wape", "bias", "pinball", "coverage_80")


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How two models did on the same days. ``gain`` is by how much the challenger's absolute error is smaller, as a share
    of the champion's, with its interval over days; ``champion`` and ``challenger`` are metrics; ``how`` the champion
    answered. ``windows``: the challenger's metrics by origin, each asked ``horizon`` slots ahead; ``usual``: the absolute
    error of last week's values on these ``days``.
    """

    first_day: str
    last_day: str
    gain: Difference
    champion: dict[str, float | None]
    challenger: dict[str, float | None]
    how: str
    same: bool
    windows: tuple[dict[str, Any], ...] = ()
    usual: float | None = None
    days: int = 0
    horizon: int = 0


def rehearsed(
    found: Ingested, champion: Held, settings: tuple[RunSettings, RunSettings], *, rules: RetrainSettings, progress: Progress
) -> Rehearsal:
    """This will let both models forecast the last days of the rules, each origin seeing only what lay before it.

    ``settings`` are the champion's and the challenger's. With ``warm`` the challenger is the champion, continued.

    Raises:
        TooLittleHistoryError: less than half as much lies before these days as in them, or nothing was observed in them.

    """
    panel, days = found.panel, rules.days
    length = days * panel.slots.length.per_day
    cut = panel.history - length
    if cut < panel.history // _SHARE_LEFT:
        have = panel.history / panel.slots.length.per_day
        raise TooLittleHistoryError(
            f"{have:.0f} days of data are too few to compare two models on the last {days}.", hint="Come back with more."
        )
    old, new = settings
    until = known_until(panel, champion.card)
    progress.step("Rehearsing the champion")
    stored = until <= cut
    seen = until if stored else max(cut - (panel.history - until), 1)
    first, how = _champion(found, champion, old, origin=seen, stored=stored)
    same = until == panel.history and (old.model, old.preparation) == (new.model, new.preparation)
    progress.step("Rehearsing the challenger")
    if same:
        second = first
    elif rules.warm:
        second = continued(first, _sealed(panel, new, cut), seen=seen)
    else:
        second = forecaster(new.model, watch=Stopwatch()).fit(_sealed(panel, new, cut), found.horizon)
    step = min(found.horizon, panel.slots.length.per_week)
    origins = range(cut, panel.history, step)
    said = [_replayed(panel, model, own, origins=origins, step=step) for model, own in ((first, old), (second, new))]
    if said[0][c.OBSERVED].null_count() == said[0].height:
        raise TooLittleHistoryError(f"Nothing was observed in the last {days} days.", hint="Come back with fresh rows.")
    return replace(_compared(panel, said[0], said[1], how=how, same=same), days=days, horizon=step)


def known_until(panel: Panel, card: Card) -> int:
    """This will return the slot after the last one that a model was trained on; the panel's history at the most."""
    last = card.data_card.last
    if last is None:
        return panel.history
    times = start_times(panel.places[:1], panel.slots)[0, : panel.history]
    return int(np.searchsorted(times, np.datetime64(last.replace(tzinfo=None)), side="right"))


def _champion(
    found: Ingested, champion: Held, settings: RunSettings, *, origin: int, stored: bool
) -> tuple[Forecaster, str]:
    if stored:
        parts, card = load_artifact(champion.folder / MODEL)
        return restored(parts, threads=settings.model.threads, version=card.version), AS_IT_IS
    sealed = _sealed(found.panel, settings, origin)
    return forecaster(settings.model, watch=Stopwatch()).fit(sealed, found.horizon), AS_OLD


def _sealed(panel: Panel, settings: RunSettings, origin: int) -> SealedPanel:
    return preparer(settings.preparation)(panel.until(origin))


def _replayed(panel: Panel, model: Forecaster, settings: RunSettings, *, origins: Sequence[int], step: int) -> pl.DataFrame:
    frames = []
    for origin in origins:
        ahead = min(step, panel.history - origin)
        said = model.predict(_sealed(panel, settings, origin), ahead)
        days = wall_times(said.places, said.slots).astype("datetime64[D]").reshape(-1)
        frames.append(beside_observed(panel, said, origin).with_columns(pl.Series(DATE, days).cast(pl.Date)))
    return pl.concat(frames)


def _compared(panel: Panel, first: pl.DataFrame, second: pl.DataFrame, *, how: str, same: bool) -> Rehearsal:
    zones = {place.id: place.timezone for place in panel.places}
    found = [
        score(table.drop(DATE), timezones=zones, slot_minutes=panel.slots.length.minutes).to_dict()
        for table in (first, second)
    ]
    scores = [{name: each.get(name) for name in _METRICS} for each in found]
    missed = [(table["q50"] - table[c.OBSERVED]).abs().cast(pl.Float64).fill_null(float("nan")) for table in (first, second)]
    difference = clustered((missed[0] - missed[1]).to_numpy(), first[DATE].to_numpy())
    return Rehearsal(
        first_day=str(first[DATE].min()),
        last_day=str(first[DATE].max()),
        gain=difference.over(float(np.nanmean(missed[0].to_numpy()))),
        champion=scores[0],
        challenger=scores[1],
        how=how,
        same=same,
        windows=tuple(
            {"origin": str(line[c.ORIGIN]), **{name: line.get(name) for name in ("rows", *_METRICS)}}
            for line in found[1]["by_origin"]
        ),
        usual=(found[1].get(c.SEASONAL_NAIVE) or {}).get("mae"),
    )
