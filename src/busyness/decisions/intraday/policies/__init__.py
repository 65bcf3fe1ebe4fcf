"""Who decides during the day: one policy a file."""
