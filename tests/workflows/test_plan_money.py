"""Money reckons beside both solvers, so it may load neither."""

import subprocess
import sys

LOOK = "import sys, busyness.workflows.{name}; print([m for m in ('highspy', 'ortools', 'torch') if m in sys.modules])"


def test_no_solver_is_loaded():
    for name in ("plan_money", "plan_promotions", "plan_stock"):
        done = subprocess.run([sys.executable, "-c", LOOK.format(name=name)], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "[]"
