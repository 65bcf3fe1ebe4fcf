"""The day as Gymnasium environments: one day, and many beside each other. Reward is minus what the step cost."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from busyness.decisions.intraday.days import Days
from busyness.decisions.intraday.observation import MOST, observation_names, observation_of
from busyness.decisions.intraday.problem import IntradayProblem
from busyness.decisions.intraday.simulator import Simulator, Stepped
from busyness.domain.errors import MissingExtraError

try:
    import gymnasium
    from gymnasium import Env
    from gymnasium.vector import AutoresetMode, VectorEnv
except ModuleNotFoundError:
    gymnasium = AutoresetMode = None
    Env = VectorEnv = object
MASK = "action_mask"
"""Where a step's info says which actions can be taken."""


def action_space(problem: IntradayProblem, actions: int) -> gymnasium.Space[Any]:
    """This will return the actions of one step: a number, or several where several moves a step are possible."""
    if gymnasium is None:
        raise MissingExtraError("gymnasium", "intraday")
    moves = problem.flex.moves_per_step
    return gymnasium.spaces.Discrete(actions) if moves == 1 else gymnasium.spaces.MultiDiscrete([actions] * moves)


def observation_space(problem: IntradayProblem) -> gymnasium.Space[Any]:
    """This will return the numbers of one observation."""
    return gymnasium.spaces.Box(-1.0, MOST, (len(observation_names(problem)),), np.float32)


def step_days(simulator: Simulator, actions: NDArray[np.int64]) -> Stepped:
    """This will take the actions of a step, ``[days]`` or ``[days, moves]``, one after the other, and let the step pass.

    A later move that an earlier one made impossible does nothing.
    """
    for taken in np.asarray(actions, np.int64).reshape(simulator.size, -1).T:
        simulator.act(taken)
    return simulator.advance()


class IntradayEnv(Env):  # type: ignore[misc]
    """One day at a time. ``reset(options={"day": 7})`` runs that day, without it one is drawn.

    ``info["action_mask"]`` int8 ``[actions]`` says what can be taken; what cannot does nothing.
    """

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - Gymnasium's own

    def __init__(self, problem: IntradayProblem, days: Days) -> None:
        self._simulator = Simulator(problem, days, size=1)
        self.action_space = action_space(problem, self._simulator.actions.count)
        self.observation_space = observation_space(problem)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """This will start a day."""
        super().reset(seed=seed)
        drawn = int(self.np_random.integers(self._simulator.days.count))
        self._simulator.reset([int((options or {}).get("day", drawn))])
        return self._observed(), self._info()

    def step(self, action: int | NDArray[np.int64]) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """This will take the action and let the step pass; the day ends by itself, nothing cuts it short."""
        stepped = step_days(self._simulator, np.asarray(action, np.int64))
        info = self._info() | {"waited": float(stepped.waited.sum()), "gave_up": int(stepped.gave_up.sum())}
        return self._observed(), -float(stepped.cost[0]), stepped.done, False, info

    def _observed(self) -> NDArray[np.float32]:
        return np.asarray(observation_of(self._simulator.problem, self._simulator.view())[0])

    def _info(self) -> dict[str, Any]:
        return {MASK: self._simulator.mask()[0].astype(np.int8)}


class IntradayVectorEnv(VectorEnv):  # type: ignore[misc]
    """``size`` days beside each other, all at the same step; when they are over, the same call starts the next ones.

    ``reset(options={"days": [...]})`` runs those days; without it days are drawn, each once before any
    comes again. ``infos["action_mask"]`` is bool ``[size, actions]``; the last step has ``final_obs``
    besides.
    """

    metadata: dict[str, Any] = {  # noqa: RUF012
        "render_modes": [],
        "autoreset_mode": AutoresetMode and AutoresetMode.SAME_STEP,
    }

    def __init__(self, problem: IntradayProblem, days: Days, *, size: int) -> None:
        self.simulator = Simulator(problem, days, size=size)
        self.num_envs = size
        self.single_action_space = action_space(problem, self.simulator.actions.count)
        self.single_observation_space = observation_space(problem)
        self.observation_space = gymnasium.vector.utils.batch_space(self.single_observation_space, size)
        self.action_space = gymnasium.vector.utils.batch_space(self.single_action_space, size)
        self._waiting_days = np.empty(0, np.int64)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """This will start the days."""
        super().reset(seed=seed)
        if seed is not None:
            self._waiting_days = np.empty(0, np.int64)
        given = (options or {}).get("days")
        self.simulator.reset(self._next_days() if given is None else np.asarray(given, np.int64))
        return self._observed(), {MASK: self.simulator.mask()}

    def step(
        self, actions: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]:
        """This will take ``[size]`` or ``[size, moves]`` actions and let the step pass."""
        stepped = step_days(self.simulator, np.asarray(actions, np.int64))
        infos: dict[str, Any] = {"waited": stepped.waited.sum(axis=1), "gave_up": stepped.gave_up.sum(axis=1)}
        if stepped.done:
            infos["final_obs"] = self._observed()
            self.simulator.reset(self._next_days())
        infos[MASK] = self.simulator.mask()
        over = np.full(self.num_envs, stepped.done)
        return self._observed(), -stepped.cost, over, np.zeros(self.num_envs, np.bool_), infos

    def _observed(self) -> NDArray[np.float32]:
        return observation_of(self.simulator.problem, self.simulator.view())

    def _next_days(self) -> NDArray[np.int64]:
        while len(self._waiting_days) < self.num_envs:
            more = self.np_random.permutation(self.simulator.days.count)
            self._waiting_days = np.concatenate([self._waiting_days, more])
        now, self._waiting_days = np.split(self._waiting_days, [self.num_envs])
        return now
