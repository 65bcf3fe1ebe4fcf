"""A portal on loopback that answers as the real ones do: pages, exports by month, ranges, and bad days."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

ROWS = 230
FILE = bytes(range(256)) * 800


@dataclass
class Town:
    """A portal's data, how it behaves today, and what it was asked."""

    address: str = ""
    asked: list[str] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)  # statuses to answer with first
    short: int = 0  # rows to leave out of each page
    cut: int = 0  # answers to break off after half of them
    ranges: bool = True

    def rows(self, since: str = "") -> list[str]:
        first = date(2024, 1, 1)
        days = [first + timedelta(days=k // 2) for k in range(ROWS)]
        return [f'{k},{day}T08:00:00,"O\'HARE, ""north""\nside"' for k, day in enumerate(days) if str(day) >= since[:10]]


class _Desk(BaseHTTPRequestHandler):
    town: Town

    def log_message(self, *said: object) -> None:
        """Nothing."""

    def do_GET(self) -> None:
        town, parts = self.town, urlsplit(self.path)
        town.asked.append(self.path)
        if town.faults:
            return self._say(b"", status=town.faults.pop(0), headers={"Retry-After": "7"})
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/odd.json":
            return self._say(b"<html>")
        if parts.path.endswith(".json"):
            count = len(town.rows(_since(query)))
            return self._say(b'[{"rows":"%d"}]' % count)
        if parts.path.endswith(".csv"):
            rows = town.rows(_since(query))[int(query["$offset"]) :][: int(query["$limit"])]
            return self._say(_table(rows[: len(rows) - town.short]))
        if parts.path.endswith("/exports/csv"):
            begin, stop = (query["where"].split("date'")[k][:10] for k in (1, 2))
            rows = [row for row in town.rows() if begin <= row.split(",")[1][:10] < stop]
            return self._say(_table(rows))
        if parts.path == "/gone":
            return self._say(b"", status=404)
        asked = self.headers.get("Range", "")
        if asked and town.ranges:
            begin = int(asked.removeprefix("bytes=").rstrip("-"))
            return self._say(FILE[begin:], status=206 if begin < len(FILE) else 416)
        return self._say(FILE)

    def _say(self, content: bytes, *, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.town.cut and content:
            self.town.cut -= 1
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(content)


def _since(query: dict[str, str]) -> str:
    return query["$where"].split("'")[1] if "$where" in query else ""


def _table(rows: list[str]) -> bytes:
    return "\n".join(["id,start_time,area", *rows]).encode()  # no line break at the end, as some portals do


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Desk", (_Desk,), {"town": town}))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    town.address = f"http://127.0.0.1:{server.server_address[1]}"
    yield town
    server.shutdown()
    server.server_close()
    thread.join()
