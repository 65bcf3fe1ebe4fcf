"""The formula: NumPy and PyTorch say the same, and a row's answer does not depend on the rows beside it."""

from __future__ import annotations

import numpy as np
import pytest

from busyness.features.builder import DirectFeatures
from busyness.models.neural.inputs import Inputs, Reading
from busyness.models.neural.network import BLOCK, answered, drawn, filled, formula
from busyness.models.sampling import Sampling, training_cells
from busyness.testing.tiny_city import tiny_city


@pytest.fixture(scope="module")
def read() -> tuple[Reading, Inputs]:
    panel = tiny_city(weeks=20).sealed()
    builder = DirectFeatures().prepared(panel)
    examples = builder.examples(panel, training_cells(panel, 72, Sampling()))
    reading = Reading.learned_from(examples)
    return reading, reading.read(examples)


def test_an_untrained_network_says_nearly_the_usual_demand(read: tuple[Reading, Inputs]) -> None:
    reading, inputs = read
    said = answered(drawn(reading, hidden=(16,), embedding=4, rng=np.random.default_rng(0)), inputs)
    assert np.abs(said - inputs.usual).mean() < 0.2 * inputs.usual.mean()


def test_pytorch_says_the_same(read: tuple[Reading, Inputs]) -> None:
    torch = pytest.importorskip("torch")
    descent = pytest.importorskip("busyness.models.neural.descent")
    reading, inputs = read
    weights = drawn(reading, hidden=(16, 8), embedding=4, rng=np.random.default_rng(1))
    tensors = {name: torch.from_numpy(array) for name, array in weights.items()}
    asked = tuple(torch.from_numpy(array) for array in (inputs.numbers, inputs.codes, inputs.usual))
    said, deep = formula(tensors, asked, descent.maths())
    assert deep.shape == (len(inputs.usual), 8)
    assert np.allclose(said.numpy(), answered(weights, inputs), rtol=1e-4, atol=1e-5)


def test_a_row_is_answered_alike_whatever_stands_beside_it(read: tuple[Reading, Inputs]) -> None:
    reading, inputs = read
    weights = drawn(reading, hidden=(16,), embedding=4, rng=np.random.default_rng(1))
    whole = answered(weights, inputs)
    assert len(whole) > BLOCK
    some = np.arange(7, 300, 3)
    assert (answered(weights, inputs.take(some)) == whole[some]).all()
    assert len(answered(weights, inputs.take(slice(0, 0)))) == 0


def test_a_block_is_always_full() -> None:
    assert filled(4, 6, 4).tolist() == [4, 5, 0, 1]
    assert filled(0, 1, 3).tolist() == [0, 0, 0]
