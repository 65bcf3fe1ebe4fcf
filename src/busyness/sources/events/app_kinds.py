"""The words apps use for what happened → the few kinds there are."""

from __future__ import annotations

import polars as pl

CHECK_IN, SESSION, VISIT = "check_in", "session", "visit"
KINDS = (CHECK_IN, SESSION, VISIT)
"""What the app gives; a visit is an ``ENTER`` and a ``LEAVE``."""
ENTER, LEAVE = "enter", "leave"
_WORDS = {
    **dict.fromkeys(("check_in", "checkin", "check", "llegada", "scan", "qr_scan"), CHECK_IN),
    **dict.fromkeys(("session", "sesion", "app_session", "visit", "visita"), SESSION),
    **dict.fromkeys(("enter", "entry", "entered", "geofence_enter", "geofence_entry", "entrada"), ENTER),
    **dict.fromkeys(("leave", "left", "exit", "exited", "geofence_exit", "geofence_leave", "salida"), LEAVE),
}


def read_kinds(written: pl.Series | None, rows: int, *, sessions: bool) -> pl.Series:
    """This will return ``check_in, session, enter`` or ``leave`` for each row, null for a word that means none of them.

    Where there is no column of kinds, every row is a session if the file has an end, else a check-in.
    """
    if written is None:
        return pl.Series([SESSION if sessions else CHECK_IN], dtype=pl.String).new_from_index(0, rows)
    word = written.cast(pl.String).str.strip_chars().str.to_lowercase().str.replace_all(r"[\s\-.]+", "_")
    return word.str.replace("ó", "o").replace_strict(_WORDS, default=None, return_dtype=pl.String)
