"""What to order of each product for each place: problem, policies, simulation, bound."""
