"""The embedding network in PyTorch, from the formula of ``network``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from busyness.models.neural.descent import descended, maths
from busyness.models.neural.inputs import Lesson
from busyness.models.neural.network import Weights, formula
from busyness.models.neural.schedule import Descent


def torch_trained(weights: Weights, lesson: Lesson, descent: Descent) -> Weights:
    """This will train by PyTorch: a ``Trainer`` of ``EmbeddingForecaster``."""
    words = maths()

    def loss(pieces: Mapping[str, Any], batch: tuple[Any, ...]) -> Any:  # noqa: ANN401  # a tensor
        numbers, codes, usual, asked, counts = batch
        said, _ = formula(pieces, (numbers, codes, usual), words)
        return (counts * (said - asked).abs()).mean()

    inputs, wanted, weight = lesson
    return descended(weights, loss, (inputs.numbers, inputs.codes, inputs.usual, wanted, weight), descent=descent)
