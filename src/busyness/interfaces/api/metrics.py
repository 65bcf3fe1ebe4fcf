"""What Prometheus is told besides requests: the worlds, their releases, and how old their forecasts are."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client.metrics_core import Metric

from busyness.interfaces.api.service import Service
from busyness.interfaces.api.telemetry import Gauges, gauge


def gauges_of(service: Service) -> Gauges:
    """This will return the function that measures the worlds whenever somebody asks."""

    def measured() -> Iterator[Metric]:
        held = {name: service.held(name) for name in service.holder.names}
        there = {name: snapshot for name, snapshot in held.items() if snapshot is not None}
        age = {name: (service.holder.now(name) - one.made_at).total_seconds() for name, one in there.items()}
        yield gauge("busyness_ready", "1: the world has a forecast.", [({"world": w}, float(w in there)) for w in held])
        yield gauge("busyness_forecast_age_seconds", "Since it was made.", [({"world": w}, s) for w, s in age.items()])
        labels = [{"world": name, "release": one.release, "model_version": one.model_version} for name, one in there.items()]
        yield gauge("busyness_release_info", "Which release answers.", [(label, 1.0) for label in labels])
        refusals = service.holder.refusals
        refused = [({"world": name}, float(name in refusals)) for name in held]
        yield gauge("busyness_release_refused", "1: the newest release may not answer.", refused)

        jobs = service.jobs.count()
        yield gauge("busyness_jobs", "Long work, by its state.", [({"state": s}, float(n)) for s, n in jobs.items()])

    return measured
