"""mlforecast's design matrix: all rows of the table with their lags, windows and calendar, kept in memory.

``dropna`` is mlforecast's own default; without it, rows whose lags lie before the data stay, as in ours.
"""

from __future__ import annotations

from mlforecast_settings import forecaster, public_holidays
from series import Timed, answer, asked, filled, read


def main() -> None:
    """This will print rows, features and seconds; the peak memory includes the table that went in."""
    want = asked()
    series = read(want["table"])
    past = filled(series, series.at(want["origin"]))
    del series
    model = forecaster(public_holidays(want["country"], None), want["threads"], "wide")
    with Timed() as building:
        matrix = model.preprocess(past, static_features=[], dropna=want["dropna"])
    answer(rows=len(matrix), features=matrix.shape[1] - 3, seconds=building.seconds)


if __name__ == "__main__":
    main()
