"""When no event counts: why, in one sentence, from the events that there were."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from busyness.domain.errors import InputError, NoUsableRowsError, did_you_mean
from busyness.domain.measures import MEASURES, Measure
from busyness.domain.place import Place
from busyness.geo.areas import Areas
from busyness.geo.named import Named
from busyness.preparation.tally import Tally
from busyness.tables import columns as c
from busyness.tables.verbs import Locator

_SWAPPED = {c.LATITUDE: c.LONGITUDE, c.LONGITUDE: c.LATITUDE}
_CHECK = "Check which columns are the position (--columns), and the file of places."


def refuse_nothing(found: Tally, where: Locator, *, places: Sequence[Place], measure: Measure, name: str) -> None:
    """This will raise an ``InputError`` that says why, where no event of a file lies in a place.

    ``places`` are those that were looked in, if they are known; ``name`` is what to call the file.
    """
    if found.mapped:
        return
    if not found.unmapped and found.reasons:
        raise NoUsableRowsError(name, dict(found.reasons))
    if not found.unmapped:
        others = [other.name for other in MEASURES.values() if set(other.rows) & set(measure.rows) and other != measure]
        hint = f"Count something else: --count {' or '.join(others)}." if others else ""
        raise InputError(f"{name} has nothing in it that counts as {measure.name}.", hint=hint)
    if isinstance(where, Named):
        _refuse_words(found, places, name)
    whole = f"All {found.unmapped:,} events of {name} lie outside every place"
    if where.codes(found.astray.rename(_SWAPPED)).null_count() < found.astray.height / 2:
        raise InputError(f"{whole}; with latitude and longitude swapped they lie inside.", hint=_CHECK)
    known = where.all if isinstance(where, Areas) else places
    there = [(place.latitude, place.longitude) for place in known if place.latitude is not None]
    around = pl.DataFrame(there, schema=[c.LATITUDE, c.LONGITUDE], orient="row") if there else None
    lie = f", while the places lie around {_middle(around)}" if around is not None else ""
    raise InputError(f"{whole}: around {_middle(found.astray)}{lie}.", hint=_CHECK)


def _refuse_words(found: Tally, places: Sequence[Place], name: str) -> None:
    word = str(found.astray[c.PLACE].drop_nulls().first() or "")
    known = [place.id for place in places]
    raise InputError(
        f"None of the {found.unmapped:,} events of {name} names a known place: one says '{word}', and there are "
        f"{', '.join(known[:5])}.",
        hint=did_you_mean(word, known) or "Check which column is the place (--columns), and the file of places.",
    )


def _middle(positions: pl.DataFrame) -> str:
    north, east = positions.select(pl.col(c.LATITUDE, c.LONGITUDE).median()).row(0)
    return f"{north:.2f}, {east:.2f}"
