"""What promotions do, told from history, and when the next ones pay: effects, tests to run, windows to pick."""
