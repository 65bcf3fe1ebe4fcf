"""Floor 3: where events and covariates come from: files, opening hours, holidays, and the simulator."""
