"""How examples are read: scaled, finite, and with a code for what was never seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from busyness.features.builder import DirectFeatures
from busyness.models.neural.inputs import Reading
from busyness.models.sampling import Sampling, training_cells
from busyness.tables.examples import Examples
from busyness.testing.tiny_city import tiny_city


def examples() -> Examples:
    panel = tiny_city().sealed()
    return DirectFeatures().prepared(panel).examples(panel, training_cells(panel, 72, Sampling()))


def test_inputs_are_finite_scaled_and_inside_their_embeddings() -> None:
    rows = examples()
    reading = Reading.learned_from(rows)
    inputs = reading.read(rows)
    assert np.isfinite(inputs.numbers).all()
    assert np.abs(inputs.numbers).max() <= 5
    assert inputs.numbers.shape[1] == reading.width
    assert (inputs.usual > 0).all()
    assert inputs.codes.min() >= 0
    assert (inputs.codes < np.array(reading.tables)).all()
    assert {"place", "hour_of_day", "day_type", "holiday", "district"} == set(reading.words)
    assert "trend_year" in reading.gaps


def test_what_was_not_there_in_training_has_the_code_zero() -> None:
    rows = examples()
    reading = Reading.learned_from(rows)
    strange = rows.X.copy()
    strange[:, rows.names.index("place")] = 99
    strange[:, rows.names.index("holiday")] = np.nan
    codes = reading.read(replace(rows, X=strange)).codes
    assert (codes[:, reading.words.index("place")] == 0).all()
    assert (codes[:, reading.words.index("holiday")] == 0).all()
    assert (codes == reading.unplaced(codes)).all()
    known = reading.read(rows).codes
    assert (known[:, reading.words.index("place")] > 0).all()
    blank = reading.unplaced(known)
    at = [k for k, word in enumerate(reading.words) if word != "place"]
    assert (blank[:, at] == known[:, at]).all()
    assert (blank[:, len(reading.words)] == known[:, reading.words.index("hour_of_day")]).all()


def test_facts_are_read_again() -> None:
    reading = Reading.learned_from(examples())
    again = Reading.from_facts(reading.to_facts(), reading.centre, reading.spread)
    assert (again.names, again.tables, again.width) == (reading.names, reading.tables, reading.width)


def test_networks_of_earlier_artifacts_go_on_correcting_what_they_learned_to_correct() -> None:
    rows = examples()
    reading = Reading.learned_from(rows)
    facts = {name: value for name, value in reading.to_facts().items() if name != "holidays"}
    earlier = Reading.from_facts(facts, reading.centre, reading.spread)
    assert reading.holidays
    assert not earlier.holidays
    holiday = rows.column("day_type") == 7
    then, now = earlier.read(rows).usual, reading.read(rows).usual
    assert not np.allclose(then[holiday], now[holiday])
    assert (earlier.read(rows).numbers == reading.read(rows).numbers).all()
