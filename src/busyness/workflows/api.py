"""The Python API: the same calls as the command line, on files, frames or panels.

>>> import busyness
>>> from busyness.testing.tiny_city import tiny_city
>>> run = busyness.forecast(tiny_city(), horizon=24, model="seasonal", windows=0)
>>> run.forecast.mean.shape
(3, 24)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from busyness.backtesting.scores import Scores, score
from busyness.sources.files.counts import CountsSource
from busyness.tables.panel import Panel
from busyness.workflows import backtest as replaying
from busyness.workflows import forecast as forecasting
from busyness.workflows import predict as predicting
from busyness.workflows import train as training
from busyness.workflows.answer import Answers
from busyness.workflows.backtest import BacktestRun
from busyness.workflows.forecast import ForecastRun
from busyness.workflows.ingest import Ingested, ingest
from busyness.workflows.options import with_options
from busyness.workflows.predict import PredictRun
from busyness.workflows.settings import RunSettings
from busyness.workflows.train import Trained

__all__ = ["Scores", "answers", "backtest", "forecast", "predict", "read", "score", "train"]

Given = CountsSource | Panel | Ingested


def answers(folder: str | Path) -> Answers:
    """This will answer from a forecast folder: ``answers("out").predict("LAKE VIEW", "2020-09-11")``."""
    return Answers.of_folder(Path(folder))


def read(source: CountsSource, **options: Any) -> Ingested:
    """This will read counts from a file or frame; options are those of the command line (``timezone="America/Lima"``).

    Returns the panel, the rejected rows and every assumption; all other calls take it.
    """
    settings, counted = _settled(source, options)
    return ingest(settings, None if isinstance(counted, Panel) else counted)


def forecast(source: Given, **options: Any) -> ForecastRun:
    """This will train on a file, frame or panel and forecast what comes after it; ``.write(folder)`` keeps all of it."""
    settings, counted = _settled(source, options)
    return forecasting.forecast(settings, counted)


def backtest(source: Given, **options: Any) -> BacktestRun:
    """This will replay past origins and score them: ``.scores``, ``.predictions``."""
    settings, counted = _settled(source, options)
    return replaying.backtest(settings, counted)


def train(source: Given, **options: Any) -> Trained:
    """This will fit and calibrate a model: ``.model``, ``.card``; ``.write(folder)`` keeps it."""
    settings, counted = _settled(source, options)
    return training.train(settings, counted)


def predict(model: str | Path, source: Given, **options: Any) -> PredictRun:
    """This will forecast what comes after fresh rows with a saved model."""
    settings, counted = _settled(source, options)
    return predicting.predict(Path(model), settings, source=counted)


def _settled(source: Given, options: dict[str, Any]) -> tuple[RunSettings, CountsSource | Panel | None]:
    """The settings of these options, and what is to be read: nothing where the source is a path."""
    settings = with_options(RunSettings(), options)
    if isinstance(source, Ingested):
        if settings.model.horizon is None:
            settings = with_options(settings, {"horizon": source.horizon})
        return settings, source.panel
    if isinstance(source, (str, Path)):
        return with_options(settings, {"file": str(source)}), None
    return settings, source
