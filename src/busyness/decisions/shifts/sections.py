"""A text file of sections (``SECTION_STAFF`` …), its lines kept with their numbers, so that a slip can be pointed at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from busyness.domain.errors import InputError, SettingsError, did_you_mean

SECTION = "SECTION_"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a section: its fields, stripped, and where it stands."""

    file: str
    section: str
    number: int
    fields: tuple[str, ...]

    def wrong(self, message: str, *, hint: str = "") -> SettingsError:
        """This will make the error that says what is wrong here, with file, line and section."""
        return SettingsError(f"{self.section}: {message}", file=self.file, line=self.number, hint=hint)

    def whole(self, at: int, what: str) -> int:
        """This will return a field as a whole number of at least 0. Raises: ``SettingsError`` where it is none."""
        try:
            value = int(self.fields[at])
        except ValueError:
            value = -1
        if value < 0:
            raise self.wrong(f"{what} '{self.fields[at]}' is no whole number.", hint="Write a number such as 0 or 480.")
        return value

    def one_of(self, at: int, known: Iterable[str], *, what: str) -> str:
        """This will return a field that names something known. Raises: ``SettingsError`` where it does not."""
        known, name = tuple(known), self.fields[at]
        if name not in known:
            hint = did_you_mean(name, known) or f"Known are: {', '.join(known[:20])}."
            raise self.wrong(f"there is no {what} '{name}'.", hint=hint)
        return name


def read_sections(path: Path, fields: dict[str, int]) -> dict[str, list[Line]]:
    """This will return the lines of every section, comments (``#``) and blank lines left out.

    ``fields`` says which sections there have to be and how many fields a line of each has at least (short lines are
    refused; the number is exact, except for a line that lists days).

    Raises: ``InputError`` where the file cannot be opened; ``SettingsError`` where a section is missing, unknown or
    comes twice, or a line is too short.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.") from None
    except (OSError, UnicodeDecodeError):
        raise InputError(f"{path} cannot be read as text.", hint="Give a text file of the Curtois and Qu format.") from None
    sections: dict[str, list[Line]] = {}
    name = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        stripped = raw.strip()
        if not stripped or stripped.startswith("#"):
            continue
        line = Line(path.name, name, number, tuple(part.strip() for part in stripped.split(",")))
        if stripped.startswith(SECTION):
            name = _opened(line, stripped, sections, tuple(fields))
        elif not name:
            raise SettingsError(
                f"'{stripped[:40]}' stands before the first section.",
                file=path.name,
                line=number,
                hint="Begin with SECTION_HORIZON.",
            )
        else:
            _long_enough(line, fields[name])
            sections[name].append(line)
    for wanted in fields:
        if wanted not in sections:
            raise SettingsError(f"the file ends without {wanted}.", file=path.name, hint="Was it copied to its end?")
    return sections


def _opened(line: Line, name: str, sections: dict[str, list[Line]], known: Sequence[str]) -> str:
    if name not in known:
        raise SettingsError(
            f"there is no section '{name}'.", file=line.file, line=line.number, hint=did_you_mean(name, known)
        )
    if name in sections:
        raise SettingsError(f"{name} comes a second time.", file=line.file, line=line.number, hint="Keep one of the two.")
    sections[name] = []
    return name


def _long_enough(line: Line, fields: int) -> None:
    if len(line.fields) < fields:
        raise line.wrong(
            f"the line has {len(line.fields)} of {fields} fields.", hint="Was the file cut off, or is a comma missing?"
        )
