"""Days so small that the best decisions are known: what is best depends on what is seen, and it is not what is advised."""

from __future__ import annotations

import numpy as np

from busyness.decisions.intraday.residual import Seen

ACTIONS, STEPS = 4, 5


class ToyDays:
    """Two numbers are seen. Action 1 earns the first, action 2 the second, action 3 earns 10 but is never allowed; action 0,
    which is always advised, earns nothing. Where the first number is above 0.8, action 1 is not allowed either.
    """

    def __init__(self, rows: int = 256) -> None:
        self.rows, self.taken_forbidden, self.best = rows, 0, 0.0

    def begin(self, seed: int) -> Seen:
        self.rng, self.at, self.best = np.random.default_rng(seed), 0, 0.0
        return self._seen()

    def step(self, actions):
        seen, rows = self.now, np.arange(self.rows)
        self.taken_forbidden += int((~seen.allowed[rows, actions]).sum())
        earned = np.column_stack([np.zeros(self.rows), seen.situation, np.full(self.rows, 10.0)])
        self.best += np.where(seen.allowed, earned, -np.inf).max(axis=1).mean()
        self.at += 1
        reward = earned[rows, actions] + self.rng.normal(0, 0.1, self.rows)
        return reward, self._seen() if self.at < STEPS else None

    def _seen(self) -> Seen:
        numbers = self.rng.normal(size=(self.rows, 2)).astype(np.float32)
        allowed = np.ones((self.rows, ACTIONS), bool)
        allowed[:, 3] = False
        allowed[:, 1] = numbers[:, 0] <= 0.8
        about = np.concatenate(
            [
                np.broadcast_to(np.eye(ACTIONS, dtype=np.float32), (self.rows, ACTIONS, ACTIONS)),
                np.broadcast_to(numbers[:, None], (self.rows, ACTIONS, 2)),
            ],
            axis=2,
        )
        alike = np.zeros((self.rows, ACTIONS), np.float32)
        self.now = Seen(numbers, about, allowed, alike, np.zeros(self.rows, np.int64))
        return self.now
