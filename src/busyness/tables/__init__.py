"""Floor 1: the tables rooms exchange, and the verbs that work on them. No logic beyond their own checks."""
