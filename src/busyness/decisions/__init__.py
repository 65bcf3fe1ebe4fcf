"""From forecast to plan: each kind of decision as problem, solver and plan."""
