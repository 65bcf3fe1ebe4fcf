"""The words, English and Spanish, by which columns are recognised."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


STAMPS = _words(
    "timestamp time_stamp datetime date_time fecha_hora fecha_y_hora fechahora fecha_hora_local date_hour slot "
    "slot_start interval_start start_time start_date started_at fecha_inicio hora_inicio ds ts local_time "
    "time_local local_datetime occurred_at event_time created_at pickup_datetime periodo period momento instante "
    "tiempo time"
)
"""A date with a time of day, the likeliest first."""
DATES = _words("date fecha day dia business_date fecha_local local_date date_local")
HOURS = _words("hour hora hr hour_of_day hora_del_dia hour_start time tiempo franja franja_horaria time_of_day")
TIME_TOKENS = _set("time timestamp datetime date fecha hora timestamps fechas")
ENDS = _set("end ended fin final stop finish finished updated modified dropoff hasta to")

PLACE_TOKENS = _words(
    "store shop tienda local place lugar site sitio sensor counter station estacion branch sucursal sede location "
    "ubicacion locacion venue restaurant restaurante door puerta entrance mall centro hexagon hex h3 geohash cell "
    "celda neighborhood neighbourhood barrio zone zona area areas region district distrito borough suburb "
    "municipality municipio comuna city ciudad unique series serie outlet warehouse almacen terminal gym museum museo "
    "library biblioteca park parque"
)
"""What places are called, the narrower first."""
ZONES = _set("timezone time_zone tz zona_horaria huso_horario tzid iana_timezone")

STRONG = _set(
    "visitors visitor visits visit visitas visita visitantes visitante footfall foot_traffic afluencia "
    "pedestrians pedestrian peatones count counts conteo conteos aforo trips viajes rides pickups passengers "
    "pasajeros customers customer clientes people personas entries entradas demand demanda orders pedidos traffic "
    "trafico arrivals llegadas transactions transacciones attendance asistencia asistentes headcount boardings "
    "couriers checkins check_ins shoppers guests flujo"
)
"""Words that say: this is the number to forecast."""
WEAK = _set(
    "amount value valor cantidad quantity qty n y num number numero sales ventas units unidades volume volumen ingresos"
)
NEVER = _set(
    "prev previous lag lagged last avg average mean ma rolling forecast predicted prediction expected capacity "
    "capacidad max min std pct percent ratio rate share id code codigo name nombre anterior previo promedio media "
    "pronostico yesterday median date time fecha hora timestamp dropped error flag"
)
"""A column with one of these words is never guessed to be the demand, whatever else it says."""
COVARIATES = _set(
    "temperature temp temperatura precipitation rain lluvia rainfall precipitacion wind viento humidity humedad "
    "weather clima holiday holidays feriado festivo promo promotion promocion price precio day week month year "
    "weekday dow weekend season hour minute quarter lat latitude latitud lon lng long longitude longitud dia "
    "semana mes anio ano hora temporada is open "
    "duration duracion distance distancia speed weight index unnamed row temporal event evento school"
)
"""Columns that are about the time, the weather or the position of a row, not about how busy it was."""
ASIDE = _set(
    "comment comments comentario note notes nota notas remark observaciones source fuente status estado quality unit"
)
SINGLE = _set("trip viaje event evento transaction transaccion ticket order pedido uuid")
"""Single things that happened: their ids tell rows apart, not places."""
TOTALS = _set("total totals sum suma totales")


@lru_cache(maxsize=4096)
def tokens(name: str) -> tuple[str, ...]:
    """This will return the words of a column name: no accents, no capitals.

    >>> tokens("PedestrianCount"), tokens("Número de visitas")
    (('pedestrian', 'count'), ('numero', 'de', 'visitas'))
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", plain)
    spaced = re.sub(r"([A-Z])([A-Z][a-z])", r"\1 \2", spaced)
    return tuple(re.findall(r"[a-z0-9]+", spaced.lower()))


def joined(name: str) -> str:
    """This will return the words of a column name joined by underscores."""
    return "_".join(tokens(name))


def known_word(name: str) -> bool:
    """This will say whether a column name is one that is recognised as a time, a place or a demand."""
    whole = joined(name)
    words = set(tokens(name))
    named = whole in STAMPS or whole in DATES or whole in HOURS or whole in STRONG
    return named or bool(words & (TIME_TOKENS | STRONG | set(PLACE_TOKENS)))
