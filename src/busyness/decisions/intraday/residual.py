"""A network that corrects another policy's advice, in NumPy: logits = network + a lean towards what was advised.

Before any training the network says 0 everywhere, so the choice is the advice itself; only where it has learned enough to
outweigh the lean does it choose otherwise. What is not allowed has no probability, whatever the weights.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.towers import ACTOR, CRITIC, WEIGHTS, Floats, fresh_weights, through
from busyness.domain.errors import ArtifactError, InputError
from busyness.tables.parts import Parts

KIND = "intraday residual policy"
_FORMAT = 1
_SCALES = ("about_centre", "about_spread", "centre", "spread")
_FORBIDDEN = np.float32(-1e9)
_LEAST = 1e-6
_CLIP = 10.0  # standard deviations; further out nothing was learned

Whole = NDArray[np.int64]


class Seen(NamedTuple):
    """What a policy sees in ``rows`` clusters at once: the ``situation`` ``[rows, features]``, facts ``about`` every action
    ``[rows, actions, facts]``, which are ``allowed`` and how ``likely`` they look (as logits) ``[rows, actions]``, and the
    one ``advised`` ``[rows]`` by the policy that is corrected.
    """

    situation: Floats
    about: Floats
    allowed: NDArray[np.bool_]
    likely: Floats
    advised: Whole


class Inputs(NamedTuple):
    """What the towers read: the scaled ``situation`` and facts ``about`` actions; and ``offsets`` ``[rows, actions]``, which
    are added to the logits: the lean towards the advice, and the mask.
    """

    situation: Floats
    about: Floats
    offsets: Floats


@dataclass(frozen=True, slots=True)
class Residual:
    """``weights`` as ``towers.py`` names them; ``scales`` are the centre and spread of facts and features.

    The untrained policy, if it draws, follows the advice, but with probability ``trying`` it draws by how likely all actions
    look: what is tried is what might well be as good.
    """

    weights: Mapping[str, Floats]
    scales: Mapping[str, Floats]
    trying: float = 0.1

    @classmethod
    def untrained(cls, seen: Seen, *, width: int = 32, trying: float = 0.1, seed: int = 0) -> Self:
        """This will return the policy that follows the advice, scaled to what was ``seen``."""
        if not 0 < trying < 0.5:
            raise InputError(f"Departing from the advice with probability {trying:g} is not possible.", hint="Use 0.1.")
        weights = fresh_weights(seen.about.shape[2], seen.situation.shape[1], width=width, seed=seed)
        facts = seen.about[seen.allowed]
        scales = (facts.mean(axis=0), _spread(facts), seen.situation.mean(axis=0), _spread(seen.situation))
        return cls(weights, dict(zip(_SCALES, scales, strict=True)), trying)

    def inputs(self, seen: Seen) -> Inputs:
        """This will return what the towers read, or raise an ``InputError`` where it is not what they were trained on."""
        trained = len(self.scales["about_centre"]), len(self.scales["centre"])
        here = seen.about.shape[2], seen.situation.shape[1]
        if trained != here:
            raise InputError(
                f"The policy was trained on {trained[0]} facts and {trained[1]} features; here are {here[0]} and {here[1]}.",
                hint="Train one for this cluster.",
            )
        about, situation = (
            np.clip((values - self.scales[centre]) / self.scales[spread], -_CLIP, _CLIP)
            for values, centre, spread in ((seen.about, *_SCALES[:2]), (seen.situation, *_SCALES[2:]))
        )
        return Inputs(situation, about, self._offsets(seen))

    def probabilities(self, inputs: Inputs) -> NDArray[np.float64]:
        """This will return the probability of every action if the policy draws, ``[rows, actions]``; 0 if not allowed."""
        logits = (through(self.weights, ACTOR, inputs.about) + inputs.offsets).astype(np.float64)
        raw = np.where(inputs.offsets > _FORBIDDEN, np.exp(logits - logits.max(axis=1, keepdims=True)), 0.0)
        return np.asarray(raw / raw.sum(axis=1, keepdims=True))

    def best(self, inputs: Inputs) -> Whole:
        """This will return the likeliest allowed action of every row; before training that is the advice."""
        logits = through(self.weights, ACTOR, inputs.about) + inputs.offsets
        return np.asarray(np.where(inputs.offsets > _FORBIDDEN, logits, -np.inf).argmax(axis=1))

    def values(self, inputs: Inputs) -> Floats:
        """This will return the critic's value of every row, in the units it was trained on."""
        return through(self.weights, CRITIC, inputs.situation)

    def _offsets(self, seen: Seen) -> Floats:
        likely = np.where(seen.allowed, seen.likely, -np.inf)
        raw = np.where(seen.allowed, np.exp(likely - likely.max(axis=1, keepdims=True)) + _LEAST, 0.0)
        mixed = self.trying * raw / raw.sum(axis=1, keepdims=True)
        mixed[np.arange(len(mixed)), seen.advised] += 1 - self.trying
        return np.where(seen.allowed, np.log(np.maximum(mixed, _LEAST**2)), _FORBIDDEN).astype(np.float32)

    def to_parts(self) -> Parts:
        """This will return what an artifact stores: two facts and arrays."""
        return Parts(KIND, {"format": _FORMAT, "trying": self.trying}, {}, {**self.scales, **self.weights})

    @classmethod
    def from_parts(cls, parts: Parts) -> Self:
        """This will return the policy that was stored, or raise an ``ArtifactError`` where it cannot be read."""
        missing = sorted({*WEIGHTS, *_SCALES} - set(parts.arrays))
        if parts.kind != KIND or parts.facts.get("format") != _FORMAT or missing:
            what = f"lacks {', '.join(missing)}" if missing else f"is a '{parts.kind}', {dict(parts.facts)}"
            raise ArtifactError(f"The stored policy cannot be read: it {what}.", hint="Train it again.")
        return cls(_arrays(parts, WEIGHTS), _arrays(parts, _SCALES), float(parts.facts["trying"]))


def drawn(chances: NDArray[np.float64], rng: np.random.Generator) -> Whole:
    """This will draw one action a row by its chances ``[rows, actions]``; never one without a chance."""
    summed = chances.cumsum(axis=1)
    first = (rng.random((len(chances), 1)) * summed[:, -1:] >= summed).sum(axis=1)
    last = chances.shape[1] - 1 - (chances > 0)[:, ::-1].argmax(axis=1)
    return np.asarray(np.minimum(first, last), np.int64)


def _arrays(parts: Parts, names: Sequence[str]) -> dict[str, Floats]:
    return {name: np.asarray(parts.arrays[name], np.float32) for name in names}


def _spread(values: Floats) -> Floats:
    spread = values.std(axis=0)
    return np.where(spread > 1e-6, spread, 1.0).astype(np.float32)
