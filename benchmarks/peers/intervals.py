"""mlforecast's forecast with prediction intervals, fitted once on the last weeks, forecast again and again."""

from __future__ import annotations

from mlforecast.utils import PredictionIntervals
from mlforecast_settings import forecaster, public_holidays
from series import Timed, answer, asked, filled, read


def main() -> None:
    """This will print the seconds of each forecast, points alone and with intervals; the fit is not measured."""
    want = asked()
    series = read(want["table"])
    at = series.at(want["origin"])
    past = filled(series, at, max(0, at - want["hours"]))
    model = forecaster(public_holidays(want["country"], None), want["threads"], "daily")
    intervals = PredictionIntervals(n_windows=2, h=want["horizon"])
    model.fit(past, static_features=[], prediction_intervals=intervals)
    points, spread = [], []
    for _ in range(want["repeats"]):
        with Timed() as alone:
            model.predict(want["horizon"])
        with Timed() as whole:
            model.predict(want["horizon"], level=[50, 80, 90])
        points.append(alone.seconds)
        spread.append(whole.seconds)
    answer(points=points, spread=spread)


if __name__ == "__main__":
    main()
