"""Prophet on a sample of places: one model a place and origin, with its defaults and the country's holidays."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from mlforecast_settings import public_holidays
from prophet import Prophet
from series import Series, Timed, answer, asked, errors, kept, read


def main() -> None:
    """This will print seconds per model and errors over the sample, spread evenly over the places with a history."""
    logging.disable(logging.CRITICAL)
    want = asked()
    series = read(want["table"])
    chosen = sample(series, want["origins"], want["sample"], want["horizon"])
    series = Series(series.ids[chosen], series.times, series.y[chosen], series.seen[chosen])
    days_off = pd.DataFrame({"holiday": "public holiday", "ds": public_holidays(want["country"], want.get("region"))})
    answers = np.empty((len(want["origins"]), len(chosen), want["horizon"]))
    fit, predict = [], []
    for number, origin in enumerate(want["origins"]):
        at = series.at(origin)
        ahead = pd.DataFrame({"ds": series.times[at : at + want["horizon"]]})
        for row in range(len(chosen)):
            seen = series.seen[row, :at]
            past = pd.DataFrame({"ds": series.times[:at][seen], "y": series.y[row, :at][seen]})
            model = Prophet(holidays=days_off)
            with Timed() as fitting:
                model.fit(past)
            with Timed() as predicting:
                said = model.predict(ahead)
            fit.append(fitting.seconds)
            predict.append(predicting.seconds)
            answers[number, row] = np.maximum(said["yhat"].to_numpy(), 0)
    kept(want, series, answers)
    answer(fit=fit, predict=predict, places=series.ids.tolist(), **errors(series, want["origins"], answers))


def sample(series: Series, origins: list[str], count: int, horizon: int) -> np.ndarray:
    """This will return ``count`` rows, evenly spread, among the places that report before and after every origin."""
    good = np.ones(len(series.ids), bool)
    for origin in origins:
        at = series.at(origin)
        good &= series.seen[:, :at].sum(1) >= 24 * 60
        good &= series.seen[:, at : at + horizon].any(1)
    rows = np.flatnonzero(good)
    return rows[np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)]


if __name__ == "__main__":
    main()
