"""Why nothing was counted, told from what there was."""

import polars as pl
import pytest

from busyness.domain.errors import InputError, NoUsableRowsError
from busyness.domain.measures import MEASURES
from busyness.domain.place import Place
from busyness.domain.slots import SlotLength
from busyness.geo.hexagons import Hexagons
from busyness.geo.named import Named
from busyness.geo.nearest import Stores
from busyness.preparation.tally import SlotClock, tally
from busyness.tables import columns as c
from busyness.tables.events import Events, Reason
from busyness.workflows.nothing_counted import refuse_nothing

SHOP = (Place("S1", name="Sol", latitude=40.4, longitude=-3.7), Place("S2", name="Luz", latitude=40.5, longitude=-3.7))


def events(rejected: int = 0, **columns: list[object]) -> Events:
    height = len(next(iter(columns.values()), []))
    time = pl.Series(c.TIME, [0] * height, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC")
    frame = pl.DataFrame([time, *(pl.Series(name, values) for name, values in columns.items())])
    bad = pl.DataFrame({"line": range(rejected), "reason": [str(Reason.BAD_TIME)] * rejected}).with_columns(
        pl.lit(None, pl.String).alias(name) for name in ("place", "time", "value")
    )
    frame = frame.with_columns(pl.lit(1.0).alias(c.AMOUNT), pl.lit("event").alias(c.KIND))
    return Events(frame, bad) if rejected else Events(frame)


def refuse(found: Events, where: object, measure: str = "events") -> None:
    chosen = MEASURES[measure]
    counted = tally([found], where, measure=chosen, clock=SlotClock(SlotLength(60)))  # type: ignore[arg-type]
    refuse_nothing(counted, where, places=SHOP, measure=chosen, name="trips.csv")  # type: ignore[arg-type]


def test_something_counted_is_fine():
    refuse(events(latitude=[40.4], longitude=[-3.7]), Hexagons(8, timezone="UTC"))


def test_all_rejected_says_why():
    with pytest.raises(NoUsableRowsError, match=r"trips.csv has no usable row: 3 unparseable time"):
        refuse(events(3, place=[]), Named(SHOP))


def test_nothing_of_what_is_counted_says_what_else_could_be():
    with pytest.raises(InputError, match=r"nothing in it that counts as check_ins.*sessions or app_visits or app_users"):
        refuse(events(place=[]), Named(SHOP), "check_ins")


def test_positions_that_are_swapped_or_elsewhere():
    stores = Stores(SHOP, within=500)
    with pytest.raises(InputError, match="with latitude and longitude swapped they lie inside"):
        refuse(events(latitude=[-3.7, -3.7], longitude=[40.4, 40.5]), stores)
    with pytest.raises(InputError, match=r"All 2 events .* around 41.00, 2.00, while the places lie around 40.45, -3.70"):
        refuse(events(latitude=[41.0, 41.0], longitude=[2.0, 2.0]), stores)


def test_a_word_that_means_no_place():
    with pytest.raises(InputError, match=r"None of the 2 events of trips.csv .* one says 'S3', and there are S1, S2"):
        refuse(events(place=["S3", "S4"], latitude=[1.0, 1.0], longitude=[1.0, 1.0]), Named(SHOP))
