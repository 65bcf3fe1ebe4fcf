"""From what is wanted to what can be ordered: whole packs, the minimum order, room on the shelf."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from busyness.decisions.stock.product import NEWSVENDOR, Product

_NEARLY = 1e-9  # so that 24.000000001 units are one pack of 24, not two


def orderable(product: Product, need: ArrayLike, there: ArrayLike) -> NDArray[np.float64]:
    """This will return the order for each ``need`` (units) where ``there`` units are on hand and on the way.

    Whole packs, none or at least the minimum, and never more than the shelf holds beside all of ``there`` (nothing might
    be sold before it comes). Needs are rounded up; those of a newsvendor to the nearest number of packs, because what is
    left over is lost. Never negative; it never rises with what is there nor falls with the need.
    """
    wanted = np.maximum(np.asarray(need, np.float64), 0)
    packs = wanted / product.pack
    nearest = product.policy == NEWSVENDOR
    quantity = (np.floor(packs + 0.5) if nearest else np.ceil(packs - _NEARLY)) * product.pack
    worth = wanted >= product.least / 2 if nearest else wanted > _NEARLY
    quantity = np.where(worth, np.maximum(quantity, product.least), 0.0)
    if np.isfinite(product.shelf):
        room = np.maximum(product.shelf - np.asarray(there, np.float64), 0)
        quantity = np.minimum(quantity, np.floor(room / product.pack + _NEARLY) * product.pack)
    return np.asarray(np.where(quantity >= product.least, quantity, 0.0))
