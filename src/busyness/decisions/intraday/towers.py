"""Two small towers: one judges every action by the facts about it, one the whole situation. Their weights, and the way
through them.

All actions share one tower, so what is learned of moving somebody between two places holds for any two.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ACTOR, CRITIC = "actor", "critic"
LAYERS = 3

WEIGHTS = tuple(f"{tower}.{n}.{part}" for tower in (ACTOR, CRITIC) for n in range(LAYERS) for part in ("weight", "bias"))
"""The names of all weights of both towers."""


def fresh_weights(facts: int, features: int, *, width: int, seed: int) -> dict[str, Floats]:
    """This will return weights of both towers, over ``facts`` of an action and ``features`` of the situation: orthogonal,
    with last layers of 0, so that no action is leaned to yet.

    Source: Andrychowicz et al., "What matters in on-policy reinforcement learning?", 2021 (small last layer of the actor).
    """
    rng = np.random.default_rng(seed)
    weights: dict[str, Floats] = {}
    for tower, size in ((ACTOR, facts), (CRITIC, features)):
        sizes = (size, width, width, 1)
        for layer in range(LAYERS):
            into, to = sizes[layer], sizes[layer + 1]
            matrix = np.zeros((into, to)) if layer == LAYERS - 1 else _orthogonal(rng, into, to)
            weights[f"{tower}.{layer}.weight"] = matrix.astype(np.float32)
            weights[f"{tower}.{layer}.bias"] = np.zeros(to, np.float32)
    return weights


def through(weights: Mapping[str, Floats], tower: str, inputs: Floats) -> Floats:
    """This will return what a tower says of ``inputs`` ``[…, numbers]``, ``[…]``."""
    rows = inputs.shape[:-1]
    inputs = inputs.reshape(-1, inputs.shape[-1])
    for layer in range(LAYERS):
        inputs = inputs @ weights[f"{tower}.{layer}.weight"] + weights[f"{tower}.{layer}.bias"]
        if layer < LAYERS - 1:
            inputs = np.tanh(inputs)
    return inputs.reshape(rows)


def _orthogonal(rng: np.random.Generator, into: int, to: int) -> NDArray[np.float64]:
    square = np.linalg.qr(rng.normal(size=(max(into, to), min(into, to))))[0]
    return np.asarray(np.sqrt(2) * (square if into >= to else square.T))
