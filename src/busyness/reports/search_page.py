"""The page of a search: how the best error fell from trial to trial, and which parameters mattered."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from busyness.reports.pages import templates

_WIDTH, _HEIGHT, _MARGIN = 720, 260, 40
_SHOWN = 10


def search_page(trials: pl.DataFrame, *, given: float, best: float, importance: Mapping[str, float]) -> str:
    """This will draw the page. ``trials`` has ``number, state, mae`` (null: not finished) and what was tried.

    ``given`` and ``best`` are the mean absolute errors of the given and of the best settings, ``importance`` the share of
    each parameter.
    """
    whole = trials.filter(pl.col("mae").is_not_null())
    foremost = whole.sort("mae", "number").head(_SHOWN)
    hidden = {"number", "state", "mae", "seconds"}
    tried = [name for name in trials.columns if name not in hidden and not name.startswith("mean_to_")]
    return templates().get_template("search.html.j2").render(
        given=given,
        best=best,
        gain=1 - best / given if given > 0 else 0.0,
        counted={state: trials.filter(pl.col("state") == state).height for state in ("complete", "pruned", "fail")},
        dots=_dots(trials),
        line=_line(whole),
        width=_WIDTH,
        height=_HEIGHT,
        importance=[(name, share) for name, share in importance.items()],
        names=tried,
        rows=[(row["number"], row["mae"], [_text(row[name]) for name in tried]) for row in foremost.to_dicts()],
    )  # fmt: skip


def _dots(trials: pl.DataFrame) -> list[tuple[float, float, str]]:
    """A dot a finished trial, and in words what it is."""
    whole = trials.filter(pl.col("mae").is_not_null())
    across, up = _scales(whole)
    return [(across(n), up(mae), f"trial {n}: {mae:.4g}") for n, mae in whole.select("number", "mae").iter_rows()]


def _line(whole: pl.DataFrame) -> str:
    """The points of the line of the best so far."""
    across, up = _scales(whole)
    falling = whole.sort("number").with_columns(pl.col("mae").cum_min())
    return " ".join(f"{across(n):.1f},{up(mae):.1f}" for n, mae in falling.select("number", "mae").iter_rows())


def _scales(whole: pl.DataFrame) -> tuple[_Scale, _Scale]:
    numbers, errors = whole["number"].to_list(), sorted(whole["mae"].to_list())
    high = errors[int(0.9 * (len(errors) - 1))]  # the worst are drawn at the edge: the good ones are what is looked at
    return (
        _Scale(0, max(numbers[-1], 1), _MARGIN, _WIDTH - _MARGIN),
        _Scale(errors[0], max(high, errors[0] * 1.001), _HEIGHT - _MARGIN, _MARGIN),
    )


class _Scale:
    """Values to pixels; what lies beyond is drawn at the edge."""

    def __init__(self, low: float, high: float, begin: float, end: float) -> None:
        self.low, self.high, self.begin, self.end = low, high, begin, end

    def __call__(self, value: float) -> float:
        share = min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)
        return self.begin + share * (self.end - self.begin)


def _text(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else "–" if value is None else str(value)
