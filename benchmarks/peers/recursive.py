"""mlforecast + LightGBM over some origins: refitted at each, the whole horizon ahead, recursively."""

from __future__ import annotations

import numpy as np
from mlforecast_settings import forecaster, public_holidays
from series import Timed, answer, asked, errors, filled, kept, read


def main() -> None:
    """This will print seconds and errors per origin; ``out`` keeps the forecasts, ``[origins, places, horizon]``."""
    want = asked()
    horizon = want["horizon"]
    series = read(want["table"], want.get("places"))
    days_off = public_holidays(want["country"], want.get("region"))
    fit, predict, said = [], [], []
    for origin in want["origins"]:
        past = filled(series, series.at(origin))
        model = forecaster(days_off, want["threads"], want["size"])
        with Timed() as fitting:
            model.fit(past, static_features=[])
        with Timed() as predicting:
            ahead = model.predict(horizon)
        fit.append(fitting.seconds)
        predict.append(predicting.seconds)
        said.append(aligned(ahead["lightgbm"].to_numpy(), ahead["unique_id"].astype(str).to_numpy(), series.ids, horizon))
    answers = np.stack(said)
    kept(want, series, answers)
    answer(fit=fit, predict=predict, features=len(model.ts.features_order_), **errors(series, want["origins"], answers))


def aligned(values: np.ndarray, of: np.ndarray, ids: np.ndarray, horizon: int) -> np.ndarray:
    """This will return forecasts ``[places, horizon]`` in the order of ``ids``, never negative; NaN for a place without."""
    answers = np.full((len(ids), horizon), np.nan)
    row = {place: k for k, place in enumerate(ids)}
    answers[[row[place] for place in of[::horizon]]] = values.reshape(-1, horizon)
    return np.maximum(answers, 0)


if __name__ == "__main__":
    main()
