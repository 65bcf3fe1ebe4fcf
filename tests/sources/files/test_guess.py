"""Which column is which."""

from datetime import datetime, timedelta

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


def side_by_side(header, *, rows=100, distinct=60, repeat=0):
    """A count in every column but the first; the last ``repeat`` times are those of the beginning."""
    time, *columns = header.split(",")
    hours = [*range(rows - repeat), *range(repeat)]
    times = [f"{datetime(2024, 1, 1) + timedelta(hours=hour):%Y-%m-%d %H:%M}" for hour in hours]
    counts = {name: [str((row * 7 + at) % distinct) for row in range(rows)] for at, name in enumerate(columns)}
    return choose_columns(RawTable("a.csv", pl.DataFrame({time: times, **counts}), row_numbers(rows)), CountsLayout())


@pytest.mark.parametrize(
    "header",
    [
        "time,Tienda Ñ,Miraflores,San Isidro",
        "fecha,Tienda A,Tienda B,Tienda C",
        "time,Store 1,Store 2,Store 3",
        "time,S001,S002,S003",
        "time,Lima,Cusco,Piura",
        "time,Local 1,Miraflores,San Isidro",
        "time,Tienda número 1,Tienda número 2",
        "time,Tienda Sol y Mar,Tienda Dos",
        "time,Local N,Local S",
    ],
)
@pytest.mark.parametrize("shape", [{"rows": 4}, {"distinct": 3}, {}, {"repeat": 1}])
def test_columns_named_after_places_are_places(header, shape):
    found = side_by_side(header, **shape)
    assert (found.place, found.demand, found.wide) == (None, None, tuple(header.split(",")[1:]))


@pytest.mark.parametrize("header", ["time,Centro,Miraflores,San Isidro", "time,Mall,Park,Museum"])
@pytest.mark.parametrize("repeat", [0, 1])
def test_a_bare_word_over_many_different_numbers_is_a_place(header, repeat):
    assert side_by_side(header, repeat=repeat).wide == tuple(header.split(",")[1:])


def test_the_weather_beside_columns_named_after_places_is_left_out_and_said():
    found = side_by_side("time,Store 1,Store 2,temperature,total")
    assert found.wide == ("Store 1", "Store 2")
    assert "Left out the columns temperature, total." in found.notes


def test_numbers_that_are_left_aside_are_named():
    found = side_by_side("time,Tienda A,Tienda B,visitas,temperature,lagged_visitas")
    assert (found.place, found.demand) == (None, "visitas")
    assert found.notes[-1] == "Not used: 'Tienda A' and 'Tienda B'."
    many = side_by_side("time,visits," + ",".join(f"S{number}" for number in range(10)))
    assert many.notes[-1].endswith("'S6', 'S7' and 2 more.")


def test_codes_of_a_place_are_its_codes():
    for header in ("time,store,foo", "time,store_id,foo", "time,store_nbr,foo"):
        found = side_by_side(header, distinct=3)
        assert (found.place, found.demand) == (header.split(",")[1], "foo")
    repeated = side_by_side("Date,SensorID,PedestrianCount,district", repeat=50)
    assert (repeated.place, repeated.demand) == ("SensorID", "PedestrianCount")
    assert repeated.notes == ("Read 'Date' as the time, 'SensorID' as the place and 'PedestrianCount' as the count.",)


def test_the_features_of_a_table_are_no_counts_that_were_left_aside():
    found = side_by_side("timestamp,temperature,prev_hourly_traffic,day_of_week,season,foot_traffic")
    assert (found.place, found.demand, found.wide) == (None, "foot_traffic", ())
    assert not any(note.startswith("Not used") for note in found.notes)
