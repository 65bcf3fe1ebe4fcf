"""mlforecast + LightGBM over some origins: refitted at each, 168 h ahead, recursively."""

from __future__ import annotations

import numpy as np
from mlforecast_settings import forecaster, public_holidays
from series import Timed, answer, asked, filled, read


def main() -> None:
    """This will print seconds and errors per origin; ``out`` keeps the forecasts, ``[origins, places, horizon]``."""
    want = asked()
    horizon = want["horizon"]
    series = read(want["table"], want.get("places"))
    days_off = public_holidays(want["country"], want.get("region"))
    fit, predict, said = [], [], []
    for origin in want["origins"]:
        at = series.at(origin)
        past = filled(series, at)
        model = forecaster(days_off, want["threads"], **want.get("settings", {}))
        with Timed() as fitting:
            model.fit(past, id_col="unique_id", static_features=[])
        with Timed() as predicting:
            ahead = model.predict(horizon)
        fit.append(fitting.seconds)
        predict.append(predicting.seconds)
        said.append(aligned(ahead["lightgbm"].to_numpy(), ahead["unique_id"].astype(str).to_numpy(), series.ids, horizon))
    answers = np.stack(said)
    truth, seen = truth_of(series, want["origins"], horizon)
    if want.get("out"):
        np.savez(want["out"], ids=series.ids, forecast=answers)
    error = np.abs(np.where(seen, answers - truth, 0))
    answer(
        fit=fit,
        predict=predict,
        mae=float(error.sum() / seen.sum()),
        mae_by_origin=(error.sum((1, 2)) / np.maximum(seen.sum((1, 2)), 1)).tolist(),
        wape=float(error.sum() / truth[seen].sum()),
        scored=int(seen.sum()),
        features=len(model.ts.features_order_),
    )


def aligned(values: np.ndarray, of: np.ndarray, ids: np.ndarray, horizon: int) -> np.ndarray:
    """This will return forecasts ``[places, horizon]`` in the order of ``ids``, never negative; NaN for a place without."""
    answers = np.full((len(ids), horizon), np.nan)
    row = {place: k for k, place in enumerate(ids)}
    answers[[row[place] for place in of[::horizon]]] = values.reshape(-1, horizon)
    return np.maximum(answers, 0)


def truth_of(series: object, origins: list[str], horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """This will return what came and where it was observed, ``[origins, places, horizon]``."""
    at = [series.at(origin) for origin in origins]
    truth = np.stack([series.y[:, a : a + horizon] for a in at])
    return truth, np.stack([series.seen[:, a : a + horizon] for a in at])


if __name__ == "__main__":
    main()
