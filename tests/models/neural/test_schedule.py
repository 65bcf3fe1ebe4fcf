"""The cycle of rates, and batches that suit the rows."""

from __future__ import annotations

from busyness.models.neural.schedule import Descent, cycle


def test_rates_rise_and_fall() -> None:
    rates = [cycle(done, 200) for done in range(200)]
    assert max(rates) == rates[20] == 1
    assert rates[1:21] == sorted(rates[1:21])
    assert rates[20:] == sorted(rates[20:], reverse=True)
    assert min(rates) > 0


def test_batches_shrink_where_rows_are_few() -> None:
    descent = Descent(batch=2048)
    assert descent.batch_of(600_000) == 2048
    assert descent.batch_of(50_000) == 500
    assert descent.batch_of(1_000) == 64
    assert descent.batch_of(10) == 10
