"""Every error this project raises on purpose, in one family.

A message is one sentence a person who runs places can act on; ``hint`` says what to do. Interfaces translate these
into exit codes and HTTP answers; nothing below them knows that either exists.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from datetime import datetime


class BusynessError(Exception):
    """The one base class: ``message`` says what is wrong, ``hint`` what to do about it (may be empty)."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InputError(BusynessError):
    """What was given (a file, an option, a setting) cannot be used as it is."""


class ColumnMissingError(InputError):
    """A column was named that the table does not have."""

    def __init__(self, column: str, available: Sequence[str], *, role: str = "") -> None:
        self.column = column
        self.available = tuple(available)
        what = f" for {role}" if role else ""
        listed = ", ".join(available[:20]) + (", …" if len(available) > 20 else "")
        super().__init__(
            f"There is no column '{column}'{what}; the columns are {listed}.", hint=did_you_mean(column, available)
        )


class NoUsableRowsError(InputError):
    """Every row of a file was rejected, or there was none. ``reasons`` counts the rejected rows by reason."""

    def __init__(self, source: str, reasons: dict[str, int] | None = None) -> None:
        self.source = source
        self.reasons = dict(reasons or {})
        counted = ", ".join(f"{count:,} {reason}" for reason, count in self.reasons.items())
        super().__init__(f"{source} has no usable row" + (f": {counted}." if counted else "."))


class UnknownPlaceError(InputError):
    """A place was named that the data does not have."""

    def __init__(self, place: str, available: Sequence[str]) -> None:
        self.place = place
        super().__init__(f"There is no place '{place}' in the data.", hint=did_you_mean(place, available))


class TooLittleHistoryError(InputError):
    """The data is too short for what was asked."""


class SettingsError(InputError):
    """A configuration value is wrong; ``file`` and ``line`` say where, when it came from a file."""

    def __init__(self, message: str, *, file: str = "", line: int | None = None, hint: str = "") -> None:
        self.file = file
        self.line = line
        where = f"{file}, line {line}: " if file and line is not None else f"{file}: " if file else ""
        super().__init__(where + message, hint=hint)


class ArtifactError(InputError):
    """A saved model cannot be trusted or read; ``file`` names the part that is damaged, missing or too new."""

    def __init__(self, message: str, *, file: str = "", hint: str = "") -> None:
        self.file = file
        super().__init__(message, hint=hint)


class ForbiddenError(BusynessError):
    """Somebody asked for what their role or their places do not cover; ``resource`` and ``action`` say what."""

    def __init__(self, message: str, *, resource: str = "", action: str = "", hint: str = "") -> None:
        self.resource = resource
        self.action = action
        super().__init__(message, hint=hint)


class MissingExtraError(BusynessError):
    """A heavy library is not installed; the message is the line that installs it."""

    def __init__(self, library: str, extra: str) -> None:
        self.library = library
        self.extra = extra
        super().__init__(f"{library} is not installed.", hint=f'Install it with: pip install "busyness[{extra}]"')

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        """Come whole out of a worker process."""
        return type(self), (self.library, self.extra)


class ConflictError(InputError):
    """Somebody else was there first; ``by`` and ``at`` say who and when, where that is known."""

    def __init__(self, message: str, *, by: str = "", at: datetime | None = None, hint: str = "") -> None:
        self.by = by
        self.at = at
        super().__init__(message, hint=hint)


class UnknownRecordError(InputError):
    """A record was named that is not there (any more): a user, a key, an override, …"""

    def __init__(self, kind: str, record: object, *, hint: str = "") -> None:
        self.kind = kind
        self.record = str(record)
        super().__init__(f"There is no {kind} '{self.record[:80]}'.", hint=hint)


class UnavailableError(BusynessError):
    """Something that is needed does not answer now; the same may well work later."""


class LeakError(BusynessError):
    """Something looked past the origin. Always our fault, never the user's."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The sentence that names the nearest known word, or nothing when none is near.

    >>> did_you_mean("vistors", ["visitors", "time"])
    "Did you mean 'visitors'?"
    """
    by_lower = {name.lower(): name for name in known}
    near = difflib.get_close_matches(word.lower(), list(by_lower), n=1, cutoff=0.6)
    return f"Did you mean '{by_lower[near[0]]}'?" if near else ""
