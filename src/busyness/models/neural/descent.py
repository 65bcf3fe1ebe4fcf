"""The home of PyTorch among the models: steps against a loss, by AdamW on one cycle of rates.

On a GPU, where there is one, the loss is compiled and its products are in bfloat16. Written here because PyTorch's own
optimisers load its compiler, for seconds. Source: Loshchilov & Hutter, "Decoupled weight decay regularization", 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.domain.errors import MissingExtraError
from busyness.models.neural.inputs import Floats
from busyness.models.neural.network import Maths
from busyness.models.neural.schedule import Descent, cycle

try:
    import torch
except ModuleNotFoundError:
    torch = None

_FIRST, _SECOND, _TINY = 0.9, 0.99, 1e-8

Loss = Callable[[Mapping[str, Any], tuple[Any, ...]], Any]
"""(weights, one batch of the rows' arrays) → a mean over the batch."""


def descended(
    weights: Mapping[str, Floats], loss: Loss, rows: tuple[NDArray[Any], ...], *, descent: Descent
) -> dict[str, Floats]:
    """This will return the weights after all steps; on a CPU, the same seed and threads give the same ones bit for bit.

    ``rows`` are arrays of one length: what the loss needs of every row.

    Raises:
        MissingExtraError: PyTorch is not installed.

    """
    _needed()
    threads = torch.get_num_threads()
    torch.set_num_threads(descent.threads)
    try:
        return _descended(weights, loss, rows, descent)
    finally:
        torch.set_num_threads(threads)


def _descended(
    weights: Mapping[str, Floats], loss: Loss, rows: tuple[NDArray[Any], ...], descent: Descent
) -> dict[str, Floats]:
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    measured = torch.compile(loss, dynamic=False) if gpu else loss
    tables = tuple(torch.from_numpy(np.ascontiguousarray(row)).to(device) for row in rows)
    names, shapes = list(weights), [array.shape for array in weights.values()]
    sizes = [math.prod(shape) for shape in shapes]
    flat = torch.from_numpy(np.concatenate([array.reshape(-1) for array in weights.values()])).to(device)
    first, second = torch.zeros_like(flat), torch.zeros_like(flat)
    rng = np.random.default_rng(descent.seed)
    count = len(rows[0])
    batch = descent.batch_of(count)
    steps = count // batch
    total = descent.epochs * steps
    for epoch in range(descent.epochs):
        order = torch.from_numpy(rng.permutation(count)).to(device)
        for k in range(steps):
            chosen = order[k * batch : (k + 1) * batch]
            done = epoch * steps + k
            flat.requires_grad_(True)
            pieces = {n: p.view(s) for n, p, s in zip(names, flat.split(sizes), shapes, strict=True)}
            with torch.autocast("cuda", torch.bfloat16, enabled=gpu):
                value = measured(pieces, tuple(table[chosen] for table in tables))
            (gradient,) = torch.autograd.grad(value, [flat])
            flat = flat.detach()
            first.mul_(_FIRST).add_(gradient, alpha=1 - _FIRST)
            second.mul_(_SECOND).addcmul_(gradient, gradient, value=1 - _SECOND)
            rate = descent.rate * cycle(done, total)
            size = rate * math.sqrt(1 - _SECOND ** (done + 1)) / (1 - _FIRST ** (done + 1))
            flat.mul_(1 - rate * descent.decay).addcdiv_(first, second.sqrt().add_(_TINY), value=-size)
    found = [piece.cpu().numpy().reshape(shape) for piece, shape in zip(flat.split(sizes), shapes, strict=True)]
    return dict(zip(names, found, strict=True))


def maths() -> Maths:
    """This will return PyTorch's words for the network's formula.

    Raises:
        MissingExtraError: PyTorch is not installed.

    """
    _needed()
    functional = torch.nn.functional
    return Maths(
        lookup=lambda table, codes: functional.embedding(codes, table),
        join=lambda parts: torch.cat(parts, dim=1),
        silu=functional.silu,
        exp=torch.exp,
        clip=torch.clip,
        softplus=functional.softplus,
    )


def _needed() -> None:
    if torch is None:
        raise MissingExtraError("PyTorch", "neural")
