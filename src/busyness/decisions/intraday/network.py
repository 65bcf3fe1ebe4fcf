"""The two towers as tensors that can be trained, in PyTorch; using them takes only ``towers.py``."""

from __future__ import annotations

from collections.abc import Mapping

from busyness.decisions.intraday.towers import ACTOR, CRITIC, LAYERS, Floats
from busyness.domain.errors import MissingExtraError

try:
    import torch
except ModuleNotFoundError:
    torch = None


class Network:
    """``parameters`` are the weights by name, as ``towers.py`` names them.

    Raises:
        MissingExtraError: PyTorch is not installed.

    """

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        if torch is None:
            raise MissingExtraError("PyTorch", "intraday")
        self.parameters = {name: torch.tensor(array, requires_grad=True) for name, array in weights.items()}

    def logits(self, about: torch.Tensor) -> torch.Tensor:
        """This will return the logits ``[rows, actions]`` of facts ``[rows, actions, facts]``, before any lean or mask."""
        return self._through(ACTOR, about)

    def value(self, situation: torch.Tensor) -> torch.Tensor:
        """This will return the value ``[rows]``: the reward still to come, in the units it was trained on."""
        return self._through(CRITIC, situation)

    def weights(self) -> dict[str, Floats]:
        """This will return a copy of the weights as arrays."""
        return {name: tensor.detach().numpy().copy() for name, tensor in self.parameters.items()}

    def _through(self, tower: str, inputs: torch.Tensor) -> torch.Tensor:
        for layer in range(LAYERS):
            inputs = inputs @ self.parameters[f"{tower}.{layer}.weight"] + self.parameters[f"{tower}.{layer}.bias"]
            if layer < LAYERS - 1:
                inputs = torch.tanh(inputs)
        return inputs[..., 0]
