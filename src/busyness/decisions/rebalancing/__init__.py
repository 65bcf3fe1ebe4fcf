"""Where to move vehicles (or couriers): problem → solver → plan. ``docs/rebalancing.md`` tells the model."""
