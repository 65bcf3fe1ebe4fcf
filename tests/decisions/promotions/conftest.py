"""Worlds of daily visits with promotions of a known effect in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from busyness.decisions.promotions.days import Days

FIRST = date(2023, 1, 2)


@dataclass(frozen=True)
class Planted:
    """Days, the promotions in them, and the true effect: extra visits ÷ visits without."""

    days: Days
    promotions: pl.DataFrame
    effect: float


def noise(rng: np.random.Generator, shape: tuple[int, ...], spread: float) -> np.ndarray:
    """Logarithms that remember yesterday (0.6)."""
    drawn = rng.normal(0, spread, shape)
    for day in range(1, shape[-1]):
        drawn[..., day] = 0.6 * drawn[..., day - 1] + 0.8 * drawn[..., day]
    return drawn


def planted(
    seed: int, effect: float = 0.15, *, campaigns: int = 10, share: float = 0.5, after: float = 0.0, beside: float = 0.0
) -> Planted:
    """Eight places over 420 days: the forecast misses what the chain and each place do by 3 and 5 % a day, and drifts.

    ``share`` of the places take part in a campaign of two to five days, with effects 30 % around the usual one; the three
    days after lose ``after``, and the places beside (P0 beside P1, …) ``beside``.
    """
    rng = np.random.default_rng(seed)
    places, count = 8, 420
    day = np.arange(count)
    expected = rng.uniform(300, 1500, (places, 1)) * (1 + 0.3 * np.sin(day * 2 * np.pi / 7))
    drift = 0.1 * np.sin(day / 60 + rng.uniform(0, 6, (places, 1)))
    true = expected * np.exp(noise(rng, (count,), 0.03) + noise(rng, (places, count), 0.05) + drift)
    rows, gained, usual, gap = [], 0.0, 0.0, count // max(campaigns, 1)
    for number in range(campaigns):
        length = int(rng.integers(2, 6))
        start = number * gap + 8 + int(rng.integers(0, gap - length - 16))
        inside = slice(start, start + length)
        for place in np.flatnonzero(rng.random(places) < share):
            lift = effect * rng.uniform(0.7, 1.3)
            gained += true[place, inside].sum() * lift
            usual += true[place, inside].sum()
            true[place, inside] *= 1 + lift
            true[place, start + length : start + length + 3] *= 1 - after
            true[place ^ 1, inside] *= 1 - beside
            span = (FIRST + timedelta(start), FIRST + timedelta(start + length - 1))
            rows.append((f"P{place}", *span, "2x1"))
    schema = {"place": pl.String, "start": pl.Date, "end": pl.Date, "type": pl.String}
    days = Days(tuple(f"P{place}" for place in range(places)), FIRST, rng.poisson(true).astype(float), expected)
    return Planted(days, pl.DataFrame(rows, schema=schema, orient="row"), gained / max(usual, 1e-9))
