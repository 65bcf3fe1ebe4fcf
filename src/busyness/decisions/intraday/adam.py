"""Steps against a loss, by Adam with gradients cut to a norm; PyTorch's own optimisers load its compiler, for seconds.

Source: Kingma & Ba, "Adam: a method for stochastic optimization", 2015.
"""

from __future__ import annotations

from collections.abc import Sequence

from busyness.domain.errors import MissingExtraError

try:
    import torch
except ModuleNotFoundError:
    torch = None

_STEEPEST = 0.5  # norm that gradients are cut to
_FIRST, _SECOND = 0.9, 0.999
_TINY = 1e-5


class Adam:
    """Steps of ``rate`` on ``parameters``.

    Raises:
        MissingExtraError: PyTorch is not installed.

    """

    def __init__(self, parameters: Sequence[torch.Tensor], rate: float = 1e-3) -> None:
        if torch is None:
            raise MissingExtraError("PyTorch", "intraday")
        self.rate = rate
        self._parameters = parameters
        self._first = [torch.zeros_like(tensor) for tensor in parameters]
        self._second = [torch.zeros_like(tensor) for tensor in parameters]
        self._steps = 0

    def step(self, loss: torch.Tensor) -> None:
        """This will take one step that lowers ``loss``."""
        gradients = torch.autograd.grad(loss, self._parameters)
        steep = float(sum(gradient.square().sum() for gradient in gradients)) ** 0.5
        cut = min(1.0, _STEEPEST / (steep + _TINY))
        self._steps += 1
        size = self.rate * (1 - _SECOND**self._steps) ** 0.5 / (1 - _FIRST**self._steps)
        with torch.no_grad():
            for tensor, gradient, first, second in zip(self._parameters, gradients, self._first, self._second, strict=True):
                first.mul_(_FIRST).add_(gradient, alpha=cut * (1 - _FIRST))
                second.mul_(_SECOND).addcmul_(gradient, gradient, value=cut**2 * (1 - _SECOND))
                tensor.addcdiv_(first, second.sqrt().add_(_TINY), value=-size)
