"""Alerts in words: one sentence a code, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from busyness.monitoring import sentences
from busyness.tables import columns as c
from busyness.workflows.service.alerts import DRIFTS, Alert, Code
from busyness.workflows.settings import Language

_SENTENCES: Mapping[Language, Mapping[Code, str]] = {
    "en": {
        "above_band": "{name}: more than expected ({slots:.0f} in a row): {observed:.0f}, not {expected:.0f}.",
        "below_band": "{name}: less than expected ({slots:.0f} in a row): {observed:.0f}, not {expected:.0f}.",
        "data_late": "{name}: {slots:.0f} counts of open hours are missing; check the sensor or the connection.",
        "forecast_old": "The forecast is {hours:.0f} hours old; make a new one.",
        "forecast_ended": "The forecast ended at {since}; make a new one.",
        "champion_refused": "The new release {release} was not taken: {why}",
        "over_capacity": "{name}: probably over capacity at {time} ({probability:.0%}).",
        "stock_out_expected": "{name}: may run out before the next delivery: {product} (products: {products:.0f}).",
        "staffing_gap": "{name}: too few people in the next day, first at {time}; up to {heads:.0f} missing.",
        "plan_damaged": "The {kind} plan cannot be read; make it again.",
    },
    "es": {
        "above_band": "{name}: más de lo esperado ({slots:.0f} seguidos): {observed:.0f}, no {expected:.0f}.",
        "below_band": "{name}: menos de lo esperado ({slots:.0f} seguidos): {observed:.0f}, no {expected:.0f}.",
        "data_late": "{name}: faltan {slots:.0f} conteos de horas abiertas; revise el sensor o la conexión.",
        "forecast_old": "El pronóstico tiene {hours:.0f} horas; haga uno nuevo.",
        "forecast_ended": "El pronóstico terminó el {since}; haga uno nuevo.",
        "champion_refused": "La nueva versión {release} no se aceptó: {why}",
        "over_capacity": "{name}: probablemente sobre su capacidad, {time} ({probability:.0%}).",
        "stock_out_expected": "{name}: puede agotarse antes de la próxima entrega: {product} (productos: {products:.0f}).",
        "staffing_gap": "{name}: falta personal en el próximo día, primero {time}; faltan hasta {heads:.0f}.",
        "plan_damaged": "El plan de {kind} no se puede leer; hágalo de nuevo.",
    },
}


_SIGNALS: Mapping[Code, str] = {code: signal for signal, code in DRIFTS.items()}
_DAYS: Mapping[Language, tuple[str, ...]] = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "es": ("lun", "mar", "mié", "jue", "vie", "sáb", "dom"),
}


def said(alert: Alert, language: Language) -> str:
    """This will say an alert in a sentence. A number that is too small to be shown leaves its sentence shorter."""
    if alert.code in _SIGNALS:
        return _drift(alert, language)
    sentence = _SENTENCES[language][alert.code]
    if alert.code in ("above_band", "below_band") and "observed" not in alert.params:
        sentence = sentence.rpartition(":")[0].rpartition(")")[0] + ")."
    moments = {name: _moment(str(alert.params[name]), language) for name in ("time", "since") if name in alert.params}
    return sentence.format(**{**alert.params, **moments})


def _drift(alert: Alert, language: Language) -> str:
    """As ``busyness watch`` says it."""
    place = alert.place or ""
    signal = {c.PLACE: place, "signal": _SIGNALS[alert.code], **alert.params}
    told = sentences.said(pl.DataFrame([signal]), language, names={place: str(alert.params["name"])})
    return str(told["sentence"][0])


def _moment(local: str, language: Language) -> str:
    """A local time in words: ``Mon 2025-09-01 12:00``."""
    return f"{_DAYS[language][datetime.fromisoformat(local).weekday()]} {local[:10]} {local[11:16]}"
