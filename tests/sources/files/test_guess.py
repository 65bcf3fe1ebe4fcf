"""Which column is which."""

import polars as pl
import pytest

from busyness.domain.errors import InputError
from busyness.sources.files.guess import choose_columns
from busyness.sources.files.layout import CountsLayout
from busyness.sources.files.raw import RawTable, row_numbers

VALUES = {
    "T": ["2024-01-01 10:00", "2024-01-01 11:00", "2024-01-01 10:00", "2024-01-01 11:00"],
    "D": ["2024-01-01", "2024-01-01", "2024-01-01", "2024-01-01"],
    "H": ["10", "11", "10", "11"],
    "C": ["10:00", "11:00", "10:00", "11:00"],
    "P": ["a", "a", "b", "b"],
    "I": ["1", "1", "2", "2"],
    "N": ["5", "6", "7", "8"],
    "W": ["Monday", "Monday", "Monday", "Monday"],
}


def chosen(header, layout=None):
    """``header`` is ``name:kind`` pairs; the kinds are those of VALUES."""
    frame = pl.DataFrame({name: VALUES[kind] for name, kind in (pair.rsplit(":", 1) for pair in header.split())})
    found = choose_columns(RawTable("a.csv", frame, row_numbers(4)), layout or CountsLayout())
    return found.time, found.place, found.demand


@pytest.mark.parametrize(
    ("header", "time", "place", "demand"),
    [
        ("timestamp:T store:P visitors:N", ("timestamp",), "store", "visitors"),
        ("fecha:D hora:H tienda:P visitas:N", ("fecha", "hora"), "tienda", "visitas"),
        ("Fecha:D Hora:C Sede:P Afluencia:N", ("Fecha", "Hora"), "Sede", "Afluencia"),
        (
            "Date:D Day_of_week:W Hour:H SensorID:I SensorName:P PedestrianCount:N",
            ("Date", "Hour"),
            "SensorID",
            "PedestrianCount",
        ),
        ("date:D time:C local:P conteo:N", ("date", "time"), "local", "conteo"),
        ("timestamp:T hour:H store_id:I temperature:N foot_traffic:N", ("timestamp",), "store_id", "foot_traffic"),
        ("ds:T unique_id:P y:N", ("ds",), "unique_id", "y"),
        ("start_time:T end_time:T start_station:P end_station:P trips:N", ("start_time",), "start_station", "trips"),
        ("when:T who:P howmany:N", ("when",), "who", "howmany"),
        ("time:T store:P visitors:N prev_visitors:N avg_visitors:N", ("time",), "store", "visitors"),
        ("time:T tienda_id:I tienda_nombre:P ventas:N", ("time",), "tienda_id", "ventas"),
        ("created_at:T shop:P customer_id:I customers:N", ("created_at",), "shop", "customers"),
        ("fecha_hora:T distrito:P tienda:P pedidos:N", ("fecha_hora",), "tienda", "pedidos"),
        ("Número de visitas:N".replace(" ", "_") + " Fecha:T Estación:P", ("Fecha",), "Estación", "Número_de_visitas"),
        ("timestamp:T zone:P couriers:N lat:N lon:N", ("timestamp",), "zone", "couriers"),
        ("timestamp:T hexagon:P value:N", ("timestamp",), "hexagon", "value"),
        ("StartDate:D StartTime:C EndDate:D EndTime:C zone:P trips:N", ("StartDate", "StartTime"), "zone", "trips"),
        ("timestamp:T door:P entries:N weather:W", ("timestamp",), "door", "entries"),
    ],
)
def test_columns_are_recognised(header, time, place, demand):
    assert chosen(header) == (time, place, demand)


@pytest.mark.parametrize(
    ("header", "option"),
    [
        ("time:T store:P visits:N orders:N", "--demand"),
        ("time:T store:P alpha:N beta:N", "--demand"),
        ("when:T then:T store:P visits:N", "--time"),
        (
            "time:T shop:P shop_b_x:P shop_a_x:P visits:N store_x:P store_y:P".replace("shop:P ", "").replace(
                "shop", "door"
            ),
            "--place",
        ),
    ],
)
def test_a_toss_up_names_the_candidates_and_the_option(header, option):
    with pytest.raises(InputError, match=r"could each be|all look like") as caught:
        chosen(header)
    assert option in caught.value.hint


def test_names_win_over_guesses_and_capitals_do_not_matter():
    layout = CountsLayout(time=("when",), place="P2", demand="ORDERS")
    assert chosen("time:T when:T store:P p2:P visits:N orders:N", layout) == (("when",), "p2", "orders")


def test_every_guess_is_said():
    frame = pl.DataFrame({"fecha": VALUES["T"], "tienda": VALUES["P"], "visitas": VALUES["N"]})
    notes = choose_columns(RawTable("a.csv", frame, row_numbers(4)), CountsLayout()).notes
    assert notes == ("Read 'fecha' as the time, 'tienda' as the place and 'visitas' as the count.",)
    named = CountsLayout(time=("fecha",), place="tienda", demand="visitas")
    assert choose_columns(RawTable("a.csv", frame, row_numbers(4)), named).notes == ()
