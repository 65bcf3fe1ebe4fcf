"""A public data set: where it is, in which pieces it is fetched, and on what terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Piece:
    """One request: what a portal answers at once. ``rows`` it should hold at the most; None: not known."""

    name: str
    url: str
    query: Mapping[str, str]
    rows: int | None = None


class Asks(Protocol):
    """Asks a portal a small question, answered in JSON."""

    def __call__(self, url: str, query: Mapping[str, str]) -> object:
        """This will return the parsed answer."""
        ...


@dataclass(frozen=True, slots=True)
class Dataset:
    """What ``busyness get`` can fetch.

    ``portal`` says how it is paged: ``socrata`` by row numbers in a stable order, ``opendatasoft`` by months of the date
    column ``by`` (its exports take no offset above 10,000), ``file`` in one piece that resumes where it broke off.
    ``address`` is the resource's own; ``file`` what it is called here; ``begins`` its first day, for those paged by month.
    """

    name: str
    portal: Literal["socrata", "opendatasoft", "file"]
    address: str
    file: str
    about: str
    publisher: str
    licence: str
    by: str = ""
    begins: date | None = None
    use: str = ""

    def pieces(self, ask: Asks, *, size: int, today: date, since: date | None = None) -> Iterator[Piece]:
        """This will yield the requests that fetch the whole set, or what is about ``since`` and later."""
        if self.portal == "socrata":
            yield from _by_rows(self, ask, size, since)
        elif self.portal == "opendatasoft":
            yield from _by_month(self, since or self.begins or today, today)
        else:
            yield Piece(self.file, self.address, {})


def _by_rows(dataset: Dataset, ask: Asks, size: int, since: date | None) -> Iterator[Piece]:
    where = {"$where": f"{dataset.by} >= '{since.isoformat()}'"} if since and dataset.by else {}
    answer = ask(f"{dataset.address}.json", {"$select": "count(*) as rows", **where})
    count = int(answer[0]["rows"]) if isinstance(answer, list) and answer else 0
    for number, offset in enumerate(range(0, count, size)):
        query = {"$limit": str(size), "$offset": str(offset), "$order": ":id", **where}
        yield Piece(f"{number:05d}.csv", f"{dataset.address}.csv", query, min(size, count - offset))


def _by_month(dataset: Dataset, since: date, today: date) -> Iterator[Piece]:
    month = since.replace(day=1)
    while month <= today:
        following = (month.replace(day=28) + _WEEK).replace(day=1)
        begin = max(month, since)
        where = f"{dataset.by} >= date'{begin.isoformat()}' and {dataset.by} < date'{following.isoformat()}'"
        yield Piece(f"{month:%Y-%m}.csv", f"{dataset.address}/exports/csv", {"where": where, "delimiter": ","})
        month = following


_WEEK = date(2000, 1, 8) - date(2000, 1, 1)
