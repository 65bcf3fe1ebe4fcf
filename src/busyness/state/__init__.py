"""Who may do what, what people decided, and what was done: in SQLite or PostgreSQL."""
