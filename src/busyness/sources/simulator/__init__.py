"""Simulated worlds to try the product on: documented as simulated wherever they show."""
