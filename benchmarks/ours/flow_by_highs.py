"""A network of arrays as a linear program for HiGHS, in a process of its own: it and OR-Tools cannot share one."""

from __future__ import annotations

import time

import highspy
import numpy as np
from cube import answer, asked


def main() -> None:
    """This will print the seconds from the arrays to the least cost."""
    want = asked()
    with np.load(want["file"], allow_pickle=False) as held:
        arcs = dict(held)
    begun = time.perf_counter()
    many, nodes = len(arcs["tail"]), len(arcs["supply"])
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = many, nodes
    program.col_cost_ = arcs["cost"].astype(float)
    program.col_lower_, program.col_upper_ = np.zeros(many), arcs["capacity"].astype(float)
    program.row_lower_ = program.row_upper_ = arcs["supply"].astype(float)
    program.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    program.a_matrix_.start_ = np.arange(0, 2 * many + 1, 2)
    program.a_matrix_.index_ = np.stack([arcs["tail"], arcs["head"]], axis=1).reshape(-1)
    program.a_matrix_.value_ = np.tile([1.0, -1.0], many)
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", want["threads"])
    solver.passModel(program)
    solver.run()
    answer(solve=time.perf_counter() - begun, cost=solver.getInfo().objective_function_value)


if __name__ == "__main__":
    main()
