from __future__ import annotations

import numpy as np
import pytest

from busyness.decisions.intraday.environment import IntradayEnv, IntradayVectorEnv
from busyness.decisions.intraday.observation import observation_names
from busyness.decisions.intraday.problem import FlexPeople

from .clusters import busy_days, cluster, random_actions

pytest.importorskip("gymnasium")
from gymnasium.utils.env_checker import check_env


@pytest.mark.parametrize("moves", [1, 3])
def test_gymnasium_accepts_one_day(moves: int) -> None:
    problem = cluster(flex=FlexPeople((1, 1, 1), callable=1, sendable=1, moves_per_step=moves))
    check_env(IntradayEnv(problem, busy_days(problem, 5)), skip_render_check=True)


def test_days_beside_each_other_earn_what_single_days_earn() -> None:
    problem = cluster(steps=8)
    days, rng = busy_days(problem, 4), np.random.default_rng(0)
    many, one = IntradayVectorEnv(problem, days, size=4), IntradayEnv(problem, days)
    together, infos = many.reset(options={"days": [0, 1, 2, 3]})
    alone, info = one.reset(options={"day": 2})
    for step in range(8):
        assert together[2].tolist() == alone.tolist()
        assert infos["action_mask"][2].tolist() == info["action_mask"].astype(bool).tolist()
        actions = random_actions(infos["action_mask"], rng)
        together, rewards, over, cut, infos = many.step(actions)
        alone, reward, done, _, info = one.step(actions[2])
        assert rewards[2] == reward < 0
        assert over.tolist() == [done] * 4 == [step == 7] * 4
        assert not cut.any()
    assert infos["final_obs"][2].tolist() == alone.tolist()
    assert (together[:, 0] == 0).all()


def test_each_day_comes_once_before_any_comes_again_and_the_seed_decides() -> None:
    problem = cluster(steps=2)
    days = busy_days(problem, 6)
    env, same = (IntradayVectorEnv(problem, days, size=3) for _ in range(2))
    env.reset(seed=5)
    same.reset(seed=5)
    seen = []
    for _ in range(4):
        assert (env.simulator.state.day == same.simulator.state.day).all()
        seen += env.simulator.state.day.tolist()
        for each in (env, same):
            each.step(np.zeros(3, np.int64))
            each.step(np.zeros(3, np.int64))
    assert sorted(seen[:6]) == sorted(seen[6:]) == list(range(6))


def test_observations_are_named_and_say_what_they_say() -> None:
    problem = cluster(steps=8)
    env = IntradayVectorEnv(problem, busy_days(problem, 3), size=3)
    names = observation_names(problem)
    seen, infos = env.reset(seed=0)
    assert seen.shape == (3, len(names))
    assert seen.dtype == np.float32
    assert (seen[:, names.index("heads:Store 1")] == np.float32(0.3)).all()
    call = int(np.flatnonzero(env.simulator.actions.table[:, 0] == 2)[0])
    seen, _, _, _, infos = env.step(np.full(3, call))
    assert seen[:, names.index("callable")].tolist() == [0.5] * 3
    assert (seen[:, names.index("coming_3:Store 1")] > 0).all()
    came = env.simulator.view().arrived[:, 0].sum(axis=1)
    assert seen[:, names.index("so_far:Store 1")] == pytest.approx((20 + came) / (20 + 8.0) - 1)
    assert infos["action_mask"].all(axis=1).any() or infos["action_mask"].any()
