"""The embedding network in Keras 3: the same formula from Keras's own layers, trained on whichever backend is chosen.

The backend is PyTorch, or TensorFlow where ``KERAS_BACKEND=tensorflow`` was set before the process started; both in one
process crash. Weights go in and come out as the arrays of ``network``, so that an artifact does not depend on Keras, and
NumPy answers.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

import numpy as np

from busyness.domain.errors import MissingExtraError, SettingsError
from busyness.models.neural.inputs import Floats, Lesson
from busyness.models.neural.network import FACTOR, MOST, WIDE, Weights
from busyness.models.neural.schedule import Descent, cycle


def keras_library() -> Any:  # noqa: ANN401  # a module
    """This will load Keras (seconds: only where it trains), on PyTorch unless ``KERAS_BACKEND`` names another backend.

    Raises:
        MissingExtraError: Keras is not installed.
        SettingsError: ``KERAS_BACKEND`` names none, or one that is not installed.

    """
    if find_spec("keras") is None:
        raise MissingExtraError("Keras", "keras")
    os.environ.setdefault("KERAS_BACKEND", "torch")  # read at import; its own choice may crash beside PyTorch
    try:
        import keras  # noqa: PLC0415  # seconds
    except (ValueError, ImportError) as fault:
        raise SettingsError(
            f"Keras cannot work with KERAS_BACKEND={os.environ['KERAS_BACKEND']}.", hint="Use torch or tensorflow."
        ) from fault
    return keras


def keras_trained(weights: Weights, lesson: Lesson, descent: Descent) -> Weights:
    """This will train by Keras, on its backend; a ``Trainer`` of ``EmbeddingForecaster``.

    Raises:
        MissingExtraError: Keras is not installed.

    """
    keras = keras_library()
    network = _network(weights)
    optimiser = keras.optimizers.AdamW(descent.rate, weight_decay=descent.decay, beta_2=0.99, epsilon=1e-8)
    network.compile(optimizer=optimiser, loss="mean_absolute_error", jit_compile=False)
    inputs, wanted, weight = lesson
    rng = np.random.default_rng(descent.seed)
    batch = descent.batch_of(len(wanted))
    steps = len(wanted) // batch
    for epoch in range(descent.epochs):
        order = rng.permutation(len(wanted))
        for k in range(steps):  # by hand: Keras's own loop over arrays loads TensorFlow beside PyTorch
            chosen = order[k * batch : (k + 1) * batch]
            optimiser.learning_rate = descent.rate * cycle(epoch * steps + k, descent.epochs * steps)
            some = inputs.take(chosen)
            read = {"numbers": some.numbers, "codes": some.codes, "usual": some.usual[:, None]}
            network.train_on_batch(read, wanted[chosen, None], sample_weight=weight[chosen])
    return {name: _array(network, name) for name in weights}


def _network(weights: Weights) -> Any:  # noqa: ANN401  # Keras has no types
    """The formula of ``network.formula`` as a Keras model that begins at these weights."""
    tables = [name for name in weights if name.startswith("table.")]
    hidden = [name for name in weights if name.startswith("hidden.") and not name.endswith(".bias")]
    each = weights[tables[0]].shape[1]
    whole = weights["wide"].shape[0]
    keras = keras_library()
    layers, ops = keras.layers, keras.ops
    numbers = keras.Input((whole - each * len(tables),), name="numbers")
    codes = keras.Input((len(tables),), dtype="int32", name="codes")
    usual = keras.Input((1,), name="usual")
    words = [layers.Embedding(len(weights[name]), each, name=_named(name))(codes[:, k]) for k, name in enumerate(tables)]
    joined = layers.Concatenate()([numbers, *words])
    deep = joined
    for name in hidden:
        deep = layers.Dense(weights[name].shape[1], activation="silu", name=_named(name))(deep)
    factor = layers.Dense(1, name="factor")(deep)
    wide = layers.Dense(1, name="wide")(joined)
    said = usual * ops.exp(ops.clip(FACTOR * factor, -MOST, MOST)) + WIDE * wide
    network = keras.Model({"numbers": numbers, "codes": codes, "usual": usual}, said)
    for name in (*tables, *hidden, "factor", "wide"):
        bias = [weights[f"{name}.bias"]] if f"{name}.bias" in weights else []
        network.get_layer(_named(name)).set_weights([weights[name], *bias])
    return network


def _named(name: str) -> str:
    return name.replace(".", "_")


def _array(network: Any, name: str) -> Floats:  # noqa: ANN401  # Keras has no types
    kept = network.get_layer(_named(name.removesuffix(".bias"))).get_weights()
    return np.asarray(kept[1 if name.endswith(".bias") else 0], np.float32)
