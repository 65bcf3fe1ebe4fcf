"""Counts from files and frames: ``counts.read_counts`` is the one way in; every other module here is a step of it."""
