"""What operators watch: counters for Prometheus, and one JSON line a request in the log."""

from __future__ import annotations

import json
import logging
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the latency histogram, seconds."""
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Gauges = Callable[[], Iterable[Metric]]


class Telemetry(Collector):
    """Counts requests by route and status, and their seconds. Only the loop's thread writes, so nothing is locked."""

    def __init__(self, gauges: Gauges = tuple) -> None:
        self._gauges = gauges
        self._requests: defaultdict[tuple[str, int], int] = defaultdict(int)
        self._seconds: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * (len(BOUNDS) + 2))
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def count(self, route: str, status: int, seconds: float) -> None:
        """This will count one request of a route (its template, never a path with somebody's id in it)."""
        self._requests[route, status] += 1
        row = self._seconds[route]
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds

    def text(self) -> bytes:
        """This will return everything in Prometheus' text format."""
        return generate_latest(self.registry)

    def collect(self) -> Iterator[Metric]:
        """This will yield the metrics, as the client library asks for them."""
        requests = CounterMetricFamily("busyness_requests", "Requests answered.", labels=["route", "status"])
        for (route, status), many in list(self._requests.items()):
            requests.add_metric([route, str(status)], many)
        yield requests
        latency = HistogramMetricFamily("busyness_request_seconds", "Seconds until an answer began.", labels=["route"])
        for route, row in list(self._seconds.items()):
            buckets: list[tuple[str, float]] = []
            seen = 0.0
            for bound, within in zip([*map(str, BOUNDS), "+Inf"], row, strict=False):
                seen += within
                buckets.append((bound, seen))
            latency.add_metric([route], buckets, row[-1])
        yield latency
        yield from self._gauges()


def gauge(name: str, meaning: str, rows: Iterable[tuple[dict[str, str], float]]) -> Metric:
    """This will make one gauge of labelled values."""
    rows = list(rows)
    labels = list(rows[0][0]) if rows else []
    metric = GaugeMetricFamily(name, meaning, labels=labels)
    for names, value in rows:
        metric.add_metric([names[label] for label in labels], value)
    return metric


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and whatever was given as ``extra={"said": {…}}``."""

    def format(self, record: logging.LogRecord) -> str:
        """This will word one record."""
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "said", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(level: str = "info") -> None:
    """This will send the service's and the server's log lines to standard error, as JSON."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    for name in ("busyness", "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers[:] = [handler]
        logger.propagate = False
        logger.setLevel(level.upper())
